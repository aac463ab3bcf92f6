/**
 * Opening an offline pack: a full one and the deltas that follow it (docs/format/pack.md section 6); the twin of
 * verify_api/pack.py and seals/pack.py.
 *
 *   file  = ["sceau.pack/1", trust, list]      list: a signed list of kind "pack" or "pack-delta"
 *   trust = a trust list | [head, signature]   the trust list of the file before, signed anew (pack_trust.js)
 *
 * Of a chain the newest file counts: its trust list judges every list of the chain, and it is what may not be older
 * than what was seen before. What is refused changes nothing.
 *
 * @typedef {{trustVersion: number, version: number, asOf: number, sha256: string}} Seen
 */

import { sha256, toHex } from "./bytes.js";
import { decode } from "./canonical.js";
import { split } from "./cose.js";
import { isDay } from "./days.js";
import { KeyRefused, ListInvalid, ListOlder, NotCanonical, UnknownKey } from "./errors.js";
import { checkKeys, PackStatus, readRows, SHORT } from "./pack_status.js";
import { isRenewal, newestTrust } from "./pack_trust.js";
import { PositiveSet } from "./positive_set.js";
import { readList } from "./signed_list.js";
import { readTrustList } from "./trust_list.js";
import rules from "../rules.js";

const FULL = "pack";
const DELTA = "pack-delta";
const CONTEXT = "sceau.pack/1";
const FULL_KEYS = ["blanks", "checkpoint", "count", "issued", "reasons", "seed", "status"];
const DELTA_KEYS = ["blanks", "checkpoint", "from", "issued", "lifted", "reasons", "status"];

/**
 * Read and check a full pack and what continues it, in order; ListInvalid if anything is not as it must be.
 * @param {Uint8Array} full @param {Uint8Array[]} deltas @param {Uint8Array} rootPublic
 * @param {Seen | null} seen what `seen` was when this device last accepted a pack
 * @returns {Promise<{known: import("./verdict.js").Known & {blanks: string[][], checkpoint: Uint8Array}, seen: Seen}>}
 */
export async function openPack(full, deltas, rootPublic, seen) {
  // 1. Each file is spelled canonically and within its limit.
  if (deltas.length > rules.limits.chain) throw new ListInvalid(`more than ${rules.limits.chain} deltas`);
  const files = [readFile(full, FULL), ...deltas.map((delta) => readFile(delta, DELTA))];
  const digests = (await Promise.all([full, ...deltas].map(sha256))).map(toHex);
  const digest = digests.at(-1);
  // 2. The newest trust list is signed by the pinned root; each list by a LISTS key that it still trusts.
  const message = newestTrust(files.map(([trust]) => trust));
  const trust = await trusted(message, rootPublic, digest === seen?.sha256);
  const chain = [];
  for (const [i, [, list]] of files.entries()) chain.push(await signedFor(list, i ? DELTA : FULL, trust));
  // 3. Trust list and list are of one publication, and nothing goes back, here or behind what was seen.
  const newest = chain.at(-1);
  if (trust.version !== newest.version || trust.issuedAt !== newest.issuedAt) {
    throw new ListInvalid(`pack: trust list ${trust.version} beside version ${newest.version}`);
  }
  for (let i = 1; i < chain.length; i++) checkForward(chain[i - 1], chain[i]);
  const found = { trustVersion: trust.version, version: newest.version, asOf: newest.asOf, sha256: digest };
  if (seen) checkSeen(found, seen);
  // 4. The bodies are spelled right, and each delta continues what stands before it.
  let known = readFull(chain[0].body);
  for (let i = 1; i < chain.length; i++) {
    known = follow(known, [chain[i - 1].version, digests[i - 1]], readDelta(chain[i].body));
  }
  return { known: opened(trust, known, newest), seen: found };
}

/** Trust list and signed list of a file of this kind. */
function readFile(data, kind) {
  const limit = rules.limits.pack[kind];
  if (data.length > limit) throw new ListInvalid(`${kind}: longer than ${limit} bytes`);
  const value = refusing(() => decode(data), kind);
  const [context, trust, list] = Array.isArray(value) && value.length === 3 ? value : [];
  if (context !== CONTEXT || !(isBytes(trust) || isRenewal(trust)) || !isBytes(list)) {
    throw new ListInvalid(`${kind}: not a pack`);
  }
  return [trust, list];
}

const isBytes = (value) => value instanceof Uint8Array;

async function trusted(message, rootPublic, judged) {
  try {
    return await readTrustList(message, rootPublic, 0, judged);
  } catch (error) {
    if (error instanceof KeyRefused) throw new ListInvalid(error.detail);
    throw error;
  }
}

/** A list that a LISTS key of the same authority signed. */
async function signedFor(message, kind, trust) {
  const key = refusing(() => trust.byKid(split(message).kid, "lists"), kind);
  if (key.authority !== trust.authority) {
    throw new ListInvalid(`${kind}: signed for ${key.authority}, in a pack of ${trust.authority}`);
  }
  return readList(message, kind, key);
}

