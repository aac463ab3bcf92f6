/**
 * Which standard some scanned bytes belong to, before any cryptography; the twin of seals/recognise.py.
 *
 * By the first bytes (rules.js); what bears none of them is a carrier of ours, or nothing that we know. A reader for a
 * further standard is one more line of READERS.
 */

import * as base32 from "./base32.js";
import { fromHex, startsWith, toLatin1, toText } from "./bytes.js";
import * as carrier from "./carrier.js";
import * as claim169 from "./claim169.js";
import { SealMalformed, SealUnsupported } from "./errors.js";
import * as vds from "./vds.js";
import rules from "../rules.js";

/** Readers by standard. @type {Record<string, (data: Uint8Array) => any>} */
const READERS = { VDS: vds.parse, CLAIM169: claim169.parse };
const STARTS = rules.standards.map(([start, standard]) => [toLatin1(fromHex(start)), standard]);

/** Recognise, undo the carrier, read. @param {Uint8Array} data @returns {Promise<import("./seal.js").Seal>} */
export async function parse(data) {
  const [standard, seal] = await recognise(data);
  if (standard === null) throw new SealMalformed("no kind of seal that we know");
  if (!READERS[standard]) throw new SealUnsupported(`${rules.names[standard]}: recognised, but not a seal that we read`);
  return READERS[standard](seal);
}

/** The standard by its name in rules.js, or null, and the bytes that its reader wants. @param {Uint8Array} data */
export async function recognise(data) {
  if (data.length > rules.limits.code_size) throw new SealMalformed(`more than ${rules.limits.code_size} bytes`);
  const standard = bySight(data);
  if (standard !== null) return [standard, data];
  const seal = await carrier.read(data);
  return [byStart(seal), seal];
}

function byStart(data) {
  const found = STARTS.find(([start]) => startsWith(data, start));
  return found ? found[1] : null;
}

function bySight(data) {
  const standard = byStart(data);
  if (standard === "ISO22376") return isBase32(data) ? standard : null;
  if (data[0] === 0x7b && isVdsnc(data)) return "VDSNC";
  return standard;
}

/** Whether a JSON object has what makes a VDS-NC. */
function isVdsnc(data) {
  try {
    const seal = JSON.parse(toText(data));
    return Object.hasOwn(seal, "sig") && isObject(seal.data) && Object.hasOwn(seal.data, "hdr");
  } catch {
    return false;
  }
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isBase32(data) {
  try {
    base32.decode(data);
    return true;
  } catch {
    return false;
  }
}
