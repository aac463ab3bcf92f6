/**
 * Public keys that we accept, and for what; the twin of keys/keyring.py. Signatures are in verify.js.
 *
 *   kid(key) = first 8 bytes of SHA-256(public)
 *
 * @typedef {{kid: Uint8Array, purpose: string, algorithm: string, public: Uint8Array, authority: string,
 *   office: string, validFrom: string, validUntil: string, format: string, issuer: string, reference: string,
 *   country: string, classes: string[], status: string, endedOn: string | null}} TrustedKey
 */

import { sha256, toHex } from "./bytes.js";
import { ListInvalid, UnknownKey } from "./errors.js";

/** @param {Uint8Array} key */
export async function kidOf(key) {
  return (await sha256(key)).subarray(0, 8);
}

/**
 * Whether a day lies in the signing period, which ends early with retirement or revocation.
 * @param {TrustedKey} key @param {string} day
 */
export function signsOn(key, day) {
  return key.validFrom <= day && day <= key.validUntil && (key.endedOn === null || day <= key.endedOn);
}

/** All keys that one authority trusts; ListInvalid for one that has a key or a seal's name twice. */
export class TrustList {
  /**
   * @param {string} authority @param {number} version @param {number} issuedAt @param {number} nextUpdate
   * @param {TrustedKey[]} keys
   */
  constructor(authority, version, issuedAt, nextUpdate, keys) {
    Object.assign(this, { authority, version, issuedAt, nextUpdate, keys });
    const seals = keys.filter((key) => key.purpose === "seal");
    this.kids = new Map(keys.map((key) => [toHex(key.kid), key]));
    this.seals = new Map(seals.map((key) => [nameOf(key.format, key.issuer, key.reference), key]));
    this.named = new Set(seals.flatMap((key) => [key.issuer, key.country, key.authority]));
    this.named.delete("");
    if (this.kids.size !== keys.length) {
      throw new ListInvalid("a key is listed twice: one key, one record, one purpose");
    }
    if (this.seals.size !== seals.length) {
      throw new ListInvalid("two seal keys bear the same format, issuer and reference");
    }
  }

  /** The key that a seal names; UnknownKey. @returns {TrustedKey} */
  sealKey(format, issuer, reference) {
    const key = this.seals.get(nameOf(format, issuer, reference));
    if (!key) throw new UnknownKey(`${format} ${issuer} ${reference}`);
    return key;
  }

  /**
   * Whether a seal key bears one of these names, as its issuer, country or authority.
   * @param {...(string | null)} names
   */
  holdsKeysOf(...names) {
    return names.some((name) => this.named.has(name));
  }

  /** The key of that name, if it is trusted for `purpose`; UnknownKey. @returns {TrustedKey} */
  byKid(kid, purpose) {
    const key = this.kids.get(toHex(kid));
    if (!key || key.purpose !== purpose) throw new UnknownKey(`${toHex(kid)} for ${purpose}`);
    return key;
  }
}

function nameOf(...parts) {
  return JSON.stringify(parts);
}
