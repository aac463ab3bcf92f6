/** The three dialogs: number and pasted text, settings and lists, the report of a suspected fraud. */

import { byId, element } from "./dom.js";
import { lookUp } from "./look_up.js";
import { compose, newId } from "./reports.js";
import * as theme from "./theme.js";
import * as words from "./words.js";

const { say } = words;

/** Number and letters, or the text of a code, which `judge` is given as bytes; opened with what a seal says of both, or empty. */
export function numberDialog(judge) {
  const dialog = byId("number-dialog");
  const answer = byId("number-answer");
  const fill = (number, letters) => {
    tell(answer, "", "");
    byId("number-number").value = number;
    byId("number-letters").value = letters;
  };
  const open = (number = "", letters = "") => {
    fill(number, letters);
    dialog.showModal();
  };
  dialog.addEventListener("close", () => fill("", ""));
  byId("number").addEventListener("click", () => open());
  byId("number-ask").addEventListener("click", async () => {
    const empty = ["number-number", "number-letters"].map(byId).find((field) => !field.value.trim());
    if (empty) return empty.focus();
    tell(answer, "", say("number.asking"));
    const { colour, text } = await lookUp(byId("number-number").value, byId("number-letters").value);
    tell(answer, colour, text);
  });
  byId("paste-judge").addEventListener("click", () => {
    const text = byId("paste").value.trim();
    byId("paste").value = "";
    if (!text) return;
    dialog.close();
    judge(new TextEncoder().encode(text));
  });
  return open;
}

function tell(place, tone, text) {
  place.dataset.tone = tone;
  place.textContent = text;
}

/** Language, display, lists; `fill` writes what the lists say, `update` asks for newer ones. */
export function moreDialog({ fill, update, spoken }) {
  const dialog = byId("more-dialog");
  const open = () => {
    dialog.querySelector(`[name=language][value=${words.language()}]`).checked = true;
    dialog.querySelector(`[name=theme][value=${theme.theme()}]`).checked = true;
    fill();
    dialog.showModal();
  };
  byId("more").addEventListener("click", open);
  byId("age").addEventListener("click", open);
  byId("update").addEventListener("click", update);
  dialog.addEventListener("change", ({ target: { name, value } }) => {
    if (name === "theme") theme.choose(value);
    if (name === "language") {
      words.choose(value);
      spoken();
      fill();
    }
  });
}

/** A report on a verdict: shown as it will be sent, then handed to `keep`. */
export function reportDialog(keep) {
  const dialog = byId("report-dialog");
  let verdict = null;
  let id = "";
  let at = "";
  const report = () => compose(id, verdict, byId("report-place").value.trim(), byId("report-note").value.trim(), at);
  const show = () => (byId("report-content").textContent = JSON.stringify(report(), null, 1));
  dialog.addEventListener("input", show);
  byId("report-send").addEventListener("click", () => {
    dialog.close();
    keep(report());
  });
  return (judged) => {
    verdict = judged;
    id = newId();
    at = new Date().toISOString();
    byId("report-note").value = "";
    show();
    dialog.showModal();
  };
}

/** The rows of a list of facts, in place. */
export function fillFacts(place, rows) {
  place.replaceChildren(...rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}
