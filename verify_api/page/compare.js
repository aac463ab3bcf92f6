/** What the officer compares, in few steps: who, which document, when and what for, the rest.
 *
 * Only what the seal says is listed, in the order in which papers are read, at most so many values a step as fit on a
 * phone. A step without values is left out.
 */

import rules from "./rules.js";
import { duration, longDate, say, told } from "./words.js";

const STEPS = {
  who: ["surname", "given_names", "middle_names", "full_name", "birth_date", "sex", "nationality", "birth_place"],
  what: ["type", "number", "passport_number", "act_number"],
  when: ["issued_on", "valid_from", "valid_until", "entries", "stay"],
  rest: [],
};
const ROWS_MAX = 5;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const BIRTH = /^(\d{4})(\d{2})(\d{2})$/;
const STAY = /^P(\d+)([DMY])$/;
const DECLARED = Object.assign({}, ...Object.values(rules.types).map((type) => type.fields)); // for the seals of no declared type

/** [{name, rows: [[label, value], ...]}, ...] of a verdict that is shown. */
export function stepsOf(shown) {
  const { fields, type, issued_on, valid_until } = shown;
  const values = { type, issued_on, valid_until, ...fields };
  const declared = rules.types[type]?.fields ?? DECLARED;
  if (values.surname && values.given_names) delete values.full_name; // said already
  const named = new Set(Object.values(STEPS).flat());
  const rest = Object.keys(values).filter((name) => !named.has(name));
  return Object.entries({ ...STEPS, rest }).flatMap(([name, names]) => split(rows(names, values, declared)).map((part) => ({ name, rows: part })));
}

function split(all) {
  return all.length ? [all.slice(0, ROWS_MAX), ...split(all.slice(ROWS_MAX))] : [];
}

function rows(names, values, declared) {
  return names.filter((name) => values[name]).map((name) => [labelOf(name, declared), shown(name, values[name], declared)]);
}

const labelOf = (name, declared) => say(`label.${name}`) || told(declared[name]?.label ?? rules.labels[name]) || name.replaceAll("_", " ");

/** A value as it is printed; days are written out, so that 03/04 is never taken for 04/03. */
function shown(name, value, declared) {
  if (name === "type") return told(rules.types[value]?.title) || value;
  const choice = declared[name]?.choices?.[value];
  if (choice) return told(choice);
  if (DAY.test(value)) return longDate(value);
  const stay = declared[name]?.kind === "duration" && STAY.exec(value);
  if (stay) return duration(Number(stay[1]), stay[2]);
  const birth = name === "birth_date" && BIRTH.exec(value);
  return birth && birth[2] !== "00" && birth[3] !== "00" ? longDate(birth.slice(1).join("-")) : value;
}
