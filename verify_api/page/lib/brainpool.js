/**
 * ECDSA on the curves of RFC 5639, which no browser has: FIPS 186-5 section 6.4.2, on noble's arithmetic.
 *
 *   public = 04 || X || Y;  signature = r || s, each in the bytes of the field;  both s and n - s hold
 */

import { weierstrass } from "../vendor/noble/curves/abstract/weierstrass.js";

const CURVES = {
  ESB256: {
    size: 32,
    hash: "SHA-256",
    Point: weierstrass({
      p: 0xa9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377n,
      a: 0x7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9n,
      b: 0x26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6n,
      n: 0xa9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7n,
      Gx: 0x8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262n,
      Gy: 0x547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997n,
      h: 1n,
    }),
  },
  ESB384: {
    size: 48,
    hash: "SHA-384",
    Point: weierstrass({
      p: 0x8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53n,
      a: 0x7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826n,
      b: 0x04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11n,
      n: 0x8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565n,
      Gx: 0x1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1en,
      Gy: 0x8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315n,
      h: 1n,
    }),
  },
};

/** Whether the bytes are an uncompressed point of the curve. @param {string} algorithm @param {Uint8Array} key */
export function isPoint(algorithm, key) {
  return read(CURVES[algorithm], key) !== null;
}

/**
 * Whether `key` signed `message`.
 * @param {string} algorithm @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature
 */
export async function holds(algorithm, key, message, signature) {
  const { size, hash, Point } = CURVES[algorithm];
  const { Fn } = Point;
  const q = read(CURVES[algorithm], key);
  const [r, s] = [number(signature.subarray(0, size)), number(signature.subarray(size))];
  if (!q || !Fn.isValidNot0(r) || !Fn.isValidNot0(s)) return false;
  const digest = number(new Uint8Array(await crypto.subtle.digest(hash, message)));
  const inverse = Fn.inv(s);
  const u1 = Fn.mul(Fn.create(digest), inverse);
  const sum = Point.BASE.multiplyUnsafe(u1).add(q.multiplyUnsafe(Fn.mul(r, inverse)));
  return !sum.is0() && Fn.create(sum.toAffine().x) === r;
}

function read({ size, Point }, key) {
  if (key.length !== 1 + 2 * size || key[0] !== 4) return null;
  try {
    return Point.fromBytes(key);
  } catch {
    return null;
  }
}

/** Big-endian. */
function number(bytes) {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
