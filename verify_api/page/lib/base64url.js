/**
 * Base64url (RFC 4648 section 5): without padding, or with all of it; unused bits zero; the twin of seals/base64url.py.
 */

import { SealMalformed } from "./errors.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** SealMalformed for any other spelling. @param {string} text @returns {Uint8Array} */
export function decode(text) {
  const bare = text.replace(/=+$/, "");
  const padded = bare + "=".repeat((4 - (bare.length % 4)) % 4);
  const data = new Uint8Array((bare.length * 6) >> 3);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const char of bare) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) throw misspelt();
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    data[at++] = held >> bits;
    held &= (1 << bits) - 1;
  }
  if (bits >= 6 || held || (text !== bare && text !== padded)) throw misspelt();
  return data;
}

function misspelt() {
  return new SealMalformed("alphabet", "Base64: not the one spelling of any bytes");
}
