/**
 * Base45 (RFC 9285): bytes in the alphanumeric mode of a QR code; the twin of seals/base45.py.
 *
 *   two bytes n = c + 45 d + 2025 e     written c d e
 *   one byte left n = c + 45 d          written c d
 */

import { SealMalformed } from "./errors.js";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Int8Array(256).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** Whether every byte is of the alphabet. @param {Uint8Array} text */
export function isBase45(text) {
  return text.every((code) => VALUES[code] >= 0);
}

/** @param {Uint8Array} text */
export function decode(text) {
  if (!isBase45(text) || text.length % 3 === 1) {
    throw new SealMalformed("alphabet", "Base45: a character outside the alphabet, or one too many");
  }
  const values = Array.from(text, (code) => VALUES[code]);
  const data = [];
  for (let i = 0; i + 3 <= values.length; i += 3) {
    const word = values[i] + 45 * values[i + 1] + 2025 * values[i + 2];
    if (word > 0xffff) throw new SealMalformed("alphabet", "Base45: a value beyond two bytes");
    data.push(word >> 8, word & 255);
  }
  if (values.length % 3 === 2) {
    const last = values.at(-2) + 45 * values.at(-1);
    if (last > 255) throw new SealMalformed("alphabet", "Base45: a value beyond one byte");
    data.push(last);
  }
  return Uint8Array.from(data);
}
