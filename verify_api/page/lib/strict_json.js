/**
 * JSON that strangers wrote, read in one way only, and the one form of it that is signed (RFC 8785); the twin of
 * seals/strict_json.py.
 *
 *   value = object | array | string | integer | true | false | null        RFC 8259, UTF-8
 *   integers from -(2 ** 53 - 1) to 2 ** 53 - 1, the ones that every reader reads alike
 *
 * Each name stands once in its object; no fractions, no lone surrogates, 16 levels. JSON.parse tells neither a doubled
 * name nor an integer that it rounds, so the grammar is read here. An object becomes a Map.
 */

import { toText } from "./bytes.js";
import { SealMalformed } from "./errors.js";

const DEPTH_MAX = 16;
const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /(-?(?:0|[1-9][0-9]*))((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;
const WORD = /true|false|null/y;
const WORDS = { true: true, false: false, null: null };

/**
 * A value; SealMalformed for any other bytes. `fractions` lets 1.5 pass, as the text "1.5".
 * @param {Uint8Array} data
 */
export function read(data, fractions = false) {
  try {
    return new Reader(toText(data), fractions).whole();
  } catch {
    throw new SealMalformed("spelling", "JSON: not a value, or one that two readers would read in two ways");
  }
}

/** RFC 8785 of a value that `read` gave. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!(value instanceof Map)) return JSON.stringify(value);
  const names = [...value.keys()].sort(); // by UTF-16 code units
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value.get(name))}`).join(",")}}`;
}

class Reader {
  constructor(text, fractions) {
    Object.assign(this, { text, fractions, at: 0 });
  }

  whole() {
    const value = this.value(0);
    if (this.at < this.text.length) throw new SyntaxError();
    return value;
  }

  value(depth) {
    if (depth > DEPTH_MAX) throw new SyntaxError();
    this.take(SPACE);
    const found = this.bare(depth);
    this.take(SPACE);
    return found;
  }

  bare(depth) {
    const next = this.text[this.at];
    if (next === "{") return this.items("}", () => this.pair(depth + 1)).reduce(once, new Map());
    if (next === "[") return this.items("]", () => this.value(depth + 1));
    if (next === '"') return this.string();
    const number = this.take(NUMBER);
    return number ? this.number(number) : WORDS[this.needed(WORD)[0]];
  }

  /** What stands between brackets and commas. */
  items(end, item) {
    const found = [];
    this.at += 1;
    this.take(SPACE);
    if (this.text[this.at] === end) {
      this.at += 1;
      return found;
    }
    for (;;) {
      found.push(item());
      const mark = this.text[this.at++];
      if (mark === end) return found;
      if (mark !== ",") throw new SyntaxError();
    }
  }

  pair(depth) {
    this.take(SPACE);
    const name = this.string();
    this.take(SPACE);
    if (this.text[this.at++] !== ":") throw new SyntaxError();
    return [name, this.value(depth)];
  }

  string() {
    const text = JSON.parse(this.needed(STRING)[0]);
    if (/\p{Surrogate}/u.test(text)) throw new SyntaxError();
    return text;
  }

  number([whole, digits, fraction]) {
    if (fraction) {
      if (!this.fractions) throw new SyntaxError();
      return whole;
    }
    const value = Number(digits) + 0; // no -0
    if (!Number.isSafeInteger(value)) throw new SyntaxError();
    return value;
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  needed(pattern) {
    const found = this.take(pattern);
    if (!found) throw new SyntaxError();
    return found;
  }
}

function once(object, [name, value]) {
  if (object.has(name)) throw new SyntaxError();
  return object.set(name, value);
}
