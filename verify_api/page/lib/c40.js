/**
 * C40, the text of an ICAO VDS (ISO/IEC 16022 section 5.2.5, as ICAO 9303-13 narrows it); the twin of seals/c40.py.
 *
 *   three characters a, b, c    1600a + 40b + c + 1, two bytes, the high one first
 *   two left                    the same with c = 0
 *   one left                    FE, then its ASCII code + 1
 *   values                      space 3, digits 4 to 13, letters 14 to 39
 */

import { SealMalformed } from "./errors.js";

const ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const FIRST = 3;
const UNLATCH = 0xfe;

/** SealMalformed unless `data` is the one spelling of a text. @param {Uint8Array} data */
export function decode(data) {
  if (data.length % 2) throw new SealMalformed("alphabet", "C40: an odd number of bytes");
  let text = "";
  for (let i = 0; i < data.length; i += 2) text += word(data[i], data[i + 1], i + 2 === data.length);
  return text;
}

function word(high, low, last) {
  if (last && high === UNLATCH) return char(FIRST + ALPHABET.indexOf(String.fromCharCode(low - 1)));
  const value = high * 256 + low - 1;
  const third = value % 40;
  const pair = Math.floor(value / 40);
  const two = char(Math.floor(pair / 40)) + char(pair % 40);
  return last && third === 0 ? two : two + char(third);
}

function char(value) {
  return ALPHABET[value - FIRST] ?? refuse();
}

function refuse() {
  throw new SealMalformed("alphabet", "C40: not a value of the alphabet");
}
