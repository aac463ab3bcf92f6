/** Reports of suspected fraud: kept on the device, sent when there is a network, then forgotten.
 *
 * A report tells which seal and what was wrong with it: no picture, and nothing that the seal says of a person.
 */

const WAITING_MAX = 50;
const SHORT = 200; // characters of a text that comes from the seal

/** The name of a report: the server keeps one that is sent twice once. */
export const newId = () => crypto.randomUUID().replaceAll("-", "");

/** What a report on `verdict` holds; `place` and `note` are what the officer typed. */
export function compose(id, verdict, place, note, at) {
  const short = (text) => (text == null ? null : [...text].slice(0, SHORT).join("")); // never half a character: no JSON
  return {
    id,
    code: verdict.code,
    standard: short(verdict.standard),
    issuer: short(verdict.issuer?.name),
    key: short(verdict.issuer?.key),
    seal_id: verdict.seal_id ?? null,
    place,
    at,
    lists: verdict.lists ?? null,
    note,
  };
}

/** Keep it; false where too many wait already. */
export async function keep(store, report) {
  const { reports = [] } = await store.change(["reports"], ({ reports = [] }) =>
    reports.length < WAITING_MAX ? { reports: [...reports, report] } : {},
  );
  return reports.length < WAITING_MAX;
}

/** How many wait. */
export async function waiting(store) {
  return ((await store.read("reports")).reports ?? []).length;
}

/** Send what waits, one after the other; how many still wait. Only one tab sends at a time. What is refused for good
 * holds up no other. */
export function send(store) {
  const all = () => sendAll(store);
  return navigator.locks ? navigator.locks.request("sceau.reports", all) : all();
}

async function sendAll(store) {
  const { reports = [] } = await store.read("reports");
  for (const report of reports) {
    const answered = await accepted(report);
    if (answered === null) break;
    if (answered) await store.change(["reports"], ({ reports: now }) => ({ reports: now.filter((one) => one.id !== report.id) }));
  }
  return waiting(store);
}

/** Whether the server took it; null where it cannot now. */
async function accepted(report) {
  try {
    const response = await fetch("v1/reports", {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(report),
    });
    if (response.ok) return true;
    return response.status === 422 ? false : null;
  } catch {
    return null;
  }
}
