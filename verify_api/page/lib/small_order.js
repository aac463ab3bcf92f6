/**
 * What libsodium refuses of an Ed25519 signature before any arithmetic, and browsers do not: a number written with more
 * than its modulus, a point of small order. Those points are eight; their y is 0, 1, -1 or one of two square roots.
 */

import { fromHex } from "./bytes.js";

export const P = 2n ** 255n - 19n;
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const Y8 = little(fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));
const SMALL = [0n, 1n, P - 1n, Y8, P - Y8];

/** @param {Uint8Array} key @param {Uint8Array} signature R || S */
export function mayHold(key, signature) {
  return isLarge(key) && isLarge(signature.subarray(0, 32)) && little(signature.subarray(32)) < ORDER;
}

/** Whether a point's y is canonical and not that of a point of small order. */
function isLarge(point) {
  const y = little(point) & (2n ** 255n - 1n);
  return y < P && !SMALL.includes(y);
}

/** A number written in little-endian order. @param {Uint8Array} bytes */
export function little(bytes) {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value;
}
