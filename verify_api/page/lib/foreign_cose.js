/**
 * COSE_Sign1 (RFC 9052 section 4.2) as others write it: the twin of seals/foreign_cose.py.
 *
 *   message     = [61] [18] [protected, unprotected, payload, signature]     CBOR tags 61 (CWT) and 18 may stand
 *   protected   = << {1: alg, 4: kid, ...} >>     alg: one that the format signs with; no `crit`
 *   unprotected = {} | {4: kid}                   a key id alone may stand unsigned, where none is signed
 *   signature   = of the algorithm's size | none  an unsigned specimen can be read, and never verifies
 */

import { startsWith } from "./bytes.js";
import { decodeForeign } from "./canonical.js";
import { EDDSA, ES256, toSign } from "./cose.js";
import { SealMalformed, SealUnsupported } from "./errors.js";

const ALGORITHM = 1;
const CRITICAL = 2;
const KEY_ID = 4;

/**
 * COSE algorithm -> its name, and the sizes of its signatures.
 * @typedef {Map<number, [string, number[]]>} Algorithms
 */

/** @type {Algorithms} */
export const SIGNED_WITH = new Map([[EDDSA, ["EdDSA", [64]]], [ES256, ["ES256", [64]]]]);

/**
 * The parts; `kid` is empty where the message names no key.
 * @param {Uint8Array} message @param {Algorithms} algorithms @returns {import("./cose.js").Sign1}
 */
export function split(message, algorithms = SIGNED_WITH) {
  const parts = decodeForeign(untagged(message));
  if (!Array.isArray(parts) || (parts.length !== 3 && parts.length !== 4)) {
    throw new SealMalformed("structure", "not a COSE_Sign1");
  }
  if (parts.length === 3) throw new SealUnsupported("encrypted", "an encrypted token (COSE_Encrypt0)");
  const [header, unprotected, payload, signature] = parts;
  if (![header, payload, signature].every((part) => part instanceof Uint8Array) || !(unprotected instanceof Map)) {
    throw new SealMalformed("structure", "not a COSE_Sign1 with its payload");
  }
  const said = header.length ? decodeForeign(header) : new Map();
  if (!(said instanceof Map) || said.has(CRITICAL)) {
    throw new SealMalformed("header", "a protected header that we cannot honour");
  }
  const algorithm = algorithmOf(said, algorithms);
  const kid = kidOf(said, unprotected);
  if (signature.length && !algorithms.get(algorithm)[1].includes(signature.length)) {
    throw new SealMalformed("signature", "a signature of an impossible length");
  }
  return { algorithm, kid, payload, signature, signed: toSign(header, payload) };
}

function untagged(message) {
  if (startsWith(message, "\xd8\x3d")) {
    message = message.subarray(2);
    if (message[0] !== 0xd2 && message[0] !== 0xd0) {
      throw new SealMalformed("structure", "tag 61 stands on something else than a COSE message");
    }
  }
  if (message[0] === 0xd0) throw new SealUnsupported("encrypted", "an encrypted token (COSE_Encrypt0)");
  return message[0] === 0xd2 ? message.subarray(1) : message;
}

function algorithmOf(said, algorithms) {
  const algorithm = said.get(ALGORITHM) ?? null;
  if (algorithm === null) throw new SealMalformed("header", "no algorithm under the signature");
  if (algorithms.has(algorithm)) return algorithm;
  const names = [...algorithms.values()].map(([name]) => name);
  throw new SealUnsupported("algorithm", `signed by an algorithm other than ${names.join(", ")}`);
}

function kidOf(said, unprotected) {
  const others = [...unprotected.keys()].some((key) => key !== KEY_ID);
  if (others || (unprotected.size && said.has(KEY_ID))) {
    throw new SealMalformed("header", "more than a key id in the unprotected header");
  }
  const where = [said, unprotected].find((header) => header.has(KEY_ID));
  const kid = where ? where.get(KEY_ID) : new Uint8Array();
  if (!(kid instanceof Uint8Array)) throw new SealMalformed("name", "a key id is a byte string");
  return kid;
}
