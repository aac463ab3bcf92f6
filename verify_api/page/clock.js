/** Today, as far as this device can tell.
 *
 * A clock that was set back makes old lists look new, so the latest time seen counts: the device's own, and those at
 * which lists were signed. A clock that was ahead once would spoil that for ever; the server's own time, over TLS, and
 * agreeing with the device, sets it right. All instants are in milliseconds.
 */

const DAY_MS = 86_400_000;

/** {today: "YYYY-MM-DD" where the device stands, behind: whether its clock is behind what was seen}. */
export function judge(now, latest) {
  return { today: dayOf(Math.max(now, latest)), behind: now < latest - DAY_MS };
}

/** The latest time seen, after one more look at the clock; `signed` is the lists' time, `served` the server's or null. */
export function latest(before, now, signed, served) {
  return Math.max(now, signed, served !== null && !apart(now, served) ? 0 : before);
}

/** Whether two clocks differ by more than a day. */
export const apart = (one, other) => Math.abs(one - other) > DAY_MS;

/** The calendar day of an instant where the device stands. */
function dayOf(instant) {
  const date = new Date(instant);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
