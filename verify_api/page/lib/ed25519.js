/**
 * Ed25519 (RFC 8032) as strict as libsodium, which Python uses: S, R and A canonical, neither R nor A of small order, and
 *
 *   [8] (S B - SHA-512(R || A || M) A - R) = 0
 *
 * Browsers leave the cofactor 8 out and take points of small order; so `mayHold` is asked before theirs, and `holds`
 * where theirs says no or has no Ed25519. Arithmetic on the curve is noble's.
 */

import { edwards } from "../vendor/noble/curves/abstract/edwards.js";
import { concat } from "./bytes.js";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
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

/** Whether the equation holds. @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature */
export async function holds(key, message, signature) {
  const a = read(key);
  const r = read(signature.subarray(0, 32));
  const s = number(signature.subarray(32));
  if (!a || !r || s >= ORDER || a.isSmallOrder() || r.isSmallOrder()) return false;
  const hash = await crypto.subtle.digest("SHA-512", concat(signature.subarray(0, 32), key, message));
  const h = number(new Uint8Array(hash)) % ORDER;
  const left = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(h)).subtract(r);
  return left.clearCofactor().is0();
}

/** The point; null where the bytes are not its one spelling. */
function read(bytes) {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return null;
  }
}

/** Little-endian. */
function number(bytes) {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value;
}
