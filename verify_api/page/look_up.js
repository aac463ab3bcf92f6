/** By the number and the 16 letters, where the code cannot be read: the server's lists are asked. */

import { why } from "./lib/meaning.js";
import rules from "./rules.js";
import { say, told } from "./words.js";

/** What to tell the officer; what is typed is in the address, so the server keeps no such log (docs/operate/scanner.md). */
export async function lookUp(number, letters) {
  try {
    const path = `v1/documents/${encodeURIComponent(number.trim())}/status?code=${encodeURIComponent(letters.trim())}`;
    const response = await fetch(path, { cache: "no-store", credentials: "omit" });
    const judged = response.headers.get("content-type")?.startsWith("application/problem+json"); // not a server of files alone
    if (judged && (response.status === 404 || response.status === 422)) return { colour: "red", text: say("number.unknown") };
    if (!response.ok) throw new Error(String(response.status));
    const { state, reason } = await response.json();
    const text = [rules.standings[state], reason && why(reason)].map(told).join(" ").trim();
    return { colour: state === "issued" || state === "unknown" ? "amber" : "red", text };
  } catch {
    return { colour: "amber", text: say("number.failed") };
  }
}
