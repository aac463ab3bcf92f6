/** Base32 (RFC 4648 section 6) without padding, unused bits zero; the twin of `read_base32` in seals/carrier.py. */

import { SealMalformed } from "./errors.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const VALUES = new Int8Array(256).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** @param {Uint8Array} text @returns {Uint8Array} */
export function decode(text) {
  if (!text.length || !text.every((code) => VALUES[code] >= 0)) {
    throw new SealMalformed("alphabet", "Base32: a character outside the alphabet, or nothing");
  }
  const data = new Uint8Array((5 * text.length) >> 3);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const code of text) {
    held = (held << 5) | VALUES[code];
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    data[at++] = held >> bits;
    held &= (1 << bits) - 1;
  }
  if (bits >= 5 || held) {
    throw new SealMalformed("alphabet", "Base32: one character too many, or unused bits that are not zero");
  }
  return data;
}

/** @param {Uint8Array} bytes whole groups of five */
export function encode(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length * 8; i += 5) {
    const pair = (bytes[i >> 3] << 8) | (bytes[(i >> 3) + 1] ?? 0);
    text += ALPHABET[(pair >> (11 - (i & 7))) & 31];
  }
  return text;
}
