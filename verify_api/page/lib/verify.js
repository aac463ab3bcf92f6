/**
 * Signatures; the twin of `verify` and `check_public` in keys/keyring.py and keys/foreign_keys.py. The algorithm is the
 * key's, never the message's.
 *
 *   Ed25519                the browser's, behind the strictness of small_order.js; noble's where it has none
 *   ES256, ES384, ES512    the browser's: ECDSA on P-256, P-384, P-521, r || s; both s and n - s hold
 *   ESB256, ESB384         ECDSA on brainpoolP256r1 and P384r1 (brainpool.js)
 *   PS256                  the browser's: RSASSA-PSS, SHA-256, a salt of 32 bytes, 2048 to 4096 bits
 *
 * noble's modules are loaded where they are needed.
 */

import { equal, toHex } from "./bytes.js";
import { KeyRefused, SignatureInvalid } from "./errors.js";
import { mayHold } from "./small_order.js";

/** @typedef {{algorithm: string, public: Uint8Array}} PublicKey */

/** By algorithm: whether a public key is honest, and whether a signature holds. */
const ALGORITHMS = {
  Ed25519: { isHonest: isHonestEd25519, holds: ed25519Holds },
  ES256: ecdsa("P-256", "SHA-256", 32),
  ES384: ecdsa("P-384", "SHA-384", 48),
  ES512: ecdsa("P-521", "SHA-512", 66),
  ESB256: brainpool("ESB256", 32),
  ESB384: brainpool("ESB384", 48),
  PS256: { isHonest: isHonestRsa, holds: pssHolds },
};
const RSA = { name: "RSA-PSS", hash: "SHA-256" };
const imported = new WeakMap();
const honest = new Set(); // Ed25519 keys that passed the gate since the page was opened: it takes milliseconds each

/**
 * SignatureInvalid unless `key` signed `message`.
 * @param {PublicKey} key @param {Uint8Array} message @param {Uint8Array} signature
 */
export async function verify(key, message, signature) {
  if (!(await ALGORITHMS[key.algorithm].holds(key, message, signature))) {
    throw new SignatureInvalid(`${key.algorithm} signature does not hold`);
  }
}

/** The enrolment gate: KeyRefused unless the public key is an honest one of its algorithm. @param {PublicKey} key */
export async function checkPublic(key) {
  if (!(await ALGORITHMS[key.algorithm].isHonest(key))) throw new KeyRefused(`not a key of ${key.algorithm}`);
}

async function isHonestEd25519(key) {
  const name = toHex(key.public);
  if (!honest.has(name)) {
    const { isHonest } = await import("./ed25519.js");
    if (key.public.length !== 32 || !isHonest(key.public)) return false;
    honest.add(name);
  }
  return true;
}

async function ed25519Holds(key, message, signature) {
  if (key.public.length !== 32 || signature.length !== 64 || !mayHold(key.public, signature)) return false;
  const found = await importKey(key, "raw", { name: "Ed25519" });
  if (found) return crypto.subtle.verify({ name: "Ed25519" }, found, signature, message);
  const { holds } = await import("./ed25519.js"); // the browser lacks Ed25519
  return holds(key.public, message, signature);
}

function ecdsa(namedCurve, hash, size) {
  const name = "ECDSA";
  const key = async (one) =>
    one.public.length === 1 + 2 * size && one.public[0] === 4 ? importKey(one, "raw", { name, namedCurve }) : null;
  return {
    isHonest: async (one) => (await key(one)) !== null,
    holds: async (one, message, signature) => {
      const found = signature.length === 2 * size ? await key(one) : null;
      return found !== null && crypto.subtle.verify({ name, hash }, found, signature, message);
    },
  };
}

function brainpool(algorithm, size) {
  return {
    isHonest: async (key) => (await import("./brainpool.js")).isPoint(algorithm, key.public),
    holds: async (key, message, signature) =>
      signature.length === 2 * size &&
      (await import("./brainpool.js")).holds(algorithm, key.public, message, signature),
  };
}

/** SubjectPublicKeyInfo in its one spelling. */
async function isHonestRsa(key) {
  const found = await importKey(key, "spki", RSA, true);
  if (!found) return false;
  const { modulusLength, publicExponent } = found.algorithm;
  const spelled = new Uint8Array(await crypto.subtle.exportKey("spki", found));
  const sized = modulusLength >= 2048 && modulusLength <= 4096;
  return sized && toHex(publicExponent) === "010001" && equal(spelled, key.public);
}

async function pssHolds(key, message, signature) {
  const found = (await isHonestRsa(key)) ? await importKey(key, "spki", RSA, true) : null;
  return found !== null && crypto.subtle.verify({ name: "RSA-PSS", saltLength: 32 }, found, signature, message);
}

/** The browser's key; null where the bytes are no such key, or it lacks the algorithm. */
async function importKey(key, form, how, extractable = false) {
  if (!imported.has(key)) {
    const found = crypto.subtle.importKey(form, key.public, how, extractable, ["verify"]);
    imported.set(key, found.catch(() => null));
  }
  return imported.get(key);
}
