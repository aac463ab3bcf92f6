/**
 * One scan, from bytes to verdict; the twin of verify_api/scan.py. Read this file and you know the checker.
 *
 *   bytes -> 1 parse -> 2 key -> 3 does it fit? -> 4 signature -> 5 dates -> 6 issued? -> 7 status -> verdict
 *
 * Nothing that a stranger prints raises: what is wrong with the paper is an answer. What is wrong with a list was
 * refused before it came here (pack.js). Each step adds its finding, and the table in rules.js says which one counts.
 */

import { hostOf } from "./carrier.js";
import { dayAt, numberOf } from "./days.js";
import { NotASeal, SealUnread, SealUnsupported, SignatureInvalid, UnknownKey } from "./errors.js";
import { signsOn } from "./keyring.js";
import { freshness } from "./lists.js";
import { imitates } from "./lookalike.js";
import { worst } from "./meaning.js";
import { parse, standardOf } from "./recognise.js";
import { listKey, sealId } from "./seal.js";
import { Verdict } from "./verdict.js";
import { verify } from "./verify.js";
import rules from "../rules.js";

const UNCLASSIFIED = "unclassified"; // the class of a seal that names none: a key must be trusted for that too
const STATES = { revoked: "REVOKED", suspended: "SUSPENDED", superseded: "SUPERSEDED" };
const WORTH = {
  fresh: ["VALID", []],
  old: ["VALID", ["LISTS_OLD"]],
  too_old: ["STATUS_UNKNOWN", ["LISTS_TOO_OLD"]],
  ahead: ["STATUS_UNKNOWN", ["CLOCK"]],
};

/**
 * The verdict as JSON (docs/format/verdict.md).
 * @param {Uint8Array} data @param {import("./verdict.js").Known} known
 * @param {string} today YYYY-MM-DD where the verifier stands @param {string | null} host the official checker's
 */
export async function scan(data, known, today, host = null) {
  return (await judge(data, known, today, host)).toJSON();
}

/**
 * Judge the bytes of one code; never throws on `data`. A code that opens another page than `host` is noted. The lists
 * count for seals of their own authority only.
 * @param {Uint8Array} data @param {import("./verdict.js").Known} known @param {string} today
 * @param {string | null} host
 */
export async function judge(data, { trust, status, issued }, today, host = null) {
  const known = { trust, status, issued, today };
  const notes = addressNotes(data, host);
  // 1. Recognise the format and parse strictly; nothing in the seal may be believed yet.
  const { seal, unread } = await parsed(data);
  if (unread) {
    return new Verdict(codeOf(unread), known, { unread: unread.why, recognised: await standardOf(data), notes });
  }
  if (seal.format === "mrz") {
    return new Verdict("NOT_SIGNED", known, { seal, notes: [seal.wrong.length ? "DIGITS_WRONG" : "DIGITS_HOLD"] });
  }
  // 2. The key comes from the trust list alone, by (format, issuer, reference).
  const key = trustedKey(trust, seal);
  if (!key) {
    const claimed = trust.holdsKeysOf(seal.issuer, seal.country);
    return new Verdict(claimed ? "UNKNOWN_ISSUER" : "NO_KEY_HELD", known, { seal, notes });
  }
  // 3. The key is trusted for this algorithm, country, class and day, whatever the seal says of itself.
  const misfit = misfitOf(seal, key, today);
  const refused = () => new Verdict("KEY_NOT_VALID_FOR_THIS", known, { seal, key, misfit, notes });
  if (misfit === "ALGORITHM") return refused();
  // 4. The signature holds.
  if (!(await isSigned(seal, key))) return new Verdict("FORGED", known, { seal, key, notes });
  if (misfit) return refused();
  // 5-7. Now it may be believed.
  return stillCounts(seal, key, known, notes);
}

/** What to note of the page that a phone would open. */
function addressNotes(data, official) {
  const host = official === null ? null : hostOf(data);
  if (host === null || host === official) return [];
  return imitates(host, official) ? ["ADDRESS", "IMITATION"] : ["ADDRESS"];
}

function codeOf(refusal) {
  if (refusal instanceof NotASeal) return "NO_SEAL";
  return refusal instanceof SealUnsupported ? "UNSUPPORTED" : "UNREADABLE";
}

