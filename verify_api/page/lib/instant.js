/**
 * Instants in a seal: Unix seconds from 1970 to the year 9999, and the UTC day of one; the twin of seals/instant.py.
 */

import { isInteger } from "./canonical.js";
import { dayAt } from "./days.js";
import { SealMalformed } from "./errors.js";

const LAST = 253402300799; // 9999-12-31T23:59:59Z

/**
 * The instant under `key`, or null where there is none; SealMalformed for another value.
 * @param {Map<any, any>} values
 */
export function readInstant(values, key) {
  const value = values.get(key) ?? null;
  if (value !== null && !(isInteger(value) && value >= 0 && value <= LAST)) {
    throw new SealMalformed("date", `${key} is not a time`);
  }
  return value;
}

/** The calendar day (UTC) of an instant. @param {number | null} instant */
export function dayOf(instant) {
  return instant === null ? null : dayAt(instant);
}

/** The last day on which an instant of expiry has not come. @param {number | null} expires */
export function lastDay(expires) {
  return expires === null ? null : dayAt(Math.max(0, expires - 1));
}
