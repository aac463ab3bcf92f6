/** The full-screen verdict. Green is reached by comparing alone: step by step, each answered "same".
 *
 *     compare --same--> next step, ... --same--> accepted (green)
 *        \---different--> mismatch (red)
 *
 * After two minutes nothing of it is left on the screen.
 */

import { stepsOf } from "./compare.js";
import { byId, element, facts, icon } from "./dom.js";
import { accepted, meaningOf, mismatch } from "./meaning.js";
import { age, longDate, say } from "./words.js";

const SHOWN_MS = 120_000;
const UNSEEN_PX = 16;
const SUSPECT = new Set(["ADDRESS", "IMITATION"]); // notes that are worth a report
const NOT_OURS = new Set(["NO_KEY_HELD", "NOT_SIGNED", "LISTS_OF_ANOTHER"]); // answers and notes: our server knows no such number

export class VerdictView {
  #section = byId("verdict");
  #events;
  #verdicts = [];
  #at = 0;
  #step = 0;
  #today = "";
  #until = 0;
  #timer = 0;

  /** `events` are {closed(late), report(verdict), ask(number, letters)}. */
  constructor(events) {
    this.#events = events;
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("visibilitychange", () => this.shown && Date.now() >= this.#until && this.close(true));
  }

  get shown() {
    return this.#verdicts.length > 0;
  }

  /** Show verdicts, the first first; `today` is the day for which they were made. */
  show(verdicts, today) {
    clearTimeout(this.#timer);
    this.#verdicts = verdicts;
    this.#at = this.#step = 0;
    this.#today = today;
    this.#until = Date.now() + SHOWN_MS;
    this.#timer = setTimeout(() => this.close(true), SHOWN_MS);
    this.render();
    this.#section.focus();
    navigator.vibrate?.(verdicts[0].colour === "red" ? [80, 60, 80] : 60);
  }

  /** Forget them; `late` where nobody asked for it. */
  close(late = false) {
    clearTimeout(this.#timer);
    this.#verdicts = [];
    this.#section.replaceChildren();
    this.#section.hidden = true;
    delete this.#section.dataset.code;
    this.#events.closed(late);
  }

  /** Write it again, in another language. */
  render() {
    if (!this.shown) return;
    const verdict = this.#verdicts[this.#at];
    const meaning = meaningOf(verdict);
    const steps = stepsOf(verdict);
    const comparing = meaning.tone === "compare";
    Object.assign(this.#section.dataset, { code: meaning.code, tone: meaning.tone });
    this.#section.hidden = false;
    const body = comparing ? this.#comparison(steps) : this.#rest(verdict, meaning, steps);
    this.#section.replaceChildren(this.#head(meaning), element("div", { class: "body" }, ...body), this.#foot(verdict, meaning));
    this.#section.scrollTop = 0;
  }

  #head({ tone, action, title, reason }) {
    const word = element("h1", { id: "verdict-word" }, title);
    word.style.setProperty("--longest", Math.max(...title.split(" ").map((part) => part.length))); // no word is cut
    return element(
      "div",
      { class: "head", role: "alert" },
      icon(tone),
      element("p", { class: "action" }, action),
      word,
      element("p", { class: "reason" }, reason),
    );
  }

  #comparison(steps) {
    const { name, rows } = steps[this.#step];
    const ask = say(name === "who" ? "compare.ask.who" : "compare.ask");
    return [
      this.#button("again", say("compare.leave"), () => this.close()),
      element("p", { class: "step" }, say("compare.step", { step: this.#step + 1, steps: steps.length })),
      element("h2", {}, say(`compare.${name}`)),
      facts(rows),
      element("p", { class: "question" }, ask),
    ];
  }

  #rest(verdict, { todo, notes }, steps) {
    const data = steps.flatMap((step) => step.rows);
    return [
      element("h2", {}, say("todo")),
      element("p", { class: "todo" }, todo),
      notes.length > 0 && element("ul", { class: "notes" }, ...notes.map((note) => element("li", {}, note))),
      data.length > 0 && element("h2", {}, say("data")),
      data.length > 0 && facts(data),
      element("h2", {}, say("source")),
      facts(this.#source(verdict)),
    ].filter(Boolean);
  }

  /** Whose word this is, and how old. */
  #source({ code, standard, issuer, lists }) {
    const ages = ["trust", "status", "issued"].map((name) => lists?.[name]?.age_days).filter((days) => days !== undefined);
    const trust = lists?.trust;
    return [
      [say("source.standard"), standard ?? "–"],
      [say("source.issuer"), issuer ? [issuer.name, issuer.key, issuer.office].filter(Boolean).join(" · ") : "–"],
      [say("source.root"), trust ? `${trust.authority} · ${trust.version}` : "–"],
      [say("source.lists"), `${age(ages.length ? Math.max(...ages) : null)}${navigator.onLine ? "" : ` · ${say("offline")}`}`],
      [say("source.today"), longDate(this.#today)],
      [say("source.code"), code],
    ];
  }

  #foot(verdict, { code, tone }) {
    const buttons = [];
    if (tone === "compare") {
      buttons.push(this.#button("different", say("compare.different"), () => this.#answer(false)));
      buttons.push(this.#button("same", say("compare.same"), () => this.#answer(true)));
      return element("div", { class: "foot two" }, ...buttons, element("p", { class: "keys" }, say("compare.keys")));
    }
    const more = this.#verdicts.length;
    const notes = verdict.notes.map((note) => note.code);
    if (tone === "red" || notes.some((note) => SUSPECT.has(note))) buttons.push(this.#button("report", say("report"), () => this.#events.report(verdict)));
    if (tone === "amber" && ![code, ...notes].some((one) => NOT_OURS.has(one))) buttons.push(this.#button("ask", say("number.title"), () => this.#events.ask(verdict.fields.number, verdict.letters)));
    if (more > 1) buttons.push(this.#button("other", say("next.code", { at: this.#at + 1, of: more }), () => this.#turn()));
    buttons.push(this.#button("again", say("next"), () => this.close()));
    return element("div", { class: "foot" }, ...buttons);
  }

  #button(name, words, onclick) {
    return element("button", { type: "button", id: `verdict-${name}`, class: `wide ${name}`, onclick }, words);
  }

  /** "Same" to what was not all on the screen shows the rest of it. */
  #answer(same) {
    const { scrollHeight, scrollTop, clientHeight } = this.#section;
    if (same && scrollHeight - scrollTop - clientHeight > UNSEEN_PX) return this.#section.scrollTo(0, scrollHeight);
    const verdict = this.#verdicts[this.#at];
    if (!same) this.#verdicts[this.#at] = mismatch(verdict);
    else if (++this.#step === stepsOf(verdict).length) this.#verdicts[this.#at] = accepted(verdict);
    this.render();
    this.#section.focus();
  }

  #turn() {
    this.#at = (this.#at + 1) % this.#verdicts.length;
    this.#step = 0;
    this.render();
    this.#section.focus();
  }

  #key({ key, target, repeat }) {
    if (repeat || !this.shown || document.querySelector("dialog[open]") || target.matches?.("input, textarea")) return;
    const wanted = { 1: "same", 2: "different", Escape: "again" }[key];
    if (wanted) byId(`verdict-${wanted}`)?.click();
  }
}
