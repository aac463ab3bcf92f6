/** What judges: the lists of this device, its clock, and the root that it was installed with. */

import * as clock from "./clock.js";
import { ageDays, freshness } from "./lib/lists.js";
import { judge } from "./lib/scan.js";
import { Lists } from "./lists.js";
import { limited, NO_LISTS, shownOf, worstFirst } from "./meaning.js";
import { pinned } from "./root.js";

export class Checker {
  lists = null;
  root = null;
  #store;
  #config;
  #changed = false; // the page names another root than the one remembered
  #latest = 0; // the latest time seen, in milliseconds

  /** `opening` is the promise of a store (store.js). */
  constructor(opening, config) {
    this.#config = config;
    this.ready = this.#open(opening);
  }

  async #open(opening) {
    this.#store = await opening;
    const { root, changed } = await pinned(this.#store, this.#config.root);
    this.root = root;
    this.#changed = changed;
    this.lists = new Lists(this.#store, root);
    await this.lists.load();
    await this.#look(Date.now());
  }

  /** Judge the bytes of codes: {verdicts, today}, worst first. */
  async judge(codes, now) {
    await this.ready;
    if (!this.lists.known) await this.lists.refresh(); // the first visit
    await this.#look(now);
    const { today, behind } = clock.judge(now, this.#latest);
    const { known } = this.lists;
    const { host } = this.#config;
    const judged = known ? await Promise.all(codes.map((code) => judge(code, known, today, host))) : null;
    const found = judged?.map(shownOf) ?? [NO_LISTS];
    const verdicts = found.map((shown) => (behind ? limited(shown) : shown));
    return { verdicts: verdicts.sort(worstFirst), today };
  }

  /** Ask for newer lists; whether the server answered. */
  async refresh(now) {
    await this.ready;
    const answered = await this.lists.refresh();
    await this.#look(now, answered ? this.lists.served : null);
    return answered;
  }

  today(now) {
    return clock.judge(now, this.#latest).today;
  }

  /** The age of the oldest list in days; null for no lists. */
  age(now) {
    return this.lists?.known ? ageDays(this.lists.oldest, this.today(now)) : null;
  }

  /** "fresh", "old", "too_old", "ahead", or "missing": what the lists may say that nothing speaks against. */
  freshness(now) {
    return this.lists?.known ? freshness(this.lists.instants, this.today(now)) : "missing";
  }

  /** The word of the worst that is wrong with this device, or null. */
  alarm(now) {
    if (this.#changed) return "alarm.root";
    if (clock.judge(now, this.#latest).behind || this.#apart(now)) return "alarm.clock";
    return this.#store.kept ? null : "alarm.memory";
  }

  #apart(now) {
    return this.lists?.served != null && clock.apart(now, this.lists.served);
  }

  /** What a full or failing disk does not keep holds for this visit. */
  async #look(now, served = null) {
    const { latest = this.#latest } = await this.#store.read("latest").catch(() => ({}));
    this.#latest = clock.latest(latest, now, this.lists.signedAt, served);
    await this.#store.change(["latest"], () => ({ latest: this.#latest })).catch(() => {});
  }
}
