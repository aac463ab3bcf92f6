/** The page: the camera at once, a verdict on what it finds, lists kept fresh behind it.
 *
 *     code in the address | camera | file | pasted text -> bytes -> scan -> verdict
 */

import { Camera } from "./camera.js";
import { Checker } from "./checker.js";
import config from "./config.js";
import { Decoder } from "./decode.js";
import { fillFacts, moreDialog, numberDialog, reportDialog } from "./dialogs.js";
import { byId, element } from "./dom.js";
import { pictures } from "./files.js";
import * as reports from "./reports.js";
import { fingerprint } from "./root.js";
import { openStore } from "./store.js";
import { paint } from "./theme.js";
import { VerdictView } from "./verdict_view.js";
import { distinct, Watch } from "./watch.js";
import { installWorker } from "./worker.js";
import { age, firstLanguage, longDate, say, speak } from "./words.js";

const REFRESH_MS = 30 * 60_000;
const NOTICE_MS = 6_000;

paint();
speak(firstLanguage());

const opened = takeFragment();
const decoder = new Decoder();
const camera = new Camera(byId("video"));
const watch = new Watch(camera, decoder, judge, () => sayHint("scan.broken"));
const askNumber = numberDialog((bytes) => judge([bytes]));
const view = new VerdictView({ closed, report: reportDialog(keepReport), ask: askNumber });
const opening = openStore();
const checker = new Checker(opening, config);
const others = new BroadcastChannel("sceau"); // tabs of this device: one fetches lists for all
let judging = false;
let hint = "";
let outdated = false; // another version of the page took over
let news = "update.running"; // of the lists

if (opened) judgeFragment(opened);
else startCamera();

const store = await opening;
await checker.ready;
moreDialog({ fill: fillLists, update: refresh, spoken: sayAll });
byId("file").addEventListener("change", readFile);
byId("resume").addEventListener("click", startCamera);
byId("torch").addEventListener("click", switchTorch);
byId("zoom").addEventListener("input", ({ target }) => camera.set({ zoom: Number(target.value) }));
addEventListener("hashchange", () => judgeFragment(takeFragment()));
addEventListener("online", refresh);
document.addEventListener("visibilitychange", () => document.hidden || resume());
setInterval(refresh, REFRESH_MS);
others.addEventListener("message", async () => {
  await checker.lists.load();
  sayAll();
});

sayAll();
installWorker((open) => notice(say("page.new"), open), renew);
refresh();

/** The code that a phone's camera opened this page with. It stands after `#`, is sent nowhere, and leaves the address. */
function takeFragment() {
  const text = location.hash.slice(1);
  if (text) history.replaceState(null, "", location.pathname);
  return text;
}

function judgeFragment(text) {
  if (text) judge([new TextEncoder().encode(`https://${config.host ?? location.hostname}/#${text}`)]);
}

async function startCamera() {
  byId("resume").hidden = true;
  sayHint("scan.starting");
  try {
    await camera.open();
  } catch (error) {
    return sayHint(error.name === "NotAllowedError" ? "scan.refused" : "scan.none");
  }
  sayHint("scan.hint");
  const { torch, zoom } = camera.abilities;
  byId("torch").hidden = !torch;
  byId("zoom-control").hidden = !zoom;
  if (zoom) Object.assign(byId("zoom"), { min: zoom.min, max: zoom.max, step: zoom.step });
  if (!view.shown) watch.start();
}

/** The page is looked at again; while a paper is judged, none is looked for. */
function resume() {
  if (!view.shown && !judging && byId("resume").hidden) startCamera();
  refresh();
}

async function switchTorch() {
  const on = byId("torch").ariaPressed !== "true";
  await camera.set({ torch: on });
  byId("torch").ariaPressed = String(on);
}

async function judge(codes) {
  judging = true;
  watch.stop();
  if (!byId("notice").querySelector("button")) byId("notice").hidden = true;
  let judged;
  try {
    judged = await checker.judge(codes, Date.now());
  } catch {
    return sayHint("scan.broken");
  } finally {
    judging = false;
  }
  document.body.dataset.view = "verdict";
  performance.mark("verdict");
  view.show(judged.verdicts, judged.today);
}

/** The new version, once no verdict is shown. */
function renew() {
  outdated = true;
  if (!view.shown) location.reload();
}

/** Hidden after two minutes: the paper may still lie before the camera, so nothing is scanned until somebody asks. */
function rest() {
  sayHint("scan.hidden");
  byId("resume").hidden = false;
}

function closed(late) {
  if (late) byId("number-dialog").close(); // it may hold what the seal said
  if (outdated) return renew();
  document.body.dataset.view = "scan";
  if (late) rest();
  else startCamera();
}

async function readFile({ target }) {
  const [file] = target.files;
  if (!file) return;
  target.value = "";
  watch.stop();
  sayHint("scan.reading");
  const codes = [];
  try {
    for await (const picture of pictures(file)) {
      codes.push(...(await decoder.codes(picture, true)));
      if (codes.length) break;
    }
  } catch {
    return unread("scan.unreadable");
  }
  return codes.length ? judge(distinct(codes)) : unread("scan.nothing");
}

function unread(word) {
  notice(say(word));
  startCamera();
}

async function refresh() {
  const before = checker.lists.version;
  news = "update.running";
  const answered = await checker.refresh(Date.now());
  if (checker.lists.version !== before) others.postMessage("lists");
  if (answered) await reports.send(store);
  news = answered ? "update.done" : "update.network";
  sayAll();
}

async function keepReport(report) {
  if (!(await reports.keep(store, report))) return notice(say("report.full"));
  const waiting = await reports.send(store);
  return notice(say(waiting ? "report.kept" : "report.sent"));
}

/** Everything that stands in words and was not written from the table: again, as language or lists changed. */
function sayAll() {
  byId("age-text").textContent = age(checker.age(Date.now()));
  byId("age").dataset.tone = checker.freshness(Date.now());
  const alarm = checker.alarm(Date.now());
  byId("alarm").hidden = !alarm;
  byId("alarm").textContent = alarm ? say(alarm) : "";
  byId("hint").textContent = say(hint) ?? "";
  view.render();
  fillLists();
}

function sayHint(word) {
  hint = word;
  byId("hint").textContent = say(word);
}

async function fillLists() {
  const { known, problem } = checker.lists;
  const rows = known
    ? [
        [say("lists.authority"), known.trust.authority],
        [say("lists.version"), String(known.status.version)],
        [say("lists.signed"), longDate(new Date(checker.lists.oldest * 1000).toISOString().slice(0, 10))],
      ]
    : [[say("lists"), say("lists.none")]];
  rows.push(
    [say("lists.today"), longDate(checker.today(Date.now()))],
    [say("lists.root"), fingerprint(checker.root)],
    [say("lists.kept"), say(store.kept ? "yes" : "no")],
    [say("lists.version.page"), config.version],
  );
  fillFacts(byId("lists"), rows);
  byId("lists-problem").textContent = say(problem ?? news);
  const count = await reports.waiting(store);
  byId("reports-waiting").textContent = count ? say("report.waiting", { count }) : "";
}

/** A line above the controls, for a while; touched, it does what it offers. */
function notice(text, touched = null) {
  const place = byId("notice");
  place.replaceChildren(touched ? element("button", { type: "button", class: "wide", onclick: touched }, text) : text);
  place.hidden = false;
  clearTimeout(notice.timer);
  if (!touched) notice.timer = setTimeout(() => (place.hidden = true), NOTICE_MS);
}
