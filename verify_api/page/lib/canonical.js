/**
 * Deterministic CBOR (RFC 8949 section 4.2.1), the twin of domain/canonical.py.
 *
 *   value = integer (64 bits) | text | bytes | true | false | null | [value, ...] | {key: value, ...}
 *   key   = integer | text        each once; in bytewise order of their encodings, where `decode` reads
 *
 * Lengths are definite and shortest, nothing follows the value, no floats, no tags. A map becomes a Map, an integer a
 * number, or a bigint beyond 53 bits. A general decoder has no place here: those of others take what is not UTF-8, drop
 * a byte order mark, or keep the last of two equal keys, and two checkers must read the same.
 */

import { compare, toLatin1, toText } from "./bytes.js";
import { NotCanonical } from "./errors.js";
import rules from "../rules.js";

const SIMPLE = new Map([[20, false], [21, true], [22, null]]);
const SHORTEST = [24n, 1n << 8n, 1n << 16n, 1n << 32n];

/** One value of ours; NotCanonical unless `data` is exactly its one spelling. @param {Uint8Array} data */
export function decode(data) {
  return new Reader(data, true).whole();
}

/** One value that a stranger wrote: the same grammar, keys in any order. @param {Uint8Array} data */
export function decodeForeign(data) {
  return new Reader(data, false).whole();
}

/** Where the n-th item of the array in `data` begins. @param {Uint8Array} data @param {number} n */
export function startOfItem(data, n) {
  const reader = new Reader(data, true);
  reader.at = 1;
  try {
    for (let i = 0; i < n; i++) reader.item(1);
  } catch (error) {
    if (error instanceof RangeError) throw new NotCanonical("cut short");
    throw error;
  }
  if (reader.at > data.length) throw new NotCanonical("cut short");
  return reader.at;
}

/** Whether a decoded value is an integer. @param {unknown} value */
export function isInteger(value) {
  return typeof value === "number" || typeof value === "bigint";
}

class Reader {
  /** @param {Uint8Array} data @param {boolean} ours whether keys must be in order */
  constructor(data, ours) {
    this.data = data;
    this.ours = ours;
    this.at = 0;
    this.text = true; // every text was UTF-8
    this.ordered = true;
  }

  whole() {
    let value;
    try {
      value = this.item(0);
    } catch (error) {
      if (error instanceof RangeError) throw new NotCanonical("cut short");
      throw error;
    }
    if (this.at > this.data.length) throw new NotCanonical("cut short");
    if (this.at < this.data.length) throw new NotCanonical("bytes after the end");
    if (!this.text) throw new NotCanonical("not CBOR");
    if (this.ours && !this.ordered) throw new NotCanonical("not the deterministic encoding");
    return value;
  }

  lead() {
    if (this.at >= this.data.length) throw new RangeError();
    return this.data[this.at];
  }

  /** @param {number} depth of containers around the item */
  item(depth) {
    const lead = this.lead();
    const major = lead >> 5;
    this.at += 1;
    if (major === 7 && SIMPLE.has(lead & 31)) return SIMPLE.get(lead & 31);
    const argument = this.argument(lead & 31, major);
    if (major === 0) return narrow(argument);
    if (major === 1) return narrow(-1n - argument);
    if (major > 5) throw new NotCanonical(`${major === 6 ? "tag" : "simple value"} ${argument} has no place here`);
    const told = major >= 4 || (lead & 31) >= 24; // a short string that is cut shows at the end
    if (told && argument > this.data.length - this.at) throw new NotCanonical("cut short");
    return this.content(major, Number(argument), depth);
  }

  /** The number in the head of an item, written shortest. */
  argument(info, major) {
    if (info < 24) return BigInt(info);
    if (info > 27) throw new NotCanonical("indefinite length");
    const width = 1 << (info - 24);
    let argument = 0n;
    for (const byte of this.data.subarray(this.at, this.at + width)) argument = (argument << 8n) | BigInt(byte);
    if (major === 7 || argument < SHORTEST[info - 24]) {
      throw new NotCanonical("float, or a number not written shortest");
    }
    this.at += width;
    return argument;
  }

  content(major, size, depth) {
    if (major === 2 || major === 3) {
      const bytes = this.data.subarray(this.at, this.at + size);
      this.at += size;
      return major === 2 ? bytes : this.words(bytes);
    }
    if (size && depth >= rules.limits.depth) throw new NotCanonical("nested too deeply");
    if (depth >= rules.limits.depth) this.ordered = false; // our own writer goes no deeper, not even with nothing
    return major === 4 ? this.array(size, depth + 1) : this.map(size, depth + 1);
  }

  words(bytes) {
    try {
      return toText(bytes);
    } catch {
      this.text = false;
      return "";
    }
  }

  array(size, depth) {
    const items = [];
    for (let i = 0; i < size; i++) items.push(this.item(depth));
    return items;
  }

  map(size, depth) {
    const found = new Map();
    const seen = new Set();
    let last = new Uint8Array();
    for (let i = 0; i < size; i++) {
      const start = this.at;
      const lead = this.lead();
      const key = this.item(depth);
      const spelled = this.data.subarray(start, this.at);
      const name = toLatin1(spelled);
      if (![0, 1, 3].includes(lead >> 5) || seen.has(name)) {
        throw new NotCanonical("duplicate key, or a key that is neither integer nor text");
      }
      this.ordered &&= compare(last, spelled) < 0;
      last = spelled;
      seen.add(name);
      found.set(key, this.item(depth));
    }
    return found;
  }
}

function narrow(value) {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
