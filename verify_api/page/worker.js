/** The service worker's registration: the page offline, and new versions of it offered, never forced on a scan. */

/** Register it; `offer(open)` when a new version waits: `open` reloads the page with it, in every tab. */
export async function installWorker(offer) {
  if (!navigator.serviceWorker) return;
  const { controller } = navigator.serviceWorker;
  const registration = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" }).catch(() => null);
  if (!registration) return;
  navigator.storage?.persist?.();
  const waiting = () => registration.waiting && controller && offer(() => registration.waiting.postMessage("now"));
  waiting();
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing.addEventListener("statechange", waiting);
  });
  if (controller) navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
}
