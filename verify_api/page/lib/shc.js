/**
 * SMART Health Card (spec.smarthealth.cards 1.4); the twin of seals/shc.py.
 *
 *   seal    = "shc:/" pair+                       pair: two digits, the character with that number + 45
 *   token   = header "." payload "." signature    JWS (RFC 7515), each Base64url without padding
 *   payload = raw DEFLATE of {"iss": address, "nbf": time, "exp": time, "vc": credential}
 */

import * as base64url from "./base64url.js";
import { fromText, toLatin1 } from "./bytes.js";
import { inflate } from "./deflate.js";
import { SealMalformed, SealUnsupported } from "./errors.js";
import * as flat from "./flat.js";
import { dayOf, lastDay, readInstant } from "./instant.js";
import { read } from "./strict_json.js";
import rules from "../rules.js";

const SHIFT = 45;

/**
 * SealMalformed for anything but the grammar above, SealUnsupported for a part of a card.
 * @param {Uint8Array} data @returns {Promise<import("./seal.js").Seal>}
 */
export async function parse(data) {
  const text = toLatin1(data);
  const part = /^shc:\/([0-9]{1,3})\/([0-9]{1,3})\//.exec(text);
  if (part) {
    const which = `part ${Number(part[1])} of ${Number(part[2])}`;
    throw new SealUnsupported("part", `${which} of a SMART Health Card: ask for the card in a single code`);
  }
  const token = tokenOf(text);
  const header = read(base64url.decode(token[0]));
  const payload = await inflate(base64url.decode(token[1]), "deflate-raw");
  const named = header instanceof Map && header.size === 3 && ["alg", "zip", "kid"].every((name) => header.has(name));
  if (!named || header.get("zip") !== "DEF") {
    throw new SealMalformed("header", "SHC: the header is not alg, zip and kid");
  }
  if (header.get("alg") !== "ES256") {
    throw new SealUnsupported("algorithm", "a SMART Health Card signed by an algorithm other than ES256");
  }
  const claims = read(payload, true);
  const credential = credentialOf(claims);
  const kid = header.get("kid");
  const signature = base64url.decode(token[2]);
  if (typeof kid !== "string" || signature.length !== 64) {
    throw new SealMalformed("signature", "SHC: a key id that is no text, or a signature of an impossible length");
  }
  const issuedAt = instant(claims, "nbf");
  const expires = instant(claims, "exp");
  return {
    format: "shc",
    profile: "",
    issuer: claims.get("iss"),
    reference: kid,
    country: null,
    algorithm: "ES256",
    signed: fromText(`${token[0]}.${token[1]}`),
    signature,
    typeCode: null,
    documentClass: classOf(credential),
    issuedOn: dayOf(issuedAt),
    issuedAt,
    validFrom: dayOf(issuedAt),
    validUntil: lastDay(expires),
    fields: fieldsOf(credential),
    signedOn: null,
  };
}

function tokenOf(text) {
  const digits = text.startsWith("shc:/") ? text.slice(5) : "";
  if (!/^(?:[0-7][0-9])+$/.test(digits)) throw new SealMalformed("alphabet", "SHC: not pairs of digits");
  const token = digits.replace(/../g, (pair) => String.fromCharCode(Number(pair) + SHIFT));
  if (!/^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$/.test(token)) {
    throw new SealMalformed("structure", "SHC: not a signed token of three parts");
  }
  return token.split(".");
}

function credentialOf(claims) {
  const timed = claims instanceof Map && ["number", "string", "boolean"].includes(typeof claims.get("nbf"));
  if (!timed || typeof claims.get("iss") !== "string" || !(claims.get("vc") instanceof Map)) {
    throw new SealMalformed("structure", "SHC: no issuer, time or credential");
  }
  return claims.get("vc");
}

/** An integer, or the whole of a fraction, which strict_json.js left as text. */
function instant(claims, name) {
  const value = claims.get(name) ?? null;
  const whole = typeof value === "string" ? value.split(".")[0] : "";
  return readInstant(new Map([[name, /^[0-9]{1,12}$/.test(whole) ? Number(whole) : value]]), name);
}

function classOf(credential) {
  const types = credential.get("type");
  const isKnown = (one) => typeof one === "string" && Object.hasOwn(rules.shc.classes, one);
  const found = Array.isArray(types) && types.find(isKnown);
  return found ? rules.shc.classes[found] : null;
}

/** Who it is about, and what each other resource of the bundle says, by path. */
function fieldsOf(credential) {
  const entries = inside(inside(inside(credential, "credentialSubject"), "fhirBundle"), "entry");
  if (!Array.isArray(entries)) throw new SealMalformed("structure", "SHC: no FHIR bundle");
  const resources = entries.map((one) => inside(one, "resource")).filter((one) => one instanceof Map);
  const found = new Map();
  resources.forEach((resource, at) => {
    const said = resource.get("resourceType") === "Patient" ? patient(resource) : flat.fields(resource, {}, String(at));
    for (const [name, value] of Object.entries(said)) found.set(name, value);
  });
  return flat.limited(found);
}

function inside(value, name) {
  return value instanceof Map ? value.get(name) : undefined;
}

function patient(resource) {
  const names = resource.get("name");
  const name = Array.isArray(names) && names[0] instanceof Map ? names[0] : new Map();
  const given = name.get("given");
  const fields = {
    surname: name.get("family"),
    given_names: Array.isArray(given) ? given.filter((one) => typeof one === "string").join(" ") : null,
    birth_date: resource.get("birthDate"),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === "string"));
}
