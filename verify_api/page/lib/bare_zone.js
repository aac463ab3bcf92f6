/**
 * A machine-readable zone alone, typed or scanned (ICAO 9303-4 to 9303-7): not signed, only its sums can be checked;
 * the twin of seals/mrz.py.
 *
 *   TD1 3 x 30;  TD2 2 x 36;  TD3 2 x 44;  MRV-A 2 x 44, MRV-B 2 x 36: the first letter is V
 */

import { toLatin1 } from "./bytes.js";
import { SealMalformed } from "./errors.js";
import { checkDigit } from "./mrz.js";

const END = "(?:\\r?\\n)?";
const rows = (width, count) => `(?:[A-Z0-9<]{${width}}${END}){${count - 1}}[A-Z0-9<]{${width}}`;
const LINES = new RegExp(`^(?:${rows(30, 3)}|${rows(36, 2)}|${rows(44, 2)})$`);
const NAME = /^([A-Z]+(?:<[A-Z]+)*)(?:<<([A-Z]+(?:<[A-Z]+)*))?<*$/;
const DATE = /^[0-9<]{6}$/;
const NUMBER_MAX = 9;

/** Layout of two lines: each part as [start, end) in the joined lines; `sums`: what, its digit's place, its parts. */
function twoLines(width, optional, more) {
  const part = (at, size) => [width + at, width + at + size];
  const [number, birth, until] = [part(0, 9), part(13, 6), part(21, 6)];
  const sums = [["number", width + 9, [number]], ["birth", width + 19, [birth]], ["until", width + 27, [until]]];
  const at = { name: [5, width], number, nationality: part(10, 3), birth, sex: width + 20, until, optional };
  return { width, size: 2 * width, ...at, sums: [...sums, ...more] };
}

const LAYOUTS = {
  TD1: {
    width: 30,
    size: 90,
    name: [60, 90],
    number: [5, 14],
    nationality: [45, 48],
    birth: [30, 36],
    sex: 37,
    until: [38, 44],
    optional: [15, 30],
    sums: [
      ["number", 14, [[5, 14]]],
      ["birth", 36, [[30, 36]]],
      ["until", 44, [[38, 44]]],
      ["composite", 59, [[5, 37], [38, 45], [48, 59]]],
    ],
  },
  TD2: twoLines(36, [64, 71], [["composite", 71, [[36, 46], [49, 56], [57, 71]]]]),
  TD3: twoLines(44, [72, 86], [["optional", 86, [[72, 86]]], ["composite", 87, [[44, 54], [57, 64], [65, 87]]]]),
  "MRV-A": twoLines(44, [72, 88], []),
  "MRV-B": twoLines(36, [64, 72], []),
};

/** Whether these bytes look like the lines of a zone. @param {Uint8Array} data */
export function isZone(data) {
  return "ACIPV".includes(String.fromCharCode(data[0])) && data.includes(0x3c) && LINES.test(toLatin1(data));
}

/**
 * A zone; `wrong` names the check digits that do not hold.
 * @param {Uint8Array} data @returns {import("./seal.js").Seal & {wrong: string[]}}
 */
export function parse(data) {
  if (!isZone(data)) throw new SealMalformed("zone", "MRZ: not the lines of a machine-readable zone");
  const text = toLatin1(data).replace(/[\r\n]/g, "");
  const form = formOf(text);
  const [zone, wrong] = read(form, text);
  return {
    format: "mrz",
    profile: form,
    issuer: zone.issuer,
    reference: "",
    country: zone.issuer,
    algorithm: null,
    signed: new Uint8Array(),
    signature: new Uint8Array(),
    typeCode: null,
    documentClass: null,
    issuedOn: null,
    issuedAt: null,
    validFrom: null,
    validUntil: null,
    fields: {},
    signedOn: null,
    wrong,
  };
}

function formOf(text) {
  const visa = text.startsWith("V");
  return { 90: "TD1", 72: visa ? "MRV-B" : "TD2", 88: visa ? "MRV-A" : "TD3" }[text.length];
}

/**
 * What joined lines say, and which check digits do not hold; SealMalformed where they are no such zone.
 * @param {string} form @param {string} text @returns {[import("./mrz.js").Zone, string[]]}
 */
export function read(form, text) {
  const at = LAYOUTS[form];
  const cut = ([start, end]) => text.slice(start, end);
  const name = NAME.exec(cut(at.name));
  if (text.length !== at.size || !name || !DATE.test(cut(at.birth)) || !DATE.test(cut(at.until))) {
    throw new SealMalformed("zone", "MRZ: a name or date that is none");
  }
  const [number, optional] = numberOf(form, text, at);
  const zone = {
    form,
    code: unfilled(text.slice(0, 2)),
    issuer: state(text.slice(2, 5)),
    surname: name[1].replaceAll("<", " "),
    givenNames: (name[2] ?? "").replaceAll("<", " "),
    number: unfilled(number),
    nationality: state(cut(at.nationality)),
    birthDate: cut(at.birth),
    sex: unfilled(text[at.sex]),
    validUntil: cut(at.until),
    optional: unfilled(optional),
  };
  return [zone, wrongIn(form, text, at)];
}

/** Joined lines as they stand on the document. @param {string} form @param {string} text */
export function lines(form, text) {
  return text.match(new RegExp(`.{${LAYOUTS[form].width}}`, "g")).join("\n");
}

/** The number, which may go on in the optional part where `<` stands for its digit (9303-5 section 4.2.2). */
function numberOf(form, text, at) {
  const [number, optional] = [at.number, at.optional].map(([start, end]) => text.slice(start, end));
  const rest = optional.split("<")[0];
  if ((form !== "TD1" && form !== "TD2") || text[at.number[1]] !== "<" || rest.length < 2) return [number, optional];
  return [number + rest.slice(0, -1), optional.slice(rest.length)];
}

function wrongIn(form, text, at) {
  const found = at.sums.filter(([what, place, parts]) => !holds(text, what, place, parts)).map(([what]) => what);
  const [number] = numberOf(form, text, at);
  if (number.length <= NUMBER_MAX) return found;
  const digit = text[at.optional[0] + number.length - NUMBER_MAX];
  return [...found.filter((what) => what !== "number"), ...(digit === checkDigit(number) ? [] : ["number"])];
}

function holds(text, what, place, parts) {
  const summed = parts.map(([start, end]) => text.slice(start, end)).join("");
  if (what === "optional" && /^<*$/.test(summed) && text[place] === "<") return true; // an empty one may have no digit
  return text[place] === checkDigit(summed);
}

function state(code) {
  return code === "D<<" ? "DEU" : unfilled(code);
}

function unfilled(text) {
  return text.replace(/<+$/, "");
}
