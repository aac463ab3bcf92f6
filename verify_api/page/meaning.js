/** What a verdict says to the officer, in the language chosen.
 *
 *     shown      docs/format/verdict.md, with texts in every language; `type`, the declared type behind the paper; and
 *                `letters`, those that are printed beside the code
 *     meaning    {code, tone, action, title, reason, todo, notes}      tone: "green", "compare", "amber", "red"
 *
 * The page has three answers of its own: NO_LISTS, MISMATCH, ACCEPTED.
 */

import { TABLE } from "./lib/meaning.js";
import { lookUpCode } from "./lib/seal.js";
import rules from "./rules.js";
import { say, told } from "./words.js";

const COLOURS = ["red", "amber", "green"];
const RANK = new Map([...TABLE.keys()].map((code, rank) => [code, rank]));

export const NO_LISTS = { code: "NO_LISTS", colour: "amber", notes: [], fields: {}, lists: null };
export const accepted = (shown) => ({ ...shown, code: "ACCEPTED", colour: "green", notes: [] });
export const mismatch = (shown) => ({ ...shown, code: "MISMATCH", colour: "red", notes: [] });

/** A Verdict of lib/verdict.js, to be shown. */
export function shownOf(verdict) {
  const inAll = (text) => Object.fromEntries(rules.languages.map((language) => [language, text(language)]));
  return {
    ...verdict.toJSON(),
    reason: inAll((language) => verdict.reason(language)),
    todo: inAll((language) => verdict.todo(language)),
    type: verdict.believed ? (verdict.seal.typeCode ?? null) : null,
    letters: verdict.believed ? lookUpCode(verdict.sealId) : "",
  };
}

/** A green seal is amber where this device's clock cannot be believed. */
export function limited(shown) {
  if (shown.notes.some((note) => note.code === "CLOCK")) return shown;
  const colour = shown.colour === "green" ? "amber" : shown.colour;
  return { ...shown, colour, notes: [{ code: "CLOCK" }, ...shown.notes] };
}

/** Which of two verdicts the officer must see first. */
export function worstFirst(one, other) {
  return COLOURS.indexOf(one.colour) - COLOURS.indexOf(other.colour) || RANK.get(one.code) - RANK.get(other.code);
}

export function meaningOf({ code, colour, reason, todo, notes }) {
  const tone = code === "VALID" && colour === "green" ? "compare" : colour;
  return {
    code,
    tone,
    action: say(`action.${tone}`),
    title: say(code === "VALID" && colour !== "green" ? "title.LIMITED" : `title.${code}`) ?? code,
    reason: say(`reason.${code}`) ?? told(reason),
    todo: say(`todo.${code}`) ?? told(todo),
    notes: notes.map((note) => told(rules.notes[note.code])),
  };
}
