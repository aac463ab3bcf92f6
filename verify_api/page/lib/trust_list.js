/**
 * The trust list: which keys a checker accepts, signed by the root key that was installed with it; the twin of
 * keys/trust_list.py. How each format spells its keys is in rules.js.
 *
 *   body = {"csca": [DER, ...], "keys": [key, ...]}      in bytewise order of the DER, of the kids
 *
 * A key of another authority stands without its certificate: an operator checked that once, and the root signed the
 * outcome. X.509 is not judged here: that our own barcode signer's certificate says what its record says and chains to
 * a CSCA, Python checks before the root signs (docs/adr/0008), and the page rests on the root's signature.
 */

import { compare, toHex } from "./bytes.js";
import { isDay } from "./days.js";
import { KeyRefused, ListInvalid } from "./errors.js";
import { kidOf, TrustList } from "./keyring.js";
import { openList } from "./signed_list.js";
import { checkPublic } from "./verify.js";
import rules from "../rules.js";

const PURPOSES = ["root", "event", "seal", "lists", "checkpoint", "receipt"];
const OURS = ["Ed25519", "ES256"];
const STATUSES = ["active", "retired", "revoked"];
const TEXTS = ["authority", "office", "format", "issuer", "reference", "country", "status"];
const OTHERS = ["purpose", "algorithm", "public", "valid_from", "valid_until", "classes", "ended_on", "certificate"];
const FIELDS = [...TEXTS, ...OTHERS];

/**
 * What the root signed; ListInvalid for anything else, or for a version below `versionMin`.
 * @param {Uint8Array} message @param {Uint8Array} rootPublic @param {number} versionMin
 * @param {boolean} judged whether this device has accepted this very message before: its points are not judged twice
 */
export async function readTrustList(message, rootPublic, versionMin = 0, judged = false) {
  // 1. The root's signature, the kind and the version.
  const found = await openList(message, "trust", await rootKey(rootPublic, judged), versionMin);
  if (!/^[A-Z]{3}$/.test(found.authority) || found.asOf !== 0) {
    throw new ListInvalid("trust list: authority is three letters, as_of is 0");
  }
  // 2. The form of the body.
  const records = parseBody(found.body);
  // 3. Each key: its spelling and the enrolment gate.
  const keys = await Promise.all(records.map((record) => readKey(record, found.authority)));
  if (!judged) for (const key of keys) await gate(key);
  // 4. In order; no key and no seal name twice.
  if (keys.some((key, i) => i > 0 && compare(keys[i - 1].kid, key.kid) > 0)) {
    throw new ListInvalid("trust list: keys out of order");
  }
  return new TrustList(found.authority, found.version, found.issuedAt, found.nextUpdate, keys);
}

async function rootKey(rootPublic, judged) {
  const key = { kid: await kidOf(rootPublic), purpose: "root", algorithm: "Ed25519", public: rootPublic };
  if (rootPublic.length !== 32) throw new KeyRefused("the root key is an Ed25519 key of 32 bytes");
  if (!judged) await checkPublic(key);
  return key;
}

function parseBody(body) {
  const csca = body instanceof Map && body.size === 2 ? body.get("csca") : null;
  const records = csca ? body.get("keys") : null;
  if (!Array.isArray(csca) || !Array.isArray(records)) throw new ListInvalid("trust list: the body is csca and keys");
  if (csca.length > rules.limits.csca || records.length > rules.limits.keys) {
    const { csca: certificates, keys } = rules.limits;
    throw new ListInvalid(`trust list: more than ${certificates} country certificates or ${keys} keys`);
  }
  const ordered = csca.every((der, i) => der instanceof Uint8Array && (i === 0 || compare(csca[i - 1], der) < 0));
  if (!ordered) throw new ListInvalid("trust list: country certificates out of order or doubled");
  return records;
}

