/** The page's words in the language that was chosen; what a language lacks is said in French. */

import { keep, recall } from "./chosen.js";
import { longDate as written } from "./lib/meaning.js";
import bm from "./words/bm.js";
import en from "./words/en.js";
import fr from "./words/fr.js";

const TABLES = { fr, en, bm };
const UNITS = { D: "day", M: "month", Y: "year" };
let chosen = "fr";

/** The language: "fr", "en" or "bm". */
export const language = () => chosen;

/** What stands under `key`, with {names} replaced; undefined for no such key. */
export function say(key, values = {}) {
  return (TABLES[chosen][key] ?? fr[key])?.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The text of a label, {fr, en, perhaps bm}. */
export const told = (label) => label?.[chosen] ?? label?.fr ?? "";

/** What was chosen before, or the first of the browser's languages that is here. */
export function firstLanguage() {
  const wished = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return [recall("language"), ...wished].find((one) => one in TABLES) ?? "fr";
}

/** Speak `one` from now on, and write every element that names its words. */
export function speak(one) {
  chosen = one;
  document.documentElement.lang = one;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  for (const element of document.querySelectorAll("[data-word-label]")) element.ariaLabel = say(element.dataset.wordLabel);
}

/** Speak it, and remember that it was chosen. */
export function choose(one) {
  keep("language", one);
  speak(one);
}

/** A day as people read it: "2026-11-22" -> « 22 novembre 2026 ». */
export const longDate = (day) => written(day, chosen);

/** « 30 jours », "30 days"; `unit` is "D", "M" or "Y". */
export function duration(count, unit) {
  const locale = chosen === "bm" ? "fr" : chosen; // no browser counts days in Bambara
  return new Intl.NumberFormat(locale, { style: "unit", unit: UNITS[unit], unitDisplay: "long" }).format(count);
}

/** How old lists are, in a few words; null for no lists. */
export function age(days) {
  if (days === null) return say("age.none");
  if (days < -1) return say("age.ahead");
  if (days < 1) return say("age.today");
  return days === 1 ? say("age.one") : say("age.many", { days });
}
