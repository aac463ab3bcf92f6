/** What a nested content says, as fields to compare, by a name of ours or by its path; the twin of seals/flat.py. */

const FIELDS_MAX = 100;

/**
 * At most 100 texts, numbers and truth values, those with a name first.
 * @param {unknown} value Maps and arrays @param {Record<string, string>} names @param {string} path
 * @returns {Record<string, string>}
 */
export function fields(value, names, path = "") {
  const leaves = [...leavesOf(value, path)];
  const named = ([place]) => Object.hasOwn(names, place);
  const found = new Map();
  for (const [place, text] of [...leaves.filter(named), ...leaves.filter((one) => !named(one))]) {
    const name = named([place]) ? names[place] : /^[0-9]+$/.test(place) ? `no. ${place}` : place;
    found.set(found.has(name) ? place : name, text);
  }
  return limited(found);
}

/** @param {Map<string, string>} found */
export function limited(found) {
  return Object.fromEntries([...found].slice(0, FIELDS_MAX));
}

function* leavesOf(value, path) {
  if (value instanceof Map || Array.isArray(value)) {
    for (const [name, inner] of value.entries()) yield* leavesOf(inner, path ? `${path}.${name}` : String(name));
  } else if (["string", "number", "bigint", "boolean"].includes(typeof value)) {
    yield [path, String(value)];
  }
}
