/** Day or night: as the device says, or as was chosen. */

import { keep, recall } from "./chosen.js";

const MEDIA = { auto: "(prefers-color-scheme: dark)", light: "not all", dark: "all" }; // when night.css counts
let chosen = recall("theme") ?? "auto";

/** "auto", "light" or "dark". */
export const theme = () => chosen;

/** Show the page that way from now on. */
export function choose(one) {
  chosen = one;
  keep("theme", one);
  paint();
}

export function paint() {
  document.getElementById("night").media = MEDIA[chosen] ?? MEDIA.auto;
}
