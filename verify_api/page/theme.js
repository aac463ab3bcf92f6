/** Day or night: as the device says, or as was chosen. */

import { keep, recall } from "./chosen.js";

const NIGHT = matchMedia("(prefers-color-scheme: dark)");
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
  document.documentElement.dataset.theme = chosen === "auto" ? (NIGHT.matches ? "dark" : "light") : chosen;
}

NIGHT.addEventListener("change", paint);
