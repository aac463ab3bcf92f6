/**
 * The positive set of a pack: which seals were issued, at 20 bits a document; the twin of seals/positive_set.py.
 *
 *   hash    = SHA-256("sceau.issued/1" || seed || key)       key: list key of a seal, 16 bytes
 *   b       = 0 where count < 16, else floor(log2(floor(count / 8)))
 *   place   = first b bits of hash, the bucket, then bits 32 to 51, the rest
 *   body    = size[0] ... size[2^b - 1]  rest rest ...     one byte a size; five hexadecimal digits a rest, a 0 if odd
 */

import { concat, fromText, sha256 } from "./bytes.js";
import { ListInvalid } from "./errors.js";
import rules from "../rules.js";

const SEED_SIZE = 16;

export class PositiveSet {
  /** ListInvalid unless `body` is the one spelling of a set of `count` keys under `seed`. */
  constructor(body, count, seed) {
    if (typeof count !== "number" || count < 0 || count > rules.limits.documents) {
      throw new ListInvalid(`positive set: the count is a number up to ${rules.limits.documents}`);
    }
    if (!(seed instanceof Uint8Array) || seed.length !== SEED_SIZE || !(body instanceof Uint8Array)) {
      throw new ListInvalid(`positive set: bytes, under a seed of ${SEED_SIZE} bytes`);
    }
    this.prefix = concat(fromText("sceau.issued/1"), seed);
    this.bits = Math.max(0, 31 - Math.clz32(Math.floor(count / 8)));
    this.starts = startsOf(body.subarray(0, 2 ** this.bits));
    this.rests = body.subarray(2 ** this.bits);
    this.check(count);
  }

  /** Whether it holds a list key, truly or by a chance below 1 in 65,536. @param {Uint8Array} key */
  async has(key) {
    const hash = new DataView((await sha256(concat(this.prefix, key))).buffer);
    const head = hash.getUint32(0);
    const bucket = this.bits ? head >>> (32 - this.bits) : 0;
    const rest = hash.getUint32(4) >>> 12;
    for (let at = this.starts[bucket]; at < this.starts[bucket + 1]; at++) if (this.rest(at) === rest) return true;
    return false;
  }

  /** @param {number} at counted over all buckets */
  rest(at) {
    const byte = (5 * at) >> 1;
    const [a, b, c] = [this.rests[byte], this.rests[byte + 1], this.rests[byte + 2]];
    return at % 2 ? ((a & 15) << 16) | (b << 8) | c : (a << 12) | (b << 4) | (c >> 4);
  }

  check(count) {
    const total = this.starts.at(-1);
    if (this.starts.length !== 2 ** this.bits + 1 || this.rests.length !== (5 * total + 1) >> 1) {
      throw new ListInvalid("positive set: cut short, or longer than its sizes say");
    }
    if (total > count || (count > 0 && total === 0)) {
      throw new ListInvalid("positive set: its sizes do not fit its count");
    }
    if (total % 2 && this.rests.at(-1) & 15) throw new ListInvalid("positive set: another last digit than 0");
    for (let bucket = 0; bucket + 1 < this.starts.length; bucket++) {
      for (let at = this.starts[bucket] + 1; at < this.starts[bucket + 1]; at++) {
        if (this.rest(at) <= this.rest(at - 1)) throw new ListInvalid("positive set: out of order, or a rest twice");
      }
    }
  }
}

function startsOf(sizes) {
  const starts = new Uint32Array(sizes.length + 1);
  for (let i = 0; i < sizes.length; i++) starts[i + 1] = starts[i] + sizes[i];
  return starts;
}
