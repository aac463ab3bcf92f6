/**
 * ICAO Visible Digital Seal (ICAO 9303-13, BSI TR-03137); the twin of seals/vds.py.
 *
 *   seal      = signed FF length signature            signature: r || s; nothing follows
 *   signed    = DC version country key issued signed_on profile feature*
 *   version   = 02 (called version 3) | 03 (version 4)
 *   country   = C40, 2 bytes: three letters; one or two are filled with `<`, or stand alone
 *   key       = version 4: C40 of signer 4, length of the reference 2, reference
 *               version 3: C40 of signer 4, reference 5, filled with zeros on the left: 6 bytes
 *   date      = MMDDYYYY as an integer of 3 bytes
 *   profile   = document feature definition reference, document type category: 2 bytes ("5D01")
 *   feature   = tag length value                      one byte each for tag (00-FE) and length, each tag once
 */

import { toHex } from "./bytes.js";
import * as c40 from "./c40.js";
import { dayOf } from "./days.js";
import { SealMalformed } from "./errors.js";
import { READERS } from "./features.js";
import * as zone from "./zone.js";
import rules from "../rules.js";

const VERSION_3 = 0x02;
const VERSION_4 = 0x03;
const SIGNATURE = 0xff;
const DECIMAL_LENGTH = "DEZV";
const VALIDITY = ["valid_from", "valid_until"];
const UNKNOWN = { document_class: null, zones: {}, features: {} };
const NOTHING = { type_code: null, features: {}, choices: {} };

/**
 * SealMalformed for anything but one spelling of the grammar above.
 * @param {Uint8Array} data @returns {import("./seal.js").Seal}
 */
export function parse(data) {
  const header = readHeader(data);
  const [found, end] = readFeatures(data, header.end);
  const signature = data.subarray(end + 2);
  if (signature.length < 56 || signature.length > 132 || signature.length % 2) {
    throw new SealMalformed("signature", "VDS: a signature of an impossible length");
  }
  const profile = rules.profiles[header.profile] ?? UNKNOWN;
  const [fields, zoneUntil] = readZone(profile, found, header.issuedOn);
  const typeCode = addFeatures(header, profile, found, fields);
  const [validFrom, validUntil] = zoneUntil ? [null, zoneUntil] : readValidity(profile, found);
  return {
    format: "vds",
    profile: header.profile,
    issuer: header.signer,
    reference: header.reference,
    country: header.country,
    algorithm: null,
    signed: data.subarray(0, end),
    signature,
    typeCode,
    documentClass: profile.document_class,
    issuedOn: header.issuedOn,
    issuedAt: null,
    validFrom,
    validUntil,
    fields,
    signedOn: header.signedOn,
  };
}

function readHeader(data) {
  if (data[0] !== 0xdc || (data[1] !== VERSION_3 && data[1] !== VERSION_4)) {
    throw new SealMalformed("header", "VDS: no header of version 3 or 4");
  }
  const at = data[1] === VERSION_3 ? 10 : keyEnd(data.subarray(4, 8));
  if (data.length < at + 8) throw new SealMalformed("header", "VDS: cut short in the header");
  const [country, signer, reference] = readKey(data.subarray(1, at));
  return {
    country,
    signer,
    reference,
    issuedOn: readDate(data.subarray(at, at + 3)),
    signedOn: readDate(data.subarray(at + 3, at + 6)),
    profile: toHex(data.subarray(at + 6, at + 8)).toUpperCase(),
    end: at + 8,
  };
}

/** Where the key ends in a header of version 4; `head`: its first six characters. */
function keyEnd(head) {
  const text = c40.decode(head);
  return 4 + Math.floor((6 + readLength(text.slice(0, 4), text.slice(4)) + 2) / 3) * 2;
}