function refusing(read, kind) {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotCanonical || error instanceof UnknownKey) throw new ListInvalid(`${kind}: ${error.detail}`);
    throw error;
  }
}

function checkForward(before, after) {
  if (after.version <= before.version || after.asOf < before.asOf) {
    throw new ListInvalid(`pack: version ${after.version} goes back behind version ${before.version}`);
  }
}

function checkSeen(found, seen) {
  if (found.trustVersion < seen.trustVersion || found.version < seen.version) {
    throw new ListOlder(`pack: version ${found.version} is older than ${seen.version}, already seen`);
  }
  if (found.asOf < seen.asOf) {
    throw new ListOlder(`pack: covers ${found.asOf} events, fewer than ${seen.asOf}, already seen`);
  }
  if (found.version === seen.version && found.sha256 !== seen.sha256) {
    throw new ListInvalid(`pack: version ${found.version} was already seen with another content`);
  }
}

function readFull(body) {
  const found = mapOf(body, FULL_KEYS);
  return {
    base: new PositiveSet(found.issued, found.count, found.seed),
    since: new Set(),
    entries: readRows(found.reasons, found.status),
    beside: besideOf(found),
  };
}

function readDelta(body) {
  const found = mapOf(body, DELTA_KEYS);
  const from = originOf(found.from);
  const [issued, lifted] = ["issued", "lifted"].map((name) => new Set(checkKeys(found[name], SHORT, name).map(toHex)));
  const entries = readRows(found.reasons, found.status);
  if ([...lifted].some((key) => entries.has(key))) {
    throw new ListInvalid("pack-delta: a status that is lifted and stands");
  }
  return { from, issued, lifted, entries, beside: besideOf(found) };
}

/** Version and SHA-256 of the file that a delta continues. */
function originOf(value) {
  const [version, digest] = Array.isArray(value) && value.length === 2 ? value : [];
  if (typeof version !== "number" || version < 1 || !isBytes(digest) || digest.length !== 32) {
    throw new ListInvalid("pack-delta: no version and SHA-256 of a file that it continues");
  }
  return [version, toHex(digest)];
}

/** What is known by the file of that version and SHA-256, and what changed since. */
function follow(known, [version, digest], delta) {
  const [from, sha256] = delta.from;
  if (from !== version) throw new ListInvalid(`pack-delta: continues version ${from}, not ${version}`);
  if (sha256 !== digest) throw new ListInvalid(`pack-delta: continues another file of version ${version}`);
  if ([...delta.lifted].some((key) => !known.entries.has(key))) {
    throw new ListInvalid("pack-delta: lifts a status that there is not");
  }
  const kept = [...known.entries].filter(([key]) => !delta.lifted.has(key));
  return {
    base: known.base,
    since: new Set([...known.since, ...delta.issued]),
    entries: new Map([...kept, ...delta.entries]),
    beside: delta.beside,
  };
}

function opened(trust, { base, since, entries, beside }, { authority, version, issuedAt, asOf }) {
  const about = { authority, version, issuedAt, asOf };
  const has = async (key) => since.has(toHex(key.subarray(0, SHORT))) || base.has(key);
  const status = { ...about, entries: new PackStatus(entries) };
  return { trust, status, issued: { ...about, members: { has } }, ...beside };
}

function mapOf(body, keys) {
  if (!(body instanceof Map) || body.size !== keys.length || !keys.every((key) => body.has(key))) {
    throw new ListInvalid(`pack: the body is a map of ${keys.join(", ")}`);
  }
  return Object.fromEntries(body);
}

function besideOf({ checkpoint, blanks }) {
  if (!(checkpoint instanceof Uint8Array) || checkpoint.length > rules.limits.checkpoint) {
    throw new ListInvalid(`pack: the checkpoint is at most ${rules.limits.checkpoint} bytes`);
  }
  if (!Array.isArray(blanks) || blanks.length > rules.limits.blanks) {
    throw new ListInvalid(`pack: at most ${rules.limits.blanks} ranges of blanks`);
  }
  blanks.forEach(checkBlank);
  const ordered = blanks.every((row, i) => i === 0 || isBefore(blanks[i - 1], row));
  if (!ordered) throw new ListInvalid("pack: ranges of blanks out of order, or one twice");
  return { checkpoint, blanks };
}

function checkBlank(row) {
  if (!Array.isArray(row) || row.length !== 4 || row.some((part) => typeof part !== "string")) {
    throw new ListInvalid("pack: a range of blanks is [series, first, last, since]");
  }
  const [series, first, last, since] = row;
  const spelled = /^[A-Z0-9-]{1,20}$/.test(series) && /^[A-Z0-9]{1,20}$/.test(first) && /^[A-Z0-9]{1,20}$/.test(last);
  if (!spelled || first.length !== last.length || first > last || !isDay(since)) {
    throw new ListInvalid("pack: a range of blanks in another spelling");
  }
}

function isBefore(a, b) {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && a[at] < b[at];
}
