/**
 * Ed25519 (RFC 8032) for browsers without it, and the gate for public keys of every browser: as strict as libsodium,
 * which Python uses. S, R and A are canonical (small_order.js), and without the cofactor
 *
 *   S B = R + SHA-512(R || A || M) A
 *
 * Arithmetic on the curve is noble's.
 */

import { edwards } from "../vendor/noble/curves/abstract/edwards.js";
import { concat } from "./bytes.js";
import { little, ORDER, P } from "./small_order.js";

const Point = edwards({
  p: P,
  n: ORDER,
  h: 8n,
  a: P - 1n,
  d: 37095705934669439343138083508754565189542113879843219016388785533085940283555n,
  Gx: 15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  Gy: 46316835694926478169428394003475163141307993866256225615783033603165251855960n,
});

/** Whether a public key is canonical, on the curve, of prime order and not the identity. @param {Uint8Array} key */
export function isHonest(key) {
  const point = read(key);
  return point !== null && !point.isSmallOrder() && point.isTorsionFree();
}

/**
 * Whether the equation holds, for what `mayHold` lets pass.
 * @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature
 */
export async function holds(key, message, signature) {
  const a = read(key);
  const r = read(signature.subarray(0, 32));
  if (!a || !r) return false;
  const hash = await crypto.subtle.digest("SHA-512", concat(signature.subarray(0, 32), key, message));
  const h = little(new Uint8Array(hash)) % ORDER;
  const left = Point.BASE.multiplyUnsafe(little(signature.subarray(32)));
  return left.equals(r.add(a.multiplyUnsafe(h)));
}

/** The point; null where the bytes are not its one spelling. */
function read(bytes) {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return null;
  }
}
