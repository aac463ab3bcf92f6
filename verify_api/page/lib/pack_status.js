/**
 * The status rows of a pack; the twin of seals/pack_status.py.
 *
 *   row    = key[8] state reason since[2]       key: first 8 bytes of the seal_id
 *   state  = 1 revoked, 2 suspended, 3 superseded
 *   reason = index into the reason codes of the same body; since = days after 2000-01-01, big-endian
 */

import { compare, toHex } from "./bytes.js";
import { nameOf, numberOf } from "./days.js";
import { ListInvalid } from "./errors.js";
import rules from "../rules.js";

export const SHORT = 8;
const ROW_SIZE = SHORT + 4;
const STATES = ["revoked", "suspended", "superseded"];
const DAY_0 = numberOf("2000-01-01");

/** What is said against seals, by list key. */
export class PackStatus {
  /** @param {Map<string, import("./verdict.js").StatusEntry>} entries by the hex of their keys' first 8 bytes */
  constructor(entries) {
    this.entries = entries;
  }

  /** @param {Uint8Array} key */
  get(key) {
    return this.entries.get(toHex(key.subarray(0, SHORT)));
  }
}

/** The entries by the hex of their keys' first 8 bytes; ListInvalid for rows in another spelling. */
export function readRows(reasons, rows) {
  checkReasons(reasons);
  const entry = (row) => [toHex(row.subarray(0, SHORT)), entryOf(row.subarray(SHORT), reasons)];
  return new Map(checkKeys(rows, ROW_SIZE, "status").map(entry));
}

/** Rows of `size` bytes, ascending by their first 8, each of these once; else ListInvalid. @returns {Uint8Array[]} */
export function checkKeys(body, size, name) {
  if (!(body instanceof Uint8Array) || body.length % size) {
    throw new ListInvalid(`pack, ${name}: not rows of ${size} bytes`);
  }
  const rows = [];
  for (let at = 0; at < body.length; at += size) rows.push(body.subarray(at, at + size));
  const keys = rows.map((row) => row.subarray(0, SHORT));
  const ordered = keys.every((key, i) => i === 0 || compare(keys[i - 1], key) < 0);
  if (!ordered) throw new ListInvalid(`pack, ${name}: keys out of order, or one twice`);
  return rows;
}

function checkReasons(reasons) {
  if (!Array.isArray(reasons) || reasons.length > rules.limits.reasons) {
    throw new ListInvalid(`pack: at most ${rules.limits.reasons} reasons`);
  }
  const spelled = reasons.every((one) => typeof one === "string" && /^[a-z][a-z0-9_]{0,39}$/.test(one));
  if (!spelled || reasons.some((one, i) => i > 0 && reasons[i - 1] >= one)) {
    throw new ListInvalid("pack: reasons are codes, ascending, each once");
  }
}

function entryOf(row, reasons) {
  const [state, reason] = row;
  if (state < 1 || state > STATES.length || reason >= reasons.length) {
    throw new ListInvalid("pack, status: a state or a reason that there is not");
  }
  return { state: STATES[state - 1], reason: reasons[reason], since: nameOf(DAY_0 + row[2] * 256 + row[3]) };
}
