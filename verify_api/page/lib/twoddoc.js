/**
 * 2D-Doc, DC01 to DC04 ("Spécifications techniques 2D-Doc" 3.3.8, France Titres); the twin of seals/twoddoc.py.
 *
 *   seal      = header data US signature [GS annex]         printable ASCII; what is annexed is not signed
 *   header    = "DC" version authority certificate issued signed type [perimeter [country]]
 *   data      = (identifier value)*                         identifier: 2; each once
 *   value     = of a fixed size | up to GS, or to its greatest size | cut short to fit, up to RS
 */

import * as base32 from "./base32.js";
import { fromText, toLatin1 } from "./bytes.js";
import { isDay, nameOf, numberOf } from "./days.js";
import { SealMalformed, SealUnsupported } from "./errors.js";
import rules from "../rules.js";

const { sizes, longest, names, types, classes, days } = rules.twoddoc;
const { hex_days: hexDays, first_days: firstDays, last_days: lastDays } = rules.twoddoc;
const HEADER = /^(DC0[1-4])([A-Z]{2}[A-Z0-9]{2})([A-Z0-9]{4})([0-9A-F]{4})([0-9A-F]{4})([0-9A-Z]{2})/;
const PRINTABLE = /^[ -~\x1d\x1e]*$/;
const US = "\x1f";
const GS = "\x1d";
const NONE = "FFFF";
const PERIMETER_1 = "01";
const EPOCH = numberOf("2000-01-01");
const SIGNATURE_SIZES = [64, 96, 132];

/**
 * SealMalformed for anything but the grammar above, SealUnsupported for the binary form.
 * @param {Uint8Array} data @returns {import("./seal.js").Seal}
 */
export function parse(data) {
  if (data[0] === 0xdc) throw new SealUnsupported("binary", "a 2D-Doc in its binary form");
  const text = toLatin1(data).replace(/[^\0-\x7f]/g, "\ufffd");
  const mark = text.indexOf(US);
  const signed = mark < 0 ? text : text.slice(0, mark);
  const header = HEADER.exec(signed);
  if (!header || mark < 0) throw new SealMalformed("header", "2D-Doc: no header, or no signature");
  const [, version, issuer, reference, issued, signedAt, type] = header;
  const [perimeter, country, start] = scope(version, signed);
  const values = valuesOf(signed.slice(start), perimeter === PERIMETER_1);
  const [issuedOn, signedOn] = [dayOf(issued), dayOf(signedAt)];
  const documentType = perimeter === PERIMETER_1 ? type : "";
  const dated = documentType ? values : new Map();
  return {
    format: "2ddoc",
    profile: `${version} ${type}`,
    issuer,
    reference,
    country,
    algorithm: null,
    signed: fromText(signed),
    signature: signatureOf(text.slice(mark + 1).split(GS)[0]),
    typeCode: null,
    documentClass: own(classes, documentType) ?? null,
    issuedOn: issuedOn ?? signedOn,
    issuedAt: null,
    validFrom: first(dated, firstDays),
    validUntil: first(dated, lastDays),
    fields: fieldsOf(documentType, values),
    signedOn,
  };
}

/** Perimeter, country, and where the data begin. */
function scope(version, signed) {
  if (version === "DC01" || version === "DC02") return [PERIMETER_1, "FR", 22];
  const perimeter = signed.slice(22, 24);
  const country = version === "DC04" ? signed.slice(24, 26) : "FR";
  if (!/^[0-9A-Z]{2}$/.test(perimeter) || !/^[A-Z]{2}$/.test(country)) {
    throw new SealMalformed("name", "2D-Doc: perimeter or country misspelt");
  }
  return [perimeter, country, version === "DC04" ? 26 : 24];
}

/** The values by identifier, as they are written. */
function valuesOf(data, known) {
  if (!PRINTABLE.test(data)) throw new SealMalformed("alphabet", "2D-Doc: a character that has no place in it");
  const found = new Map();
  for (const [identifier, value] of split(data, known)) {
    if (found.has(identifier) || !/^[0-9A-Z]{2}$/.test(identifier)) {
      throw new SealMalformed("twice", "2D-Doc: an identifier misspelt, or one that stands twice");
    }
    found.set(identifier, value);
  }
  return found;
}

function* split(data, known) {
  for (let at = 0; at < data.length; ) {
    const identifier = data.slice(at, at + 2);
    const start = at + 2;
    const size = known ? own(sizes, identifier) : undefined;
    const last = Math.min(data.length, start + (size ?? (known ? own(longest, identifier) : undefined) ?? data.length));
    let end = start;
    while (end < last && !isEnd(data[end])) end += 1;
    if (start > last) end = last;
    if (size !== undefined && end - start !== size) {
      throw new SealMalformed("value", `2D-Doc: the value of ${identifier} has not its size`);
    }
    yield [identifier, data.slice(start, end)];
    at = end < data.length && isEnd(data[end]) ? end + 1 : end;
  }
}

function isEnd(char) {
  return char === GS || char === "\x1e";
}

function dayOf(digits) {
  return digits === NONE ? null : nameOf(EPOCH + parseInt(digits, 16));
}

function signatureOf(text) {
  const signature = base32.decode(fromText(text));
  if (!SIGNATURE_SIZES.includes(signature.length)) {
    throw new SealMalformed("signature", "2D-Doc: a signature of an impossible length");
  }
  return signature;
}

/** The day of the first of these identifiers that has one. */
function first(values, identifiers) {
  const stated = identifiers.filter((one) => values.has(one) && values.get(one) !== NONE);
  const told = stated.map((one) => shown(one, values.get(one)));
  return told[0] ?? null;
}

function fieldsOf(documentType, values) {
  const fields = {};
  if (own(types, documentType)) fields.document_type = types[documentType];
  for (const [identifier, value] of values) {
    const name = (documentType && own(names, identifier)) || `id_${identifier}`;
    fields[Object.hasOwn(fields, name) ? `id_${identifier}` : name] = documentType ? shown(identifier, value) : value;
  }
  return fields;
}

/** A day as YYYY-MM-DD; any other value as it is. */
function shown(identifier, value) {
  if (hexDays.includes(identifier) && value !== NONE) {
    if (!/^[0-9A-F]{4}$/.test(value)) throw new SealMalformed("date", "2D-Doc: no such date");
    return dayOf(value);
  }
  if (!days.includes(identifier)) return value;
  const day = `${value.slice(4)}-${value.slice(2, 4)}-${value.slice(0, 2)}`;
  if (!isDay(day)) throw new SealMalformed("date", "2D-Doc: no such date");
  return day;
}

function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
