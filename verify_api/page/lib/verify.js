/**
 * Signatures; the twin of `verify` and `check_point` in keys/keyring.py. The algorithm is the key's, never the message's.
 *
 *   Ed25519   the browser's, behind the strictness of ed25519.js
 *   ES256     the browser's: ECDSA on P-256 with SHA-256, r || s of 64 bytes; both s and n - s hold
 *
 * A further algorithm is one more line of ALGORITHMS. noble's modules are loaded where they are needed.
 */

import { toHex } from "./bytes.js";
import { KeyRefused, SignatureInvalid } from "./errors.js";
import { mayHold } from "./small_order.js";

/** @typedef {{algorithm: string, public: Uint8Array}} PublicKey */

const ALGORITHMS = {
  Ed25519: { import: { name: "Ed25519" }, size: 64, holds: ed25519Holds },
  ES256: ecdsa("P-256", "SHA-256", 32),
};
const imported = new WeakMap();
const honest = new Set(); // Ed25519 keys that passed the gate since the page was opened: it takes milliseconds each

/** SignatureInvalid unless `key` signed `message`. @param {PublicKey} key @param {Uint8Array} message @param {Uint8Array} signature */
export async function verify(key, message, signature) {
  const algorithm = ALGORITHMS[key.algorithm];
  if (signature.length !== algorithm.size) throw new SignatureInvalid(`${key.algorithm}: a signature has ${algorithm.size} bytes`);
  if (!(await algorithm.holds(key, message, signature))) throw new SignatureInvalid(`${key.algorithm} signature does not hold`);
}

/** The enrolment gate: KeyRefused unless the public key is an honest point of its curve. @param {PublicKey} key */
export async function checkPoint(key) {
  if (key.algorithm === "Ed25519") {
    const name = toHex(key.public);
    const { isHonest } = await import("./ed25519.js");
    if (!honest.has(name) && !isHonest(key.public)) throw new KeyRefused("not an Ed25519 point of prime order");
    honest.add(name);
  } else if (key.public[0] !== 4 || !(await importKey(key))) {
    throw new KeyRefused("not a point of P-256");
  }
}

function ecdsa(curve, hash, width) {
  const how = { name: "ECDSA", hash };
  return {
    import: { name: "ECDSA", namedCurve: curve },
    size: 2 * width,
    holds: async (key, message, signature) => {
      const found = await importKey(key);
      return found !== null && crypto.subtle.verify(how, found, signature, message);
    },
  };
}

async function ed25519Holds(key, message, signature) {
  if (key.public.length !== 32 || !mayHold(key.public, signature)) return false;
  const found = await importKey(key);
  if (found) return crypto.subtle.verify({ name: "Ed25519" }, found, signature, message);
  const { holds } = await import("./ed25519.js"); // the browser lacks Ed25519
  return holds(key.public, message, signature);
}

/** The browser's key; null where the bytes are no point, or it lacks the algorithm. */
async function importKey(key) {
  if (!imported.has(key)) {
    const how = ALGORITHMS[key.algorithm].import;
    const found = crypto.subtle.importKey("raw", key.public, how, false, ["verify"]);
    imported.set(key, found.catch(() => null));
  }
  return imported.get(key);
}
