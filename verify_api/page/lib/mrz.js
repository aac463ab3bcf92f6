/**
 * The machine-readable zone (ICAO 9303-3 section 4; 9303-6 TD2; 9303-7 visas); the twin of `parse` in domain/mrz.py.
 *
 *   line 1 = code 2, issuer 3, name 39 or 31
 *   line 2 = number 9, check, nationality 3, birth 6, check, sex 1, until 6, check, optional
 *
 * @typedef {{form: string, code: string, issuer: string, surname: string, givenNames: string, number: string,
 *   nationality: string, birthDate: string, sex: string, validUntil: string, optional: string}} Zone
 */

import { SealMalformed } from "./errors.js";

const WIDTH = { "MRV-A": 44, "MRV-B": 36, TD2: 36 };
const VDS_LINE = 28; // a VDS carries line 2 of a visa without its optional part

const CODE = "[A-Z][A-Z<]";
const STATE = "[A-Z]{3}|[A-Z]{2}<|[A-Z]<<";
const NAME = "([A-Z]+(?:<[A-Z]+)*)(?:<<([A-Z]+(?:<[A-Z]+)*))?<*";
const NUMBER = "([A-Z0-9]+(?:<[A-Z0-9]+)*)<*";
const SEX = "[MF<]";
const MONTH_DAY =
  "(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|[12][0-9])";
const DAY = `[0-9]{2}(?:${MONTH_DAY})`;
const BIRTH = `(?:[0-9]{2}|<<)(?:${MONTH_DAY}|(?:0[1-9]|1[0-2])<<|<<<<)`; // what is unknown is filled
const whole = (pattern) => new RegExp(`^(?:${pattern})$`);
const UPPER = whole(`(${CODE})(${STATE})${NAME}`);
const LOWER = whole(`[0-9](${STATE})(${BIRTH})[0-9](${SEX})(${DAY})[0-9]([A-Z0-9<]*)`); // after the number
const PARTS = [
  ["code", CODE, (upper) => upper.slice(0, 2)],
  ["state code", STATE, (upper) => upper.slice(2, 5)],
  ["name", NAME, (upper) => upper.slice(5)],
  ["number", NUMBER, (_, lower) => lower.slice(0, 9)],
  ["state code", STATE, (_, lower) => lower.slice(10, 13)],
  ["birth date", BIRTH, (_, lower) => lower.slice(13, 19)],
  ["sex", SEX, (_, lower) => lower[20]],
  ["date of expiry", DAY, (_, lower) => lower.slice(21, 27)],
].map(([what, pattern, part]) => [what, whole(pattern), part]);
const VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * A visa or a TD2 by its two lines; SealMalformed for any other spelling or a check digit that does not hold.
 * @param {string[]} lines @returns {Zone}
 */
export function parse(lines) {
  const form = formOf(lines);
  const [upper, lower] = lines;
  checkDigits(form, lower);
  const above = UPPER.exec(upper);
  const number = whole(NUMBER).exec(lower.slice(0, 9));
  const below = LOWER.exec(lower.slice(9));
  if (!above || !number || !below) throw new SealMalformed("zone", `MRZ: ${misspelt(upper, lower)}`);
  const [, code, issuer, surname, givenNames = ""] = above;
  const [, nationality, birthDate, sex, validUntil, optional] = below;
  return {
    form,
    code: unfilled(code),
    issuer: readState(issuer),
    surname: surname.replaceAll("<", " "),
    givenNames: givenNames.replaceAll("<", " "),
    number: number[1],
    nationality: readState(nationality),
    birthDate,
    sex: unfilled(sex),
    validUntil,
    optional: unfilled(form === "TD2" ? optional.slice(0, -1) : optional),
  };
}

/** Weights 7, 3, 1 over 0-9, A-Z (10 to 35) and `<` (0), modulo 10 (9303-3 section 4.9). @param {string} text */
export function checkDigit(text) {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += [7, 3, 1][i % 3] * valueOf(text[i]);
  return String(sum % 10);
}

function valueOf(char) {
  if (char === "<") return 0;
  const value = VALUES.indexOf(char);
  if (value < 0) throw new SealMalformed("alphabet", "MRZ: a character other than A-Z, 0-9 and <");
  return value;
}

function formOf(lines) {
  if (lines.length !== 2) throw new SealMalformed("zone", "MRZ: not two lines");
  const [upper, lower] = lines.map((line) => line.length);
  if (lines[0].startsWith("V")) {
    for (const form of ["MRV-A", "MRV-B"]) {
      if (upper === WIDTH[form] && (lower === WIDTH[form] || lower === VDS_LINE)) return form;
    }
  } else if (upper === WIDTH.TD2 && lower === WIDTH.TD2) {
    return "TD2";
  }
  throw new SealMalformed("zone", "MRZ: lines of the wrong length");
}

function checkDigits(form, lower) {
  for (const char of lower) valueOf(char);
  for (const [what, start, end] of [["number", 0, 9], ["birth date", 13, 19], ["date of expiry", 21, 27]]) {
    if (lower[end] !== checkDigit(lower.slice(start, end))) {
      throw new SealMalformed("digit", `MRZ: check digit of the ${what}`);
    }
  }
  const composite = lower.slice(0, 10) + lower.slice(13, 20) + lower.slice(21, 35);
  if (form === "TD2" && lower[35] !== checkDigit(composite)) {
    throw new SealMalformed("digit", "MRZ: composite check digit");
  }
}

function misspelt(upper, lower) {
  const found = PARTS.find(([, pattern, part]) => !pattern.test(part(upper, lower)));
  return found ? found[0] : "optional part";
}

function readState(filled) {
  const code = unfilled(filled);
  if (code === "DEU") throw new SealMalformed("zone", "MRZ: Germany is written D<<");
  return code === "D" ? "DEU" : code;
}

function unfilled(text) {
  return text.replace(/<+$/, "");
}
