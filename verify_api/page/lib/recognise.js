/**
 * Which standard some scanned bytes belong to, before any cryptography; the twin of seals/recognise.py.
 *
 * By the first bytes (rules.js) or the shape; what has neither is a carrier of ours, or nothing that we know. A reader
 * for a further standard is one more line of READERS.
 */

import * as base32 from "./base32.js";
import { fromHex, startsWith, toLatin1 } from "./bytes.js";
import * as bareZone from "./bare_zone.js";
import * as carrier from "./carrier.js";
import * as claim169 from "./claim169.js";
import { NotASeal, SealMalformed, SealUnsupported } from "./errors.js";
import * as hcert from "./hcert.js";
import * as idb from "./idb.js";
import * as shc from "./shc.js";
import { seems } from "./stranger.js";
import * as twoddoc from "./twoddoc.js";
import * as vds from "./vds.js";
import * as vdsnc from "./vdsnc.js";
import rules from "../rules.js";

const FRAGMENT_MIN = 40; // characters after `#`: fewer hold no seal
const STARTS = rules.standards.map(([start, standard]) => [toLatin1(fromHex(start)), standard]);

/** Readers by standard. @type {Record<string, (data: Uint8Array) => any>} */
const READERS = {
  VDS: vds.parse,
  CLAIM169: claim169.parse,
  TWODDOC: twoddoc.parse,
  IDB: idb.parse,
  HCERT: hcert.parse,
  SHC: shc.parse,
  VDSNC: vdsnc.parse,
  MRZ: bareZone.parse,
};

/** Recognise, undo the carrier, read. @param {Uint8Array} data @returns {Promise<import("./seal.js").Seal>} */
export async function parse(data) {
  const [standard, seal] = await recognise(data);
  if (standard === null) {
    const seen = seems(data);
    throw seen ? new NotASeal(seen) : new SealMalformed("unknown", "no kind of seal that we know");
  }
  if (standard === "ISO22376") {
    throw new SealUnsupported("otentik", "an ISO 22376 seal (Otentik): only its operator's application reads it");
  }
  return READERS[standard](seal);
}

/** The standard of bytes that may be misspelt, or null. @param {Uint8Array} data */
export async function standardOf(data) {
  try {
    return (await recognise(data))[0];
  } catch (error) {
    if (error instanceof SealMalformed) return null;
    throw error;
  }
}

/** The standard by its name in rules.js, or null, and the bytes that its reader wants. @param {Uint8Array} data */
export async function recognise(data) {
  if (data.length > rules.limits.code_size) {
    throw new SealMalformed("size", `more than ${rules.limits.code_size} bytes`);
  }
  const standard = bySight(data);
  if (standard !== null) return [standard, data];
  const seal = await carried(data);
  return [seal && byStart(seal), seal ?? data];
}

/** What a carrier hides; null where it is misspelt and the code seems to be something else than a seal. */
async function carried(data) {
  try {
    return await carrier.read(data);
  } catch (error) {
    if (!(error instanceof SealMalformed) || seems(data) === null || isDamaged(data)) throw error;
    return null;
  }
}

function byStart(data) {
  const found = STARTS.find(([start]) => startsWith(data, start));
  return found ? found[1] : null;
}

function bySight(data) {
  const standard = byStart(data);
  if (standard === "ISO22376") return isBase32(data) ? standard : null;
  if (standard !== null) return standard;
  const text = toLatin1(data);
  if (text.startsWith("{") && text.includes('"hdr"') && text.includes('"sig"')) return "VDSNC";
  return bareZone.isZone(data) ? "MRZ" : null;
}

function isBase32(data) {
  try {
    base32.decode(data);
    return true;
  } catch {
    return false;
  }
}

/** Whether this is a web address with what was a seal once: after `#` stand capitals and digits, enough for one. */
function isDamaged(data) {
  const text = toLatin1(data);
  if (!text.startsWith("https://") && !text.startsWith("HTTPS://")) return false;
  const hidden = text.slice(text.indexOf("#") + 1 || text.length);
  const damaged = hidden.length >= FRAGMENT_MIN && /^[A-Z0-9]+$/.test(hidden) && /[A-Z]/.test(hidden);
  return damaged || /^[A-Z2-7]+$/.test(hidden);
}
