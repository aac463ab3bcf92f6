/** What a verdict says to the officer, in the language chosen: one object, whatever it came from.
 *
 *     {code, tone, action, title, reason, todo, notes}      tone: "green", "compare", "amber", "red"
 *
 * A verdict is {code, colour, ...} as docs/format/verdict.md has it, or one of the page's own three: NO_LISTS, MISMATCH,
 * ACCEPTED.
 */

import rules from "./rules.js";
import { language, say, told } from "./words.js";

const COLOURS = ["red", "amber", "green"];
const RANK = new Map(rules.table.map((row, rank) => [row.code, rank]));
const PLACE = /\{(\w+)\}/g;

export const NO_LISTS = { code: "NO_LISTS", colour: "amber", notes: [], fields: {}, lists: null };
export const accepted = (verdict) => ({ ...verdict, code: "ACCEPTED", colour: "green", notes: [] });
export const mismatch = (verdict) => ({ ...verdict, code: "MISMATCH", colour: "red", notes: [] });

/** A green seal is amber where this device's clock cannot be believed. */
export function limited(verdict) {
  if (verdict.notes.some((note) => note.code === "CLOCK")) return verdict;
  const colour = verdict.colour === "green" ? "amber" : verdict.colour;
  return { ...verdict, colour, notes: [{ code: "CLOCK", ...rules.notes.CLOCK }, ...verdict.notes] };
}

/** Which of two verdicts the officer must see first. */
export function worstFirst(one, other) {
  return COLOURS.indexOf(one.colour) - COLOURS.indexOf(other.colour) || RANK.get(one.code) - RANK.get(other.code);
}

export function meaningOf(verdict) {
  const { code, colour, notes } = verdict;
  const tone = code === "VALID" && colour === "green" ? "compare" : colour;
  return {
    code,
    tone,
    action: say(`action.${tone}`),
    title: say(code === "VALID" && colour !== "green" ? "title.LIMITED" : `title.${code}`) ?? code,
    reason: say(`reason.${code}`) ?? reason(verdict),
    todo: say(`todo.${code}`) ?? translated(verdict.todo),
    notes: notes.map((note) => told(rules.notes[note.code]) || told(note)),
  };
}

/** A verdict's reason is given in French and English; in another language its own sentence bears the same facts. */
function reason(verdict) {
  const row = rules.table[RANK.get(verdict.code)];
  if (verdict.reason[language()] || !row) return told(verdict.reason);
  const values = facts(row.reason.fr, verdict.reason.fr);
  return told(row.reason).replace(PLACE, (_, name) => translated({ fr: values[name] ?? "" })).trim();
}

/** What stands in the places of a template in a sentence that was made from it. */
function facts(template, sentence) {
  const names = [...template.matchAll(PLACE)].map((found) => found[1]);
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(PLACE, "(.*?)");
  const found = new RegExp(`^${pattern.replace(/ \(\.\*\?\)$/, " ?(.*)")}$`, "s").exec(sentence) ?? [];
  return Object.fromEntries(names.map((name, at) => [name, found[at + 1]]));
}

/** A text of Python's tables in the language chosen, or a day, found by its French. */
function translated(text) {
  return text[language()] ?? TEXTS.get(text.fr)?.[language()] ?? text.fr.replace(MONTH, (month) => told(MONTHS.get(month)));
}

const MONTHS = new Map(rules.months.map((month) => [month.fr, month]));
const MONTH = new RegExp(`(?<=^\\d+(er)? )(${[...MONTHS.keys()].join("|")})(?= \\d{4}$)`);
const TEXTS = new Map(
  [...rules.table.flatMap((row) => [row.reason, row.todo]), ...Object.values(rules.reasons), ...Object.values(rules.misfits)].map((text) => [text.fr, text]),
);
