// The worker of the tablet: keeps empty pages, their scripts and the map tiles, and answers with them without a network.
// Before: /worker.js writes the list of what is kept above this. After: every page. Nothing about people is kept here:
// pages with people in them and their data pass by; the data lies sealed in IndexedDB (store.js).

const { version, files, pages } = self.KEPT;
const SHELL = `wangge-shell-${version}`;
const TILES = "wangge-tiles";
const PATIENCE_MS = 6000;
const KEEP = new Set(files);
const OVER = ["/sign-out", "/account/sign-out-everywhere"];

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "renew") event.waitUntil(renew());
});

async function install() {
  const cache = await caches.open(SHELL);
  await cache.addAll([...files, ...Object.values(pages)].map((address) => new Request(address, { cache: "reload" })));
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith("wangge-shell-") && name !== SHELL) await caches.delete(name);
  }
  await self.clients.claim();
}

// The empty pages speak the reader's language and have their look: fetched anew after every contact.
async function renew() {
  for (const empty of Object.values(pages)) {
    const answer = await fetch(empty, { cache: "reload" }).catch(() => null);
    if (answer?.ok) await (await caches.open(SHELL)).put(empty, answer);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && OVER.includes(pathname)) event.respondWith(signOut(request));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request, pathname));
  else if (KEEP.has(pathname)) event.respondWith(kept(request));
  else if (pathname.startsWith("/tiles/")) event.respondWith(tile(request));
});

async function page(request, pathname) {
  const way = fetch(request);
  const empty = pages[pathname];
  if (!empty) return way;
  try {
    const answer = await soon(way);
    // a sign-in that is over: the empty page still sends what waits, and says how to go on
    return answer.status === 401 ? (await caches.match(empty)) ?? answer : answer;
  } catch (fault) {
    const shell = await caches.match(empty);
    if (shell) return shell;
    throw fault;
  }
}

function soon(way) {
  return Promise.race([way, new Promise((_, reject) => { setTimeout(() => reject(new Error("slow")), PATIENCE_MS); })]);
}

async function kept(request) {
  const cache = await caches.open(SHELL);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}

async function tile(request) {
  const address = new URL(request.url).pathname;
  const cache = await caches.open(TILES);
  try {
    return await soon(fetch(request));
  } catch (fault) {
    const known = await cache.match(address, { ignoreVary: true });
    if (known) return known;
    throw fault;
  }
}

// Signing out on any page, with a network or without: the key and the day go before the server is asked, and once more
// after it, for what a page still had on its way. What waits stays, sealed, and so do drafts and the tablet's own number.
async function signOut(request) {
  await forget();
  const answer = await fetch(request);
  await forget();
  return answer;
}

function forget() {
  return new Promise((resolve) => {
    const asked = indexedDB.open("wangge-field");
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onerror = () => resolve();
    asked.onsuccess = () => {
      const base = asked.result;
      const done = () => { base.close(); resolve(); };
      if (!base.objectStoreNames.contains("keys")) return done();
      const way = base.transaction(["keys", "sealed"], "readwrite", { durability: "strict" });
      way.objectStore("keys").delete("now");
      way.objectStore("sealed").delete(IDBKeyRange.bound("day:", "day:\uffff"));
      way.oncomplete = done;
      way.onabort = done;
      return undefined;
    };
  });
}
