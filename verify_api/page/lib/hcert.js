/**
 * HCERT, the health certificate of the EU and the WHO; the twin of seals/hcert.py.
 *
 *   seal    = "HC1:" Base45(zlib(message));  message = COSE_Sign1, EdDSA, ES256 or PS256
 *   claims  = {1: state, 4: exp, 6: iat, -260: {1: certificate}}
 */

import * as base45 from "./base45.js";
import { startsWith, toHex } from "./bytes.js";
import { decodeForeign } from "./canonical.js";
import { inflate } from "./deflate.js";
import { NotCanonical, SealMalformed, SealUnsupported } from "./errors.js";
import * as flat from "./flat.js";
import { split } from "./foreign_cose.js";
import { dayOf, lastDay, readInstant } from "./instant.js";
import rules from "../rules.js";

const ISSUER = 1;
const EXPIRES = 4;
const ISSUED_AT = 6;
const HCERT = -260;
const ALGORITHMS = new Map([[-8, ["EdDSA", [64]]], [-7, ["ES256", [64]]], [-37, ["PS256", [256, 384, 512]]]]);
const KINDS = [["v", "vaccination"], ["t", "test"], ["r", "recovery"]];

/**
 * SealMalformed where it breaks the grammar, SealUnsupported for another web token.
 * @param {Uint8Array} data @returns {Promise<import("./seal.js").Seal>}
 */
export async function parse(data) {
  if (!startsWith(data, "HC1:")) throw new SealMalformed("header", "HCERT: no HC1:");
  const [message, claims] = await opened(data.subarray(4));
  if (!(claims instanceof Map) || !(claims.get(HCERT) instanceof Map)) {
    throw new SealUnsupported("no_certificate", "a health certificate without its content (claim -260)");
  }
  const content = claims.get(HCERT).get(1);
  const issuer = claims.has(ISSUER) ? claims.get(ISSUER) : "";
  if (!(content instanceof Map) || typeof issuer !== "string") {
    throw new SealMalformed("structure", "HCERT: the certificate is not a map, or the issuer no text");
  }
  const issuedAt = readInstant(claims, ISSUED_AT);
  const expires = readInstant(claims, EXPIRES);
  const kind = KINDS.find(([letter]) => isSaid(content.get(letter)))?.[1] ?? null;
  return {
    format: "hcert",
    profile: kind ?? "",
    issuer,
    reference: toHex(message.kid),
    country: issuer || null,
    algorithm: ALGORITHMS.get(message.algorithm)[0],
    signed: message.signed,
    signature: message.signature,
    typeCode: null,
    documentClass: kind,
    issuedOn: dayOf(issuedAt),
    issuedAt,
    validFrom: null,
    validUntil: lastDay(expires),
    fields: flat.fields(content, rules.hcert.names),
    signedOn: null,
  };
}

async function opened(text) {
  try {
    const message = split(await inflate(base45.decode(text)), ALGORITHMS);
    return [message, decodeForeign(message.payload)];
  } catch (error) {
    if (error instanceof NotCanonical) throw new SealMalformed("spelling", `HCERT: ${error.detail}`);
    throw error;
  }
}

/** Whether a value is there and not empty. */
function isSaid(value) {
  if (value instanceof Map) return value.size > 0;
  return Array.isArray(value) || value instanceof Uint8Array ? value.length > 0 : Boolean(value);
}