async function readKey(record, authority) {
  if (!(record instanceof Map) || record.size !== FIELDS.length || !FIELDS.every((name) => record.has(name))) {
    throw new ListInvalid("trust list: a key record that we cannot read");
  }
  const value = Object.fromEntries(record);
  if (!isSpelled(value)) throw new ListInvalid("trust list: a key record that we cannot read");
  const key = {
    kid: await kidOf(value.public),
    purpose: value.purpose,
    algorithm: value.algorithm,
    public: value.public,
    authority: value.authority,
    office: value.office,
    validFrom: value.valid_from,
    validUntil: value.valid_until,
    format: value.format,
    issuer: value.issuer,
    reference: value.reference,
    country: value.country,
    classes: value.classes,
    status: value.status,
    endedOn: value.ended_on,
  };
  checkKey(key, value.certificate, authority);
  return key;
}

function isSpelled(value) {
  return (
    PURPOSES.includes(value.purpose) &&
    Object.hasOwn(rules.claimed, value.algorithm) &&
    value.public instanceof Uint8Array &&
    value.certificate instanceof Uint8Array &&
    TEXTS.every((name) => typeof value[name] === "string") &&
    isDay(value.valid_from) &&
    isDay(value.valid_until) &&
    (value.ended_on === null || isDay(value.ended_on)) &&
    Array.isArray(value.classes) &&
    value.classes.every((one, i) => typeof one === "string" && (i === 0 || value.classes[i - 1] < one))
  );
}

function checkKey(key, certificate, authority) {
  const name = toHex(key.kid);
  if (!/^[A-Z]{3}$/.test(key.authority) || !/^[A-Z][A-Z0-9-]{1,15}$/.test(key.office)) {
    throw new ListInvalid(`key ${name}: authority or office is not spelled as it must be`);
  }
  if (key.validFrom > key.validUntil) throw new ListInvalid(`key ${name}: ends before it begins`);
  if (!STATUSES.includes(key.status) || (key.status === "active") !== (key.endedOn === null)) {
    throw new ListInvalid(`key ${name}: status is active, or retired or revoked with the last day of signing`);
  }
  if (key.purpose === "seal") checkSealKey(key, certificate, authority);
  else if (!OURS.includes(key.algorithm)) {
    throw new ListInvalid(`key ${name}: only a seal is signed with ${key.algorithm}`);
  } else if (key.format || key.issuer || key.reference || key.country || key.classes.length || certificate.length) {
    throw new ListInvalid(`key ${name}: only a seal key has a format, a seal's name, classes or a certificate`);
  }
}

function checkSealKey(key, certificate, authority) {
  const name = `seal key ${key.format} ${key.issuer} ${key.reference}`;
  const spelling = Object.hasOwn(rules.trust, key.format) ? rules.trust[key.format] : null;
  if (!spelling) throw new ListInvalid(`${name}: unknown format`);
  const isSpelt = (part) => new RegExp(`^(?:${spelling[part]})$`).test(key[part]);
  const named = ["issuer", "reference", "country"].every(isSpelt);
  const ours = key.format === "vds" && key.authority === authority;
  if (!spelling.algorithms.includes(key.algorithm) || !named || (ours && !/^[A-Z]{3}$/.test(key.country))) {
    throw new ListInvalid(`${name}: algorithm, issuer, reference or country does not fit the format`);
  }
  if (!key.classes.length || !key.classes.every((one) => /^[a-z][a-z0-9_]{0,39}$/.test(one))) {
    throw new ListInvalid(`${name}: no document class, or one in another spelling`);
  }
  if (Boolean(certificate.length) !== ours) {
    throw new ListInvalid(`${name}: a vds key of the list's own authority has a certificate, no other has`);
  }
}

async function gate(key) {
  try {
    await checkPublic(key);
  } catch (error) {
    if (error instanceof KeyRefused) throw new ListInvalid(`trust list: ${error.detail}`);
    throw error;
  }
}
