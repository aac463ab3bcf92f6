/** The service worker's registration: the page offline, and new versions of it offered, never forced on a scan. */

const LOOK_MS = 6 * 3_600_000; // a page may stay open for weeks

/** Register it. `offer(open)` when a new version waits: `open` lets it take over; `taken()` when it did, in any tab. */
export async function installWorker(offer, taken) {
  if (!navigator.serviceWorker) return;
  const { controller } = navigator.serviceWorker;
  const registration = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" }).catch(() => null);
  if (!registration) return;
  navigator.storage?.persist?.();
  const waiting = () => registration.waiting && controller && offer(() => registration.waiting.postMessage("now"));
  waiting();
  registration.addEventListener("updatefound", () => registration.installing.addEventListener("statechange", waiting));
  if (controller) navigator.serviceWorker.addEventListener("controllerchange", taken);
  setInterval(() => registration.update().catch(() => {}), LOOK_MS);
}
