/* Answers when the network does not.

   Kept: only what is listed below, the same for everyone, each file taken only with the hash promised here; so neither
   a captive portal nor anybody's private page can get into the cache. What the owner has lives in IndexedDB, not here.
   Asked: pages, network first; when it fails, dawdles, or somebody else answers in netcard's place, the page's shell.
   Left alone: whatever is not a GET, public cards, the address book protocol, downloads. */

const CACHE = "netcard-{{ version }}";
const EXPECTED = [CACHE];
const PRECACHED = new Map(Object.entries({{ precached | tojson }}));

const LEFT_ALONE = /^\/(c|dav|phone|static|\.well-known)\/|\.[a-z0-9]+$/i;
const CONTACT = /^\/contacts(\/[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})?\/?$/i;
const FOLLOW_UP = /^\/followups(\/[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})?\/?$/i;
const BROKEN_GATES = [502, 503, 504];

/* Somebody is waiting to scan, or to be written down: a hall's Wi-Fi gets less time for these two. */
const PATIENCE = { qr: 2000, capture: 2000, home: 4000, contacts: 4000, followups: 4000 };
const PATIENCE_FOR_A_CARD = 8000; // what fills the form is on the network only

self.addEventListener("install", (event) => event.waitUntil(precache()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("message", ({ data }) => {
  if (data?.type === "take-over") self.skipWaiting();
});

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(tellPages({ type: "flush" }));
});

self.addEventListener("push", (event) => event.waitUntil(remind(event.data)));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? "/followups"));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (PRECACHED.has(url.pathname)) event.respondWith(kept(url.pathname).then((answer) => answer ?? fetch(request)));
  else if (request.mode === "navigate" && !LEFT_ALONE.test(url.pathname)) event.respondWith(page(request, url));
});

async function precache() {
  const cache = await caches.open(CACHE);
  await Promise.all([...PRECACHED].map(async ([address, integrity]) => {
    if (!(await kept(address))) await cache.put(address, await promised(address, integrity));
  }));
}

/* A file with another hash than the promised one is a network error, whoever sent it. */
async function promised(address, integrity) {
  const options = { integrity, credentials: "omit", redirect: "error" };
  try {
    return await fetch(address, options);
  } catch {
    return await fetch(address, { ...options, cache: "reload" });
  }
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => !EXPECTED.includes(name)).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function page(request, url) {
  const name = shellOf(url.pathname);
  const patience = name && !url.searchParams.has("online") ? patienceFor(name, url) : Infinity;
  try {
    const answer = await within(patience, fetch(request));
    if (!name || (await isOurs(answer))) return answer;
  } catch { /* no network, or none worth waiting for */ }
  return (await kept(`/offline/${name ?? "elsewhere"}`)) ?? Response.error();
}

function patienceFor(name, url) {
  return name === "capture" && url.searchParams.has("card") ? PATIENCE_FOR_A_CARD : PATIENCE[name];
}

function shellOf(path) {
  if (path === "/") return "home";
  if (path === "/qr" || path === "/capture") return path.slice(1);
  if (CONTACT.test(path)) return "contacts";
  return FOLLOW_UP.test(path) ? "followups" : null;
}

/* A captive portal answers 200 too, or sends the browser away: only netcard signs its answers. */
async function isOurs(answer) {
  if (answer.type === "opaqueredirect") return isOurs(await probe());
  return answer.headers.has("Netcard-Build") && !BROKEN_GATES.includes(answer.status);
}

function probe() {
  const signal = AbortSignal.timeout(PATIENCE.home);
  return fetch("/livez", { cache: "no-store", credentials: "omit", redirect: "error", signal });
}

function within(milliseconds, work) {
  if (milliseconds === Infinity) return work;
  const late = new Promise((_, refuse) => setTimeout(refuse, milliseconds, new Error("late")));
  return Promise.race([work, late]);
}

/* Stored under a plain address; the answer's Vary is about htmx, which never asks for a shell. */
async function kept(address) {
  return (await caches.open(CACHE)).match(address, { ignoreVary: true });
}

/* Says how many, never whom: a lock screen is read by others. A browser asks for a notice whatever came. */
async function remind(data) {
  let word = {};
  try {
    word = data.json() ?? {};
  } catch { /* nothing came with it, or nothing of ours */ }
  const { title = "There are people to write to today", count, day = "today", url = "/followups" } = word;
  await self.registration.showNotification(title, {
    tag: `due-${day}`, // a second one of the day takes the first one's place
    icon: "{{ asset('icons/icon-192.png') }}", lang: "en", data: { url },
  });
  if (Number.isInteger(count)) await navigator.setAppBadge?.(count).catch(() => {});
}

/* Only a window that shows it already is taken: in another one something may be half written. */
async function open(path) {
  const address = new URL(path, self.location.origin);
  if (address.origin !== self.location.origin) return;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find(({ url }) => new URL(url).pathname === address.pathname);
  try {
    await page.navigate(address.href); // a page that no worker serves yet cannot be sent elsewhere
    await page.focus();
  } catch {
    await self.clients.openWindow(address.href);
  }
}

async function tellPages(word) {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage(word);
}
