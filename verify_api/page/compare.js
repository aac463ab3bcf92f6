/** What the officer compares, in few steps: who, which document, when and what for, the rest.
 *
 * Only what the seal says is listed, in an order in which papers are read. A step without values is left out.
 */

import rules from "./rules.js";
import { longDate, told } from "./words.js";

const STEPS = {
  who: ["surname", "given_names", "middle_names", "full_name", "birth_date", "birth_place", "sex", "nationality"],
  what: ["number", "passport_number", "act_number"],
  when: ["issued_on", "valid_from", "valid_until", "entries", "stay"],
  rest: [],
};
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const BIRTH = /^(\d{4})(\d{2})(\d{2})$/;
const DECLARED = new Map(Object.values(rules.types).flatMap((type) => Object.entries(type.fields)));

/** [{name, rows: [[label, value], ...]}, ...] of a verdict. */
export function stepsOf(verdict) {
  const values = { ...verdict.fields };
  for (const name of ["issued_on", "valid_until"]) if (verdict[name]) values[name] ??= verdict[name];
  const named = new Set(Object.values(STEPS).flat());
  const rest = Object.keys(values).filter((name) => !named.has(name));
  const steps = Object.entries({ ...STEPS, rest }).map(([name, fields]) => ({ name, rows: rows(fields, values) }));
  return steps.filter((step) => step.rows.length > 0);
}

function rows(names, values) {
  return names.filter((name) => values[name]).map((name) => [labelOf(name), shown(name, values[name])]);
}

const labelOf = (name) => told(DECLARED.get(name)?.label ?? rules.labels[name]) || name.replaceAll("_", " ");

/** A value as it is read; days are written out, so that 03/04 is never taken for 04/03. */
function shown(name, value) {
  const choice = DECLARED.get(name)?.choices?.[value];
  if (choice) return told(choice);
  if (DAY.test(value)) return longDate(value);
  const birth = name === "birth_date" && BIRTH.exec(value);
  return birth && birth[2] !== "00" && birth[3] !== "00" ? longDate(birth.slice(1).join("-")) : value;
}
