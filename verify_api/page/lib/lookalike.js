/** Addresses that imitate the official checker's; the twin of seals/lookalike.py. */

const ALIKE = { 0: "o", 1: "l", i: "l", 5: "s", "-": "", _: "" };
const CHANGED_MAX = 2;
const LENGTH_MAX = 100;
const NAME_MIN = 8; // letters of the official name without its last label: fewer are no name of its own

/**
 * Whether `host` (what a code would open) is not `official` and looks like it.
 * @param {string} host @param {string} official
 */
export function imitates(host, official) {
  if (host === official) return false;
  const seen = skeleton(host);
  const genuine = skeleton(official);
  const name = skeleton(official.slice(0, Math.max(0, official.lastIndexOf("."))));
  if (seen.includes(genuine) || (name.length >= NAME_MIN && seen.includes(name))) return true;
  return distance(seen.slice(0, LENGTH_MAX), genuine) <= CHANGED_MAX;
}

/** A host without what the eye passes over: letters of other scripts are left out. */
function skeleton(host) {
  const labels = host.toLowerCase().split(/[.:@/]/);
  const shown = (one) => (one.startsWith("xn--") ? one.slice(4, Math.max(4, one.lastIndexOf("-"))) : one);
  const plain = labels.map(shown).join("");
  const seen = plain.replace(/[^\0-\x7f]/g, "").replace(/[01i5_-]/g, (char) => ALIKE[char]);
  return seen.replaceAll("rn", "m").replaceAll("vv", "w");
}

/** Letters to change, leave out or put in (Levenshtein). */
function distance(one, two) {
  const row = Array.from({ length: two.length + 1 }, (_, i) => i);
  for (let at = 1; at <= one.length; at++) {
    let last = row[0];
    row[0] = at;
    for (let to = 1; to <= two.length; to++) {
      const here = row[to];
      row[to] = Math.min(row[to] + 1, row[to - 1] + 1, last + (one[at - 1] === two[to - 1] ? 0 : 1));
      last = here;
    }
  }
  return row[two.length];
}