/** Country, signer and certificate reference; `raw`: the header from its version to the key's end. */
function readKey(raw) {
  const country = c40.decode(raw.subarray(1, 3)).replace(/ +$/, "");
  const text = c40.decode(raw.subarray(3));
  const signer = text.slice(0, 4);
  const third = raw[0] === VERSION_3;
  const reference = third ? text.slice(4).replace(/^0+/, "") : text.slice(6);
  const size = third ? 9 : 6 + readLength(signer, text.slice(4, 6));
  if (text.length !== size) throw new SealMalformed("name", "VDS: certificate reference of another length than stated");
  if (!/^[A-Z]{1,3}$/.test(country) || !/^[A-Z]{2}[A-Z0-9]{2}$/.test(signer) || !/^[A-Z0-9]+$/.test(reference)) {
    throw new SealMalformed("name", "VDS: country, signer or certificate reference misspelt");
  }
  return [country, signer, reference];
}

function readLength(signer, text) {
  const decimal = signer === DECIMAL_LENGTH;
  if (!(decimal ? /^[0-9]{2}$/ : /^[0-9A-F]{2}$/).test(text)) {
    throw new SealMalformed("header", "VDS: no length before the certificate reference");
  }
  return parseInt(text, decimal ? 10 : 16);
}

function readDate(data) {
  const value = data[0] * 65536 + data[1] * 256 + data[2];
  const day = dayOf(value % 10000, Math.floor(value / 1000000), Math.floor(value / 10000) % 100);
  if (!day) throw new SealMalformed("date", "VDS: no such date");
  return day;
}

/** The features by tag, and where the signature zone starts. @returns {[Map<string, Uint8Array>, number]} */
function readFeatures(data, at) {
  const found = new Map();
  while (at + 2 <= data.length) {
    const end = at + 2 + data[at + 1];
    if (data[at] === SIGNATURE) {
      if (end !== data.length) throw new SealMalformed("signature", "VDS: the signature is not the last thing");
      return [found, at];
    }
    const tag = nameOf(data[at]);
    if (found.has(tag)) throw new SealMalformed("twice", `VDS: tag ${tag} stands twice`);
    found.set(tag, data.subarray(at + 2, end));
    at = end;
  }
  throw new SealMalformed("signature", "VDS: ends without a signature");
}

/** What the MRZ says, and until when; a profile that has a zone has exactly one. */
function readZone(profile, found, issuedOn) {
  const forms = Object.keys(profile.zones);
  const tags = forms.filter((tag) => found.has(tag));
  if (tags.length !== (forms.length ? 1 : 0)) {
    throw new SealMalformed("zone", "VDS: not exactly one machine-readable zone");
  }
  return tags.length ? zone.read(profile.zones[tags[0]], found.get(tags[0]), issuedOn) : [{}, null];
}

/** The first and last day of a profile that states them as features. */
function readValidity(profile, found) {
  const days = {};
  for (const [tag, [name, reader]] of Object.entries(profile.features)) {
    if (VALIDITY.includes(name) && found.has(tag)) days[name] = READERS[reader](found.get(tag));
  }
  return [days.valid_from ?? null, days.valid_until ?? null];
}

/** Add what stands beside the MRZ to `fields`; return the declared type that it tells, if any. */
function addFeatures(header, profile, found, fields) {
  const declared = (rules.states.includes(header.country) && rules.declared[header.profile]) || NOTHING;
  let typeCode = declared.type_code;
  for (const [tag, value] of found) {
    if (Object.hasOwn(profile.zones, tag)) continue;
    const chosen = declared.choices[tag + toHex(value)];
    if (chosen) {
      typeCode = chosen[0];
      fields[chosen[1]] = chosen[2];
    } else {
      const [name, reader] = profile.features[tag] ?? declared.features[tag] ?? [`tag_${tag}`, "hex"];
      fields[name] = READERS[reader](value);
    }
  }
  return typeCode;
}

function nameOf(tag) {
  return toHex(Uint8Array.of(tag)).toUpperCase();
}
