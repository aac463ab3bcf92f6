/** Calendar days as text, YYYY-MM-DD: they compare as they follow one another. Years 1 to 9999. */

const DAY_MS = 86_400_000;
const DAY_S = 86_400;

/** The day, or null where there is none such. @param {number} year @param {number} month @param {number} day */
export function dayOf(year, month, day) {
  if (![year, month, day].every(Number.isInteger)) return null;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > lastOf(year, month)) return null;
  const two = (n) => String(n).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/** Whether `text` is the one spelling of a day. @param {unknown} text */
export function isDay(text) {
  const found = typeof text === "string" && /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  return Boolean(found) && dayOf(Number(found[1]), Number(found[2]), Number(found[3])) === text;
}

/** The UTC day of an instant. @param {number} seconds since 1970 */
export function dayAt(seconds) {
  return nameOf(Math.floor(seconds / DAY_S));
}

/** Days since 1970. @param {string} day */
export function numberOf(day) {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

/** The day after so many since 1970. @param {number} number */
export function nameOf(number) {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

function lastOf(year, month) {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
