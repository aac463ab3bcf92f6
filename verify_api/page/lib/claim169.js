/**
 * MOSIP Claim 169: a CBOR Web Token (RFC 8392) in COSE_Sign1 (RFC 9052); the twin of seals/claim169.py.
 *
 *   seal      = zlib(message) | message
 *   message   = COSE_Sign1 of claims                        ours: cose.js; of others: foreign_cose.js
 *   claims    = {1: iss, 4: exp, 5: nbf, 6: iat, 169: person, 65535: status, -70001: act}
 *   person    = {1: number, 4: full name, 5: given names, 7: surname, 8: birth YYYYMMDD, 9: sex 1, 2, ...}
 *   act       = {0: type, 1: class, 2: office, 3: act number, 10...: the fields that the type declares}
 */

import { toHex } from "./bytes.js";
import { decodeForeign, isInteger } from "./canonical.js";
import * as cose from "./cose.js";
import { NotCanonical, SealMalformed, SealUnsupported } from "./errors.js";
import * as foreignCose from "./foreign_cose.js";
import { inflate } from "./deflate.js";
import { dayOf, lastDay, readInstant } from "./instant.js";
import rules from "../rules.js";

const ISSUER = 1;
const EXPIRES = 4;
const NOT_BEFORE = 5;
const ISSUED_AT = 6;
const PERSON = 169;
const STATUS = 65535;
const ACT = -70001;
const TYPE_CODE = 0;
const DOCUMENT_CLASS = 1;
const BIRTH_DATE = 8;
const SEX = 9;
const COUNTRY = 23;

/**
 * A token, compressed or not; SealMalformed where it breaks the grammar, SealUnsupported for other tokens.
 * @param {Uint8Array} data @returns {Promise<import("./seal.js").Seal>}
 */
export async function parse(data) {
  try {
    return read(data[0] === 0x78 ? await inflate(data) : data);
  } catch (error) {
    if (error instanceof NotCanonical) throw new SealMalformed("spelling", `Claim 169: ${error.detail}`);
    throw error;
  }
}

function read(data) {
  const message = open(data);
  const claims = decodeForeign(message.payload);
  if (!(claims instanceof Map)) throw new SealMalformed("structure", "Claim 169: the payload is not a map of claims");
  if (!claims.has(PERSON)) throw new SealUnsupported("no_identity", "a CBOR web token without claim 169");
  return sealOf(claims, message);
}

function open(message) {
  try {
    return cose.split(message);
  } catch (error) {
    if (error instanceof NotCanonical) return foreignCose.split(message);
    throw error;
  }
}

function sealOf(claims, message) {
  const person = claims.get(PERSON);
  const act = claims.has(ACT) ? claims.get(ACT) : new Map();
  if (!(person instanceof Map) || !(act instanceof Map)) {
    throw new SealMalformed("structure", "Claim 169: claim 169 or -70001 is not a map");
  }
  const typeCode = text(act, TYPE_CODE);
  const documentClass = text(act, DOCUMENT_CLASS);
  const issuedAt = readInstant(claims, ISSUED_AT);
  if (issuedAt === null) throw new SealMalformed("date", "Claim 169: no time of issue (iat)");
  const notBefore = readInstant(claims, NOT_BEFORE);
  const expires = readInstant(claims, EXPIRES);
  const seal = {
    format: "claim169",
    profile: "169",
    issuer: text(claims, ISSUER) ?? "",
    reference: toHex(message.kid),
    country: text(person, COUNTRY),
    algorithm: foreignCose.SIGNED_WITH.get(message.algorithm)[0],
    signed: message.signed,
    signature: message.signature,
    typeCode,
    documentClass,
    issuedOn: dayOf(issuedAt),
    issuedAt,
    validFrom: dayOf(notBefore),
    validUntil: lastDay(expires),
    fields: fieldsOf(person, act, typeCode),
    signedOn: null,
  };
  if (claims.has(STATUS)) checkStatus(claims.get(STATUS));
  return seal;
}

function text(values, key) {
  const value = values.get(key) ?? null;
  if (value !== null && typeof value !== "string") throw new SealMalformed("value", `Claim 169: ${key} is not text`);
  return value;
}

/** The token's place in a list of others': its form is judged, the list is not ours to read. */
function checkStatus(value) {
  const entry = value instanceof Map ? value.get("status_list") : null;
  const index = entry instanceof Map ? entry.get("idx") : null;
  if (!isInteger(index) || index < 0 || typeof entry.get("uri") !== "string") {
    throw new SealMalformed("value", "Claim 169: status without index and list");
  }
}

/** What to show, by field name; what is neither text nor number (images, biometrics) is left out. */
function fieldsOf(person, act, typeCode) {
  const { types } = rules.claim169;
  const own = typeCode !== null && Object.hasOwn(types, typeCode) ? types[typeCode] : null;
  const claimNames = names(rules.claim169.names, own?.names);
  const actNames = names(rules.claim169.act_names, own?.act_names);
  const fields = {};
  for (const [key, value] of person) {
    if (rules.claim169.hidden.includes(key) || !isShown(value)) continue;
    fields[claimNames.get(key) ?? `claim_${key}`] = shown(key, value);
  }
  for (const [key, value] of act) {
    if (key === TYPE_CODE || key === DOCUMENT_CLASS || !isShown(value)) continue;
    fields[actNames.get(key) ?? `act_${key}`] = String(value);
  }
  return fields;
}

/** Names by number; those of a declared type stand before the standard's. */
function names(standard, own = {}) {
  return new Map(Object.entries({ ...standard, ...own }).map(([key, name]) => [Number(key), name]));
}

function isShown(value) {
  return typeof value === "string" || isInteger(value);
}

function shown(key, value) {
  if (key === BIRTH_DATE) return String(value).replace(/^([0-9]{4})([0-9]{2})([0-9]{2})$/, "$1-$2-$3");
  if (key === SEX && typeof value === "number") return rules.claim169.sexes[value] ?? String(value);
  return String(value);
}
