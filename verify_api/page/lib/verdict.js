/**
 * A verdict: one answer, why, what to do, how old the knowledge behind it is, and the data to compare; the twin of
 * verify_api/verdict.py. It shows the data of a seal only where a key that is trusted for such a seal signed it.
 */

import { toHex } from "./bytes.js";
import { dayAt, numberOf } from "./days.js";
import { ageDays } from "./lists.js";
import { filled, longDate, TABLE, why } from "./meaning.js";
import rules from "../rules.js";

const QUOTED_MAX = 60;
/** What a verdict knows besides its code; nothing of it where the code could not be read. */
const NOTHING = {
  seal: null,
  key: null,
  sealId: null,
  entry: null,
  misfit: null,
  notes: [],
  unread: "",
  recognised: null,
};

/**
 * @typedef {{state: string, reason: string, since: string}} StatusEntry
 * @typedef {{trust: import("./keyring.js").TrustList, status: StatusList | null, issued: IssuedList | null}} Known
 * @typedef {{authority: string, version: number, issuedAt: number, asOf: number,
 *   entries: {get(key: Uint8Array): StatusEntry | undefined}}} StatusList
 * @typedef {{authority: string, version: number, issuedAt: number, asOf: number,
 *   members: {has(key: Uint8Array): boolean | Promise<boolean>}}} IssuedList
 */
export class Verdict {
  /** @param {string} code @param {Known & {today: string}} knowledge @param {object} more */
  constructor(code, knowledge, more = {}) {
    Object.assign(this, { code, knowledge, ...NOTHING, ...more });
  }

  /** Whether a key that is trusted for this seal signed it. */
  get believed() {
    return this.sealId !== null;
  }

  /** The table's colour; amber for a VALID seal about which something is to be noted. */
  get colour() {
    return this.code === "VALID" && this.notes.length ? "amber" : TABLE.get(this.code).colour;
  }

  /** What to compare with paper and face; empty unless it may be believed. */
  get fields() {
    return this.seal && this.believed ? this.seal.fields : {};
  }

  /** The standard and profile that the seal follows, or seems to follow where it could not be read. */
  get standard() {
    if (!this.seal) return this.recognised && rules.names[this.recognised];
    return `${rules.formats[this.seal.format]} ${this.seal.profile}`.trimEnd();
  }

  /** Whose keys judged, and in which version of its list. */
  get trustRoot() {
    const { authority, version } = this.knowledge.trust;
    return `${authority} trust list ${version}`;
  }

  /** Why, in "fr", "en" or "bm". @param {string} language */
  reason(language) {
    return filled(TABLE.get(this.code).reason[language], this.facts(language));
  }

  /** What the officer must do. @param {string} language */
  todo(language) {
    return TABLE.get(this.code).todo[language];
  }

  facts(language) {
    const { seal, entry } = this;
    return {
      why: this.why(language),
      issuer: quoted(seal?.issuer ?? ""),
      reference: quoted(seal?.reference ?? ""),
      since: longDate(entry?.since ?? null, language),
      valid_from: longDate(seal?.validFrom ?? seal?.issuedOn ?? null, language),
      valid_until: longDate(seal?.validUntil ?? null, language),
      clock: this.clock(language),
    };
  }

  /** That this device's clock alone says that the seal has expired: a clock may be ahead; empty where lists do. */
  clock(language) {
    const { trust, status, issued, today } = this.knowledge;
    const listed = dayAt(Math.max(...[trust, status, issued].filter(Boolean).map((list) => list.issuedAt)));
    const far = numberOf(today) - numberOf(listed) > 1;
    if (this.code !== "EXPIRED" || !far || this.seal.validUntil < listed) return "";
    return filled(rules.by_clock[language], {
      today: longDate(today, language),
      listed: longDate(listed, language),
    });
  }

  why(language) {
    if (this.unread) return rules.unread[this.unread][language];
    if (this.misfit !== null) return rules.misfits[this.misfit][language];
    return this.entry ? why(this.entry.reason)[language] : "";
  }

  /** The published form (docs/format/verdict.md), keys in a fixed order. */
  toJSON() {
    const seal = this.believed ? this.seal : null;
    return {
      code: this.code,
      colour: this.colour,
      reason: { fr: this.reason("fr"), en: this.reason("en") },
      todo: { fr: this.todo("fr"), en: this.todo("en") },
      notes: this.notes.map((note) => ({ code: note, fr: rules.notes[note].fr, en: rules.notes[note].en })),
      fields: { ...this.fields },
      standard: this.standard,
      issuer: this.issuer(),
      trust_root: this.trustRoot,
      seal_id: this.sealId && toHex(this.sealId),
      issued_on: seal && seal.issuedOn,
      valid_until: seal && seal.validUntil,
      lists: this.lists(),
      logged: null,
    };
  }

  issuer() {
    if (!this.seal) return null;
    const { seal, key } = this;
    return { name: seal.issuer, key: seal.reference, authority: key?.authority ?? null, office: key?.office ?? null };
  }

  lists() {
    const { trust, status, issued, today } = this.knowledge;
    const ages = { trust: age(trust, today), status: age(status, today), issued: age(issued, today) };
    return { ...ages, as_of: status ? status.asOf : null };
  }
}

/** What a stranger wrote, inside a sentence of ours: short, and nothing that hides or turns the words around it. */
function quoted(text) {
  const plain = text.replace(/[^ -~]/gu, "?");
  return plain.length <= QUOTED_MAX ? plain : `${plain.slice(0, QUOTED_MAX - 1)}…`;
}

function age(list, today) {
  if (!list) return null;
  const { authority, version, issuedAt } = list;
  return { authority, version, issued_on: dayAt(issuedAt), age_days: ageDays(issuedAt, today) };
}
