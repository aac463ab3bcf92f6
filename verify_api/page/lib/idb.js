/**
 * ICAO Datastructure for Barcode, IDB (BSI TR-03137); the twin of seals/idb.py.
 *
 *   seal      = ("RDB1" | "NDB1") flag Base32(payload)      flag B: signed, D: signed and payload = zlib(...)
 *   payload   = signed [7E length certificate] 7F length signature        signature: r || s
 *   signed    = country algorithm reference date 61 length message+
 *   message   = tag length value                            tag: one byte, each once; length: DER
 *
 * A certificate that comes along is compared with the reference, and believed in nothing else.
 */

import * as bareZone from "./bare_zone.js";
import * as base32 from "./base32.js";
import { equal, startsWith, toHex } from "./bytes.js";
import * as c40 from "./c40.js";
import { dayOf } from "./days.js";
import { inflate } from "./deflate.js";
import { SealMalformed, SealUnsupported } from "./errors.js";
import { READERS } from "./features.js";
import * as zone from "./zone.js";
import rules from "../rules.js";

const HASH = { 1: "SHA-256", 2: "SHA-384", 3: "SHA-512" };
const MESSAGES = 0x61;
const CERTIFICATE = 0x7e;
const SIGNATURE = 0x7f;
const SIGNATURE_SIZES = [64, 80, 96, 128, 132];
const VISA = 0x01;
const TRAVEL = 0x02;
const HIDDEN = [0x0a, 0x80, 0x84, 0x86]; // chip access data, the face; date and type are read apart
const UNTIL = 0x84;
const TYPE = 0x86;
const NESTED = new Map([[VISA, rules.profiles["5D01"]], [TRAVEL, rules.profiles["5E03"]]]); // features of a VDS
const ZONES = new Map([[0x07, "TD1"], [0x08, "TD3"], [0x81, "TD2"]]);
const TEXTS = new Map([
  [0x09, "card_access_number"],
  [0x82, "document_reference"],
  [0x83, "file_number"],
  [0x85, "number"],
]);
const SHOWN_MAX = 64;

/**
 * SealMalformed for anything but the grammar above, SealUnsupported for one that nobody signed.
 * @param {Uint8Array} data @returns {Promise<import("./seal.js").Seal>}
 */
export async function parse(data) {
  const flag = String.fromCharCode(data[4]);
  if (!(startsWith(data, "RDB1") || startsWith(data, "NDB1")) || !["A", "B", "C", "D"].includes(flag)) {
    throw new SealMalformed("header", "IDB: no RDB1 or NDB1 with a flag from A to D");
  }
  if (flag === "A" || flag === "C") throw new SealUnsupported("unsigned", "an ICAO barcode that nobody signed");
  const packed = base32.decode(data.subarray(5));
  const payload = flag === "D" ? await inflate(packed) : packed;
  const [signedOn, size] = readDate(payload.subarray(8, 12));
  const { tag, value, end } = item(payload, size + 8);
  if (tag !== MESSAGES || !HASH[payload[2]]) {
    throw new SealMalformed("header", "IDB: no message after the header, or an algorithm that is none");
  }
  const found = messages(value);
  const [fields, validUntil] = fieldsOf(found, signedOn);
  const issuer = c40.decode(payload.subarray(0, 2)).replace(/ +$/, "");
  return {
    format: "idb",
    profile: data[0] === 0x52 ? "RDB1" : "NDB1",
    issuer,
    reference: toHex(payload.subarray(3, 8)),
    country: issuer,
    algorithm: HASH[payload[2]],
    signed: payload.subarray(0, end),
    signature: await signatureOf(payload, end),
    typeCode: null,
    documentClass: found.has(VISA) ? "visa" : found.has(TRAVEL) ? "travel" : null,
    issuedOn: signedOn,
    issuedAt: null,
    validFrom: null,
    validUntil,
    fields,
    signedOn,
  };
}

/** The day, and how many bytes it takes: the integer of a day is never below 2 ** 16. */
function readDate(data) {
  const size = data[0] === 0 ? 4 : 3;
  let value = 0;
  for (const byte of data.subarray(size - 3, size)) value = value * 256 + byte;
  const day = dayOf(value % 10000, Math.floor(value / 1000000), Math.floor(value / 10000) % 100);
  if (!day) throw new SealMalformed("date", "IDB: no such date");
  return [day, size];
}

