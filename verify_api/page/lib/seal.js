/**
 * What every seal has, whatever its format; the twin of seals/seal.py.
 *
 *   seal_id  = SHA-256("sceau.seal/1" || format || 0 || signed bytes || normalised signature)
 *   list key = its bytes 0-15; the 16 letters printed beside the code are Base32 of bytes 16-25
 *
 * Days are text, YYYY-MM-DD. Nothing in a seal may be believed before its signature holds.
 *
 * @typedef {{format: string, profile: string, issuer: string, reference: string, country: string | null,
 *   algorithm: string | null, signed: Uint8Array, signature: Uint8Array, typeCode: string | null,
 *   documentClass: string | null, issuedOn: string | null, issuedAt: number | null, validFrom: string | null,
 *   validUntil: string | null, fields: Record<string, string>, signedOn: string | null}} Seal
 */

import { encode as base32 } from "./base32.js";
import { concat, fromHex, fromText, sha256, toHex } from "./bytes.js";

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The 32 bytes that key revocation and the issued set. @param {Seal} seal */
export function sealId(seal) {
  const signature = seal.algorithm === "EdDSA" ? seal.signature : normalised(seal.signature);
  return sha256(concat(fromText(`sceau.seal/1${seal.format}\0`), seal.signed, signature));
}

/** (r, min(s, n - s)) of a P-256 signature; other lengths as they are. @param {Uint8Array} signature */
export function normalised(signature) {
  if (signature.length !== 64) return signature;
  const s = BigInt(`0x${toHex(signature.subarray(32))}`);
  if (s <= P256_ORDER - s || s >= P256_ORDER) return signature;
  return concat(signature.subarray(0, 32), fromHex((P256_ORDER - s).toString(16).padStart(64, "0")));
}

/** @param {Uint8Array} identity */
export function listKey(identity) {
  return identity.subarray(0, 16);
}

/** The 16 letters printed beside the code (80 bits). @param {Uint8Array} identity */
export function lookUpCode(identity) {
  return base32(identity.subarray(16, 26));
}
