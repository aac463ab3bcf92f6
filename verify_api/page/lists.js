/** The lists of this device: read from what it keeps, brought up to date when there is a network, never set back.
 *
 *     kept:  full (bytes), deltas (array of bytes), seen (how new the newest was; docs/format/pack.md section 6)
 *
 * A pack that is refused changes nothing. Another tab may write at the same time: what it kept counts, if it is newer.
 */

import { sha256, toHex } from "./lib/bytes.js";
import { ListOlder } from "./lib/errors.js";
import { openPack } from "./lib/pack.js";

const FULL_MAX = 16 << 20;
const DELTA_MAX = 2 << 20;
const DELTAS_MAX = 64;
const INDEX_MAX = 1 << 16;
const INDEX_MS = 10_000; // a network that answers nothing is none
const PACK_MS = 300_000; // 16 MiB over half a megabit a second
const NAME = /^(full-\d+|delta-\d+-\d+)\.pack$/;

export class Lists {
  known = null; // {trust, status, issued}, or null while there are none
  problem = null; // what went wrong last: the key of the page's words
  served = null; // the server's time at the last update, in milliseconds
  #store;
  #root;
  #seen = null;
  #running = null;

  constructor(store, root) {
    this.#store = store;
    this.#root = root;
  }

  /** Use what the device keeps. */
  async load() {
    const { full, deltas, seen } = await this.#store.read("full", "deltas", "seen");
    if ((seen?.version ?? 0) < this.version) return; // the disk did not take, or lost, what this tab uses
    this.#seen = seen ?? null;
    if (!full) return;
    try {
      const opened = await openPack(full, deltas, this.#root, this.#seen);
      if (opened.seen.version >= this.version) this.#use(opened); // an update may have come first
    } catch (error) {
      this.#told("update.damaged", error);
    }
  }

  /** Ask for newer ones; whether the server answered. `problem` tells what it gave that was refused. */
  refresh() {
    this.#running ??= this.#refresh().finally(() => (this.#running = null));
    return this.#running;
  }

  async #refresh() {
    let index;
    try {
      index = await this.#index();
    } catch {
      return false;
    }
    try {
      await this.#install(index);
    } catch (error) {
      if (error instanceof NoNetwork) return false;
      this.#told(error instanceof ListOlder ? "update.older" : "update.refused", error);
    }
    return true;
  }

  /** The version of the newest; 0 for none. */
  get version() {
    return this.#seen?.version ?? 0;
  }

  /** The instant of the youngest of the lists, in milliseconds; 0 for none. */
  get signedAt() {
    return this.known ? 1000 * Math.max(...this.instants) : 0;
  }

  /** The instant of the oldest of the lists, in Unix seconds. */
  get oldest() {
    return Math.min(...this.instants);
  }

  /** When each was signed, in Unix seconds. */
  get instants() {
    return [this.known.trust, this.known.status, this.known.issued].map((list) => list.issuedAt);
  }

  async #index() {
    const response = await fetch("pack/index.json", { cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(INDEX_MS) });
    this.served = Date.parse(response.headers.get("date")) || null;
    return JSON.parse(new TextDecoder().decode(await body(response, INDEX_MAX)));
  }

  /** What the index names: of that, what is kept already is not fetched again, unless they do not hold together. */
  async #install(index) {
    const rows = [index.full, ...chain(index.deltas, index.full.version)];
    if (this.known && this.version === rows.at(-1).version) return void (this.problem = null);
    const kept = this.known ? await this.#kept() : new Map();
    try {
      return await this.#open(await files(rows, kept));
    } catch (error) {
      if (error instanceof NoNetwork || !kept.size) throw error;
    }
    return this.#open(await files(rows, new Map()));
  }

  /** The files in use, by their SHA-256. */
  async #kept() {
    const { full, deltas = [] } = await this.#store.read("full", "deltas");
    const found = new Map();
    for (const file of full ? [full, ...deltas] : []) found.set(toHex(await sha256(file)), file);
    return found;
  }

  async #open([full, ...deltas]) {
    const opened = await openPack(full, deltas, this.#root, this.#seen);
    this.#use(opened);
    try {
      await this.#store.change(["seen"], ({ seen }) => (seen && seen.version > this.version ? {} : { full, deltas, seen: opened.seen }));
      this.problem = null;
    } catch (error) {
      this.#told("update.unkept", error);
    }
  }

  /** Officers are told in words; whoever looks closer finds the error on the console. */
  #told(key, error) {
    this.problem = key;
    console.warn(key, error);
  }

  #use({ known, seen }) {
    this.known = known;
    this.#seen = seen;
  }
}

class NoNetwork extends Error {}

/** The deltas that lead on from `version`, in order. */
function chain(deltas, version) {
  const found = [];
  for (let next; found.length < DELTAS_MAX && (next = deltas.find((delta) => delta.from === version)); version = next.version) found.push(next);
  return found;
}

/** The files that the index names, in its order. */
function files(rows, kept) {
  return Promise.all(rows.map((row, i) => kept.get(row.sha256) ?? pack(row.name, i ? DELTA_MAX : FULL_MAX)));
}

async function pack(name, max) {
  if (!NAME.test(name)) throw Object.assign(new Error(name), { code: "pack.malformed" });
  try {
    return await body(await fetch(`pack/${name}`, { credentials: "omit", signal: AbortSignal.timeout(PACK_MS) }), max);
  } catch (error) {
    throw error instanceof TypeError || error.name === "TimeoutError" ? new NoNetwork(name) : error;
  }
}

/** The bytes of an answer; refused as soon as there are too many. */
async function body(response, max) {
  if (!response.ok) throw new NoNetwork(String(response.status));
  const parts = [];
  let size = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    size += value.length;
    if (size > max) throw Object.assign(new Error(response.url), { code: "pack.malformed" });
    parts.push(value);
  }
}