/** The item at `at`; its length is written as DER does, in the fewest bytes. */
function item(data, at) {
  const short = at + 2 > data.length;
  const size = !short && data[at + 1] > 0x80 ? data[at + 1] & 0x7f : 0;
  if (short || data[at + 1] === 0x80 || size > 2) {
    throw new SealMalformed("cut", "IDB: cut short, or a length that is none");
  }
  const start = at + 2 + size;
  let length = size ? 0 : data[at + 1];
  for (const byte of data.subarray(at + 2, start)) length = length * 256 + byte;
  if ((size && length < [0x80, 0x100][size - 1]) || start + length > data.length) {
    throw new SealMalformed("cut", "IDB: cut short, or a length with too many bytes");
  }
  return { tag: data[at], value: data.subarray(start, start + length), end: start + length };
}

/** The items of a group by tag. */
function messages(data) {
  const found = new Map();
  for (let at = 0; at < data.length; ) {
    const { tag, value, end } = item(data, at);
    if (found.has(tag)) throw new SealMalformed("twice", `IDB: message ${nameOf(tag)} stands twice`);
    found.set(tag, value);
    at = end;
  }
  return found;
}

async function signatureOf(payload, at) {
  let found = item(payload, at);
  if (found.tag === CERTIFICATE) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", found.value));
    if (!equal(digest.subarray(-5), payload.subarray(3, 8))) {
      throw new SealMalformed("structure", "IDB: the certificate is not the one that the header names");
    }
    found = item(payload, found.end);
  }
  if (found.tag !== SIGNATURE || found.end !== payload.length || !SIGNATURE_SIZES.includes(found.value.length)) {
    throw new SealMalformed("signature", "IDB: the signature is not the last thing, or has an impossible length");
  }
  return found.value;
}

/** What to compare, and the last day of validity: what a date says, else what a zone says. */
function fieldsOf(found, signedOn) {
  const fields = {};
  let validUntil = null;
  for (const [tag, value] of found) {
    if (NESTED.has(tag)) validUntil = readNested(NESTED.get(tag), value, signedOn, fields);
    else if (ZONES.has(tag)) validUntil = readZone(ZONES.get(tag), value, signedOn, fields);
    else if (TEXTS.has(tag)) fields[TEXTS.get(tag)] = READERS.c40(value);
    else if (!HIDDEN.includes(tag)) fields[`message_${nameOf(tag)}`] = toHex(value.subarray(0, SHOWN_MAX));
  }
  if (found.has(TYPE)) fields.document_type = typeOf(found.get(TYPE));
  if (found.has(UNTIL)) {
    const [day, size] = readDate(found.get(UNTIL));
    if (size !== found.get(UNTIL).length) throw new SealMalformed("date", "IDB: a date of validity that is not whole");
    validUntil = fields.valid_until = day;
  }
  return [fields, validUntil];
}

/** The features of a VDS of this profile; a duration may be a number of days alone. */
function readNested(profile, value, signedOn, fields) {
  let validUntil = null;
  for (const [tag, feature] of messages(value)) {
    const form = profile.zones[nameOf(tag)];
    if (form) {
      validUntil = readZone(form, feature, signedOn, fields);
      continue;
    }
    const [name, reader] = profile.features[nameOf(tag)] ?? [`tag_${nameOf(tag)}`, "hex"];
    fields[name] = name === "stay" && feature.length === 1 ? `P${feature[0]}D` : READERS[reader](feature);
  }
  return validUntil;
}

function readZone(form, value, signedOn, fields) {
  const text = c40.decode(value).replaceAll(" ", "<");
  const [read, wrong] = bareZone.read(form, text);
  if (wrong.some((what) => what !== "composite")) {
    throw new SealMalformed("digit", `MRZ: check digit of the ${wrong[0]}`);
  }
  const [said, validUntil] = zone.said(read, bareZone.lines(form, text), signedOn);
  Object.assign(fields, said);
  return validUntil;
}

function typeOf(value) {
  if (value.length !== 1) throw new SealMalformed("value", "IDB: a document type has one byte");
  return rules.idb_types[value[0]] ?? String(value[0]);
}

function nameOf(tag) {
  return toHex(Uint8Array.of(tag)).toUpperCase();
}
