/* The service worker: the page works with no network after the first visit.

   FILES names every file of this version of the page with its SHA-256. They are fetched when the version is installed,
   all or none, each against its digest, and kept under name and digest: a new version fetches what changed. LATER is
   fetched when it is first asked for, and with every version from then on: PDF, and the curves that only some states
   sign on, asked for when a list that trusts such a key is accepted. Lists, packs and questions to the server are not the worker's. */

const FILES = /*files*/{};
const LATER = /^page\/(?:vendor\/(?:pdf\/|LICENSES|noble\/(?:curves\/abstract\/(?:weierstrass|der)|hashes\/hmac)\.)|lib\/brainpool\.)/;
const CACHE = "sceau";
const INDEX = "index.html";

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", ({ data }) => data === "now" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const name = nameOf(event.request);
  if (name !== null) event.respondWith(answer(name));
});

const place = (name) => `${name}?${encodeURIComponent(FILES[name])}`;

async function install() {
  const cache = await caches.open(CACHE);
  const before = new Set((await cache.keys()).map(nameOf));
  const wanted = Object.keys(FILES).filter((name) => !LATER.test(name) || before.has(name));
  const kept = await Promise.all(wanted.map((name) => cache.match(place(name))));
  const missing = wanted.filter((_, at) => !kept[at]);
  const bodies = await Promise.all(missing.map(fetched));
  await Promise.all(missing.map((name, at) => cache.put(place(name), bodies[at])));
}

async function activate() {
  const cache = await caches.open(CACHE);
  const ours = new Set(Object.keys(FILES).map((name) => new URL(place(name), self.registration.scope).href));
  const gone = (await cache.keys()).filter((request) => !ours.has(request.url));
  await Promise.all(gone.map((request) => cache.delete(request)));
  await self.clients.claim();
}

/** The name of the file that a request asks for, or null for what is not ours to answer. */
function nameOf(request) {
  const scope = self.registration.scope;
  if (request.method !== "GET" || !request.url.startsWith(scope)) return null;
  const name = request.url.slice(scope.length).split(/[?#]/)[0] || INDEX;
  return Object.hasOwn(FILES, name) ? name : null;
}

async function answer(name) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(place(name));
  if (kept) return kept;
  const body = await fetched(name);
  await cache.put(place(name), body.clone());
  return body;
}

async function fetched(name) {
  const response = await fetch(name, { integrity: FILES[name], cache: "no-cache", credentials: "omit" });
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}
