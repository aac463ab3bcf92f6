/** What the officer compares, in few steps: who, which document, when and what for, the rest.
 *
 * Only what the seal says is listed, in an order in which papers are read. A step without values is left out.
 */

import rules from "./rules.js";
import { longDate, say, told } from "./words.js";

const STEPS = {
  who: ["surname", "given_names", "middle_names", "full_name", "birth_date", "birth_place", "sex", "nationality"],
  what: ["type", "number", "passport_number", "act_number"],
  when: ["issued_on", "valid_from", "valid_until", "entries", "stay"],
  rest: [],
};
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const BIRTH = /^(\d{4})(\d{2})(\d{2})$/;
const DECLARED = Object.assign({}, ...Object.values(rules.types).map((type) => type.fields)); // a name means one thing

/** [{name, rows: [[label, value], ...]}, ...] of a verdict that is shown. */
export function stepsOf(shown) {
  const { fields, type, issued_on, valid_until } = shown;
  const values = { type, issued_on, valid_until, ...fields };
  const named = new Set(Object.values(STEPS).flat());
  const rest = Object.keys(values).filter((name) => !named.has(name));
  const steps = Object.entries({ ...STEPS, rest }).map(([name, names]) => ({ name, rows: rows(names, values) }));
  return steps.filter((step) => step.rows.length > 0);
}

function rows(names, values) {
  return names.filter((name) => values[name]).map((name) => [labelOf(name), shown(name, values[name])]);
}

const labelOf = (name) => say(`label.${name}`) || told(DECLARED[name]?.label ?? rules.labels[name]) || name.replaceAll("_", " ");

/** A value as it is read; days are written out, so that 03/04 is never taken for 04/03. */
function shown(name, value) {
  if (name === "type") return told(rules.types[value]?.title) || value;
  const choice = DECLARED[name]?.choices?.[value];
  if (choice) return told(choice);
  if (DAY.test(value)) return longDate(value);
  const birth = name === "birth_date" && BIRTH.exec(value);
  return birth && birth[2] !== "00" && birth[3] !== "00" ? longDate(birth.slice(1).join("-")) : value;
}