/** Steps 5 to 7 on a seal that `key` signed. */
async function stillCounts(seal, key, known, notes) {
  const identity = await sealId(seal);
  const listed = listKey(identity);
  // 5. It is in force today.
  const dates = inForce(seal, known.today);
  // 6. Its authority made it.
  const made = await isIssued(listed, seal, key, known);
  // 7. Nothing was said against it, and the lists are fresh enough to tell.
  const entry = entryOf(listed, key, known.status);
  const against = entry ? STATES[entry.state] : "VALID";
  const [fresh, aged] = worth(known, key);
  const code = worst([dates, made, against, fresh]);
  const bare = code === "VALID" && !isComparable(seal) ? ["NOTHING_TO_COMPARE"] : [];
  return new Verdict(code, known, { seal, key, sealId: identity, entry, notes: [...aged, ...bare, ...notes] });
}

/** Whether it says anything that stands on the paper too; who finds nothing may hold any paper beside it. */
function isComparable({ fields, issuedOn, validUntil }) {
  return Object.keys(fields).length > 0 || issuedOn !== null || validUntil !== null;
}

async function parsed(data) {
  try {
    return { seal: await parse(data) };
  } catch (error) {
    if (error instanceof SealUnread) return { unread: error };
    throw error;
  }
}

function trustedKey(trust, seal) {
  try {
    return trust.sealKey(seal.format, seal.issuer, seal.reference);
  } catch (error) {
    if (error instanceof UnknownKey) return null;
    throw error;
  }
}

async function isSigned(seal, key) {
  try {
    await verify(key, seal.signed, seal.signature);
    return true;
  } catch (error) {
    if (error instanceof SignatureInvalid) return false;
    throw error;
  }
}

/** Why `key` does not vouch for `seal`; null where it does. */
function misfitOf(seal, key, today) {
  if (seal.algorithm !== null && !rules.claimed[key.algorithm].includes(seal.algorithm)) return "ALGORITHM";
  if (!key.classes.includes(seal.documentClass || UNCLASSIFIED)) return "CLASS";
  if (rules.stating_country.includes(seal.format) && seal.country !== key.country) return "COUNTRY";
  const day = signingDay(seal, today);
  if (signsOn(key, day)) return null;
  if (key.validFrom <= day && day <= key.validUntil) return key.status === "revoked" ? "REVOKED" : "ENDED";
  return "PERIOD";
}

/** When the seal says that it was signed; today, where it does not say: its key must still be in use. */
function signingDay(seal, today) {
  return seal.signedOn ?? seal.issuedOn ?? today;
}

/** Calendar days, both included. A seal dated tomorrow may come from a time zone east of here. */
function inForce(seal, today) {
  if (seal.validUntil !== null && seal.validUntil < today) return "EXPIRED";
  if (seal.validFrom !== null && seal.validFrom > today) return "NOT_YET_VALID";
  const latest = Math.max(numberOf(seal.issuedOn ?? today), numberOf(signingDay(seal, today)));
  return latest > numberOf(today) + 1 ? "NOT_YET_VALID" : "VALID";
}

/** Whether the authority made it: a stolen key signs well, but cannot put its work on the list. */
async function isIssued(listed, seal, key, { issued, today }) {
  if (!issued || issued.authority !== key.authority) return "STATUS_UNKNOWN";
  if (await issued.members.has(listed)) return "VALID";
  const newer =
    seal.issuedAt !== null
      ? seal.issuedAt > issued.issuedAt
      : signingDay(seal, today) >= dayAt(issued.issuedAt); // a day has no hour: it may have been later that day
  return newer ? "NEWER_THAN_LIST" : "NOT_ISSUED";
}

/** What the authority says against this seal; an old list still counts, for what was revoked stays so. */
function entryOf(listed, key, status) {
  return (status && status.authority === key.authority && status.entries.get(listed)) || null;
}

/** Whether the lists can say that nothing speaks against a seal of this key, and what to note about them. */
function worth({ trust, status, issued, today }, key) {
  if (!status || !issued) return ["STATUS_UNKNOWN", ["LISTS_MISSING"]];
  const others = [status, issued].some((list) => list.authority !== key.authority);
  if (others) return ["STATUS_UNKNOWN", ["LISTS_OF_ANOTHER"]];
  return WORTH[freshness([trust.issuedAt, status.issuedAt, issued.issuedAt], today)];
}
