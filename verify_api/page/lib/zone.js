/** The machine-readable zone inside a VDS, and the centuries that it leaves out; the twin of seals/zone.py. */

import * as c40 from "./c40.js";
import { dayOf } from "./days.js";
import { SealMalformed } from "./errors.js";
import * as mrz from "./mrz.js";

const WIDTH = { "MRV-A": 44, "MRV-B": 36, TD2: 36 };
const SIZE = { "MRV-A": 44 + 28, "MRV-B": 36 + 28, TD2: 36 + 36 };

/**
 * What the zone says by field name, and the last day of validity; SealMalformed unless it is a zone of `form`.
 * @param {string} form @param {Uint8Array} value @param {string} issuedOn
 * @returns {[Record<string, string>, string]}
 */
export function read(form, value, issuedOn) {
  const text = c40.decode(value).replaceAll(" ", "<");
  if (text.length !== SIZE[form]) throw new SealMalformed("zone", "VDS: a machine-readable zone of another length");
  const lines = [text.slice(0, WIDTH[form]), text.slice(WIDTH[form])];
  const zone = mrz.parse(lines);
  if (zone.form !== form) throw new SealMalformed("zone", "VDS: not the machine-readable zone of this profile");
  return said(zone, lines.join("\n"), issuedOn);
}

/**
 * What a zone says by field name, its years made whole from the day of issue, and the last day of validity.
 * @param {import("./mrz.js").Zone} zone @param {string} lines @param {string} issuedOn
 * @returns {[Record<string, string>, string]}
 */
export function said(zone, lines, issuedOn) {
  const validUntil = expiry(zone.validUntil, issuedOn);
  const fields = {
    mrz: lines,
    number: zone.number,
    surname: zone.surname,
    given_names: zone.givenNames,
    nationality: zone.nationality,
    sex: zone.sex,
    valid_until: validUntil,
  };
  // what is unknown of a birth stays in the zone
  if (!zone.birthDate.includes("<")) fields.birth_date = birth(zone.birthDate, issuedOn);
  return [fields, validUntil];
}

/** The last such day that is not after the document's. */
function birth(yymmdd, issuedOn) {
  const issued = Number(issuedOn.slice(0, 4));
  const year = issued - modulo(issued - Number(yymmdd.slice(0, 2)), 100);
  const day = dayIn(year, yymmdd);
  return day <= issuedOn ? day : dayIn(year - 100, yymmdd);
}

/** The one such day from 20 years before the document's year to 79 after. */
function expiry(yymmdd, issuedOn) {
  const earliest = Number(issuedOn.slice(0, 4)) - 20;
  return dayIn(earliest + modulo(Number(yymmdd.slice(0, 2)) - earliest, 100), yymmdd);
}

function dayIn(year, yymmdd) {
  const day = dayOf(year, Number(yymmdd.slice(2, 4)), Number(yymmdd.slice(4)));
  if (!day) throw new SealMalformed("date", "VDS: no such date in the machine-readable zone");
  return day;
}

function modulo(value, by) {
  return ((value % by) + by) % by;
}
