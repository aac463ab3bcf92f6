/**
 * A list that its authority signed; the twin of keys/signed_list.py. COSE_Sign1 over canonical CBOR:
 *
 *   payload = ["sceau.list/1", kind, authority, version, issued_at, next_update, as_of, body]
 *
 * @typedef {{kind: string, authority: string, version: number, issuedAt: number, nextUpdate: number, asOf: number,
 *   body: any}} SignedList
 */

import { equal, toHex } from "./bytes.js";
import { decode, isInteger } from "./canonical.js";
import * as cose from "./cose.js";
import { dayAt } from "./days.js";
import { ListInvalid, ListOlder, NotCanonical, SignatureInvalid } from "./errors.js";
import { signsOn } from "./keyring.js";
import { verify } from "./verify.js";
import rules from "../rules.js";

const CONTEXT = "sceau.list/1";
const COSE = { Ed25519: cose.EDDSA, ES256: cose.ES256 };

/**
 * A list of `kind` that `key` signed for its authority; ListInvalid for anything else.
 * @returns {Promise<SignedList>}
 */
export async function readList(message, kind, key, versionMin = 0) {
  // 1. The key may sign lists.
  if (key.purpose !== "lists" || key.status === "revoked") {
    throw new ListInvalid(`key ${toHex(key.kid)} (${key.purpose}, ${key.status}) may not sign lists`);
  }
  // 2. The signature holds; nothing is parsed before.
  const found = await openList(message, kind, key, versionMin);
  // 3. The key speaks for this authority, and signed inside its period.
  if (found.authority !== key.authority) {
    throw new ListInvalid(`key ${toHex(key.kid)} speaks for ${key.authority}, not for ${found.authority}`);
  }
  if (!signsOn(key, dayAt(found.issuedAt))) {
    throw new ListInvalid(`issued outside the signing period of key ${toHex(key.kid)}`);
  }
  return found;
}

/**
 * Signature, form, kind and version only; what the key may sign is the caller's question.
 * @returns {Promise<SignedList>}
 */
export async function openList(message, kind, key, versionMin) {
  if (message.length > rules.limits.list_size) throw new ListInvalid(`longer than ${rules.limits.list_size} bytes`);
  const found = await signedBy(message, key);
  if (found.kind !== kind) throw new ListInvalid(`a list of kind '${found.kind}', not '${kind}'`);
  if (found.version < versionMin) {
    throw new ListOlder(`version ${found.version} is older than ${versionMin}, already seen`);
  }
  return found;
}

async function signedBy(message, key) {
  try {
    const parts = cose.split(message);
    if (!equal(parts.kid, key.kid) || parts.algorithm !== COSE[key.algorithm]) {
      throw new ListInvalid(`signed by key ${toHex(parts.kid)}, not by ${toHex(key.kid)}`);
    }
    await verify(key, parts.signed, parts.signature);
    return fieldsOf(decode(parts.payload));
  } catch (error) {
    if (error instanceof NotCanonical || error instanceof SignatureInvalid) throw new ListInvalid(error.detail);
    throw error;
  }
}

function fieldsOf(value) {
  if (!Array.isArray(value) || value.length !== 8 || value[0] !== CONTEXT) throw new ListInvalid("not a signed list");
  const [, kind, authority, version, issuedAt, nextUpdate, asOf, body] = value;
  if (typeof kind !== "string" || typeof authority !== "string" || !kind || !authority) {
    throw new ListInvalid("kind and authority are text");
  }
  const counts = [version, issuedAt, nextUpdate, asOf];
  if (counts.some((count) => !isInteger(count) || count < 0 || count > Number.MAX_SAFE_INTEGER) || version < 1) {
    throw new ListInvalid("version, times and as_of are whole numbers; the first version is 1");
  }
  if (!(issuedAt < nextUpdate && nextUpdate <= rules.limits.time)) {
    throw new ListInvalid("next_update is not after issued_at");
  }
  return { kind, authority, version, issuedAt, nextUpdate, asOf, body };
}
