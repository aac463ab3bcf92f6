/**
 * COSE_Sign1 (RFC 9052 section 4.2), in the one shape that sceau writes: the twin of domain/cose.py.
 *
 *   message   = 18([protected, {}, payload, signature])
 *   protected = << {1: alg, 4: kid} >>       alg -8 EdDSA (Ed25519) or -7 ES256; kid: 8 bytes
 *   signed    = ["Signature1", protected, h'', payload]
 *
 * @typedef {{algorithm: number, kid: Uint8Array, payload: Uint8Array, signature: Uint8Array, signed: Uint8Array}} Sign1
 */

import { concat, fromHex, startsWith, toLatin1 } from "./bytes.js";
import { NotCanonical } from "./errors.js";

export const EDDSA = -8;
export const ES256 = -7;

const HEADS = [["d2844da201270448", EDDSA], ["d2844da201260448", ES256]];
const ALGORITHMS = HEADS.map(([head, algorithm]) => [toLatin1(fromHex(head)), algorithm]);
const HEAD = fromHex("d2844d"); // tag 18, array of 4, 13 bytes
const LENGTHS = new Map([[0x58, [1, 24]], [0x59, [2, 1 << 8]], [0x5a, [4, 1 << 16]]]);
const CONTEXT = fromHex("846a5369676e617475726531"); // array of 4, "Signature1"

/** The parts of a message of ours; NotCanonical for another spelling. @param {Uint8Array} message @returns {Sign1} */
export function split(message) {
  const found = ALGORITHMS.find(([head]) => startsWith(message, head));
  if (!found || message[16] !== 0xa0) throw new NotCanonical("not a COSE_Sign1 of ours");
  const [length, start] = readBytesHead(message, 17);
  const end = start + length;
  if (message.length !== end + 66 || message[end] !== 0x58 || message[end + 1] !== 0x40) {
    throw new NotCanonical("COSE_Sign1 of the wrong length");
  }
  const payload = message.subarray(start, end);
  return {
    algorithm: found[1],
    kid: message.subarray(8, 16),
    payload,
    signature: message.subarray(end + 2),
    signed: toSign(message.subarray(3, 16), payload),
  };
}

/** The tagged message. @param {Uint8Array} header 13 bytes @param {Uint8Array} payload @param {Uint8Array} signature */
export function join(header, payload, signature) {
  if (signature.length !== 64 || header.length !== 13) {
    throw new NotCanonical("a signature has 64 bytes and a protected header 13");
  }
  const middle = [Uint8Array.of(0xa0), bytesHead(payload.length), payload, Uint8Array.of(0x58, 0x40)];
  return concat(HEAD, header, ...middle, signature);
}

/** The Sig_structure: what the key signs. @param {Uint8Array} header @param {Uint8Array} payload */
export function toSign(header, payload) {
  return concat(CONTEXT, bytesHead(header.length), header, Uint8Array.of(0x40), bytesHead(payload.length), payload);
}

function bytesHead(length) {
  if (length < 24) return Uint8Array.of(0x40 | length);
  if (length < 1 << 8) return Uint8Array.of(0x58, length);
  if (length < 1 << 16) return Uint8Array.of(0x59, length >> 8, length);
  return Uint8Array.of(0x5a, length >> 24, length >> 16, length >> 8, length);
}

function readBytesHead(message, at) {
  const lead = message[at];
  if (lead >= 0x40 && lead < 0x58) return [lead - 0x40, at + 1];
  const [size, least] = LENGTHS.get(lead) ?? [0, 1];
  let length = 0;
  for (const byte of message.subarray(at + 1, at + 1 + size)) length = length * 256 + byte;
  if (length < least) throw new NotCanonical("payload is not a byte string of the shortest length");
  return [length, at + 1 + size];
}
