/**
 * ICAO VDS-NC (ICAO TR "VDS-NC", 2021); the twin of seals/vdsnc.py.
 *
 *   seal  = {"data": {"hdr": {"is", "t", "v"}, "msg": message}, "sig": {"alg", "cer", "sigvl"}}
 *
 * Signed is `data` as RFC 8785 writes it. The certificate that comes along is not believed: it names the key, by the
 * first 8 bytes of its SHA-256.
 */

import * as base64url from "./base64url.js";
import { fromText, sha256, toHex } from "./bytes.js";
import { isDay } from "./days.js";
import { SealMalformed, SealUnsupported } from "./errors.js";
import * as flat from "./flat.js";
import { canonical, read } from "./strict_json.js";
import rules from "../rules.js";

const SIZES = { ES256: 64, ES384: 96, ES512: 132 };

/**
 * SealMalformed for anything but the form above.
 * @param {Uint8Array} data @returns {Promise<import("./seal.js").Seal>}
 */
export async function parse(data) {
  const seal = read(data);
  const [header, said, signature] = parts(seal);
  const [issuer, kind, version, algorithm] = [header.get("is"), header.get("t"), header.get("v"), signature.get("alg")];
  if (version !== 1 || !Object.hasOwn(SIZES, algorithm)) {
    throw new SealUnsupported("algorithm", "a VDS-NC of another version or algorithm");
  }
  if (!/^[A-Z]{3}$/.test(issuer)) throw new SealMalformed("name", "VDS-NC: the issuer is not three capital letters");
  const signedWith = base64url.decode(signature.get("sigvl"));
  if (signedWith.length !== SIZES[algorithm]) {
    throw new SealMalformed("signature", "VDS-NC: a signature of an impossible length");
  }
  const fields = flat.fields(said, rules.vdsnc.names);
  return {
    format: "vdsnc",
    profile: kind,
    issuer,
    reference: toHex((await sha256(base64url.decode(signature.get("cer")))).subarray(0, 8)),
    country: issuer,
    algorithm,
    signed: fromText(canonical(seal.get("data"))),
    signature: signedWith,
    typeCode: null,
    documentClass: Object.hasOwn(rules.vdsnc.classes, kind) ? rules.vdsnc.classes[kind] : null,
    issuedOn: null,
    issuedAt: null,
    validFrom: day(fields.valid_from),
    validUntil: day(fields.valid_until),
    fields,
    signedOn: null,
  };
}

/** Header, message and signature, each with what it must have and nothing more. */
function parts(seal) {
  const data = has(seal, ["data", "sig"]) && seal.get("data");
  const header = has(data, ["hdr", "msg"]) && data.get("hdr");
  const signature = data && seal.get("sig");
  const numbered = has(header, ["is", "t", "v"]) && ["number", "boolean"].includes(typeof header.get("v"));
  const isText = (map, name) => name === "v" || typeof map.get(name) === "string";
  const texts = (map, names) => has(map, names) && names.every((name) => isText(map, name));
  const worded = texts(header, ["is", "t", "v"]) && texts(signature, ["alg", "cer", "sigvl"]);
  if (!numbered || !worded || !(data.get("msg") instanceof Map)) {
    throw new SealMalformed(
      "structure",
      "VDS-NC: not data with header and message, and a signature with its certificate",
    );
  }
  return [header, data.get("msg"), signature];
}

function has(map, names) {
  return map instanceof Map && map.size === names.length && names.every((name) => map.has(name));
}

function day(text) {
  if (text === undefined) return null;
  if (!isDay(text)) throw new SealMalformed("date", "VDS-NC: no such date");
  return text;
}
