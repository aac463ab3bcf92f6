/**
 * The values in a VDS, feature by feature; the twin of seals/features.py. Which tag has which reader is in rules.js.
 */

import { toHex, toText } from "./bytes.js";
import * as c40 from "./c40.js";
import { isDay } from "./days.js";
import { SealMalformed } from "./errors.js";

/** Readers by the names that rules.js gives them. @type {Record<string, (value: Uint8Array) => string>} */
export const READERS = {
  c40: (value) => c40.decode(value).replace(/ +$/, ""),
  count: readCount,
  duration: readDuration,
  day: readDay,
  text: readText,
  hex: toHex,
};

function readCount(value) {
  if (value.length !== 1) throw new SealMalformed("value", "VDS: a count has one byte");
  return String(value[0]);
}

/** P90D, P12M; several units as P1Y6M2D, none as P0D. */
function readDuration(value) {
  if (value.length !== 3) throw new SealMalformed("value", "VDS: a duration has three bytes");
  const [days, months, years] = value;
  if (!months && !years) return `P${days}D`;
  return `P${years ? `${years}Y` : ""}${months ? `${months}M` : ""}${days ? `${days}D` : ""}`;
}

/** A day that stands as eight digits YYYYMMDD, as YYYY-MM-DD. */
function readDay(value) {
  const day = readText(value).replace(/^([0-9]{4})([0-9]{2})([0-9]{2})$/, "$1-$2-$3");
  if (!isDay(day)) throw new SealMalformed("date", "VDS: no such date");
  return day;
}

function readText(value) {
  try {
    return toText(value);
  } catch {
    throw new SealMalformed("value", "VDS: text that is not UTF-8");
  }
}
