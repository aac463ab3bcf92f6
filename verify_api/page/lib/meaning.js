/** The one table of answers (rules.js, from verify_api/meaning.py): which finding counts, and in which words. */

import rules from "../rules.js";

/** Rows by code, worst first: {code, colour, reason, todo}. */
export const TABLE = new Map(rules.table.map((row) => [row.code, row]));
const RANK = new Map(rules.table.map((row, rank) => [row.code, rank]));

/** The finding that stands first in the table. @param {string[]} findings */
export function worst(findings) {
  return findings.reduce((a, b) => (RANK.get(b) < RANK.get(a) ? b : a));
}

/** The sentence for a published reason; a code not known here says no more than "other". @param {string} code */
export function why(code) {
  return Object.hasOwn(rules.reasons, code) ? rules.reasons[code] : rules.reasons[rules.other];
}

/**
 * « 22 novembre 2026 », « 1er mars 2026 », "22 November 2026"; empty for no day.
 * @param {string | null} day @param {string} language
 */
export function longDate(day, language) {
  if (!day) return "";
  const [year, month, number] = day.split("-");
  const shown = number === "01" && language === "fr" ? "1er" : String(Number(number));
  return `${shown} ${rules.months[Number(month) - 1][language]} ${year}`;
}

/**
 * A template with the values of `facts` in it, each once.
 * @param {string} template @param {Record<string, string>} facts
 */
export function filled(template, facts) {
  return template.includes("{") ? template.replace(/\{(\w+)\}/g, (_, name) => facts[name]).trimEnd() : template;
}
