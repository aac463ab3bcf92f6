/** How far lists may be relied on at their age; the twin of verify_api/lists.py. Ages are in rules.js. */

import { dayAt, numberOf } from "./days.js";
import rules from "../rules.js";

/**
 * Calendar days (UTC) since a list was signed; negative if it comes from the future.
 * @param {number} issuedAt @param {string} today
 */
export function ageDays(issuedAt, today) {
  return numberOf(today) - numberOf(dayAt(issuedAt));
}

/**
 * What lists signed at `instants` are worth together; a day's difference may be the time zone's.
 * @param {number[]} instants @param {string} today @returns {"fresh" | "old" | "too_old" | "ahead"}
 */
export function freshness(instants, today) {
  const ages = instants.map((instant) => ageDays(instant, today));
  if (Math.min(...ages) < -1) return "ahead";
  if (Math.max(...ages) > rules.ages.max_days) return "too_old";
  return Math.max(...ages) > rules.ages.fresh_days ? "old" : "fresh";
}
