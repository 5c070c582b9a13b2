// What happened and is not yet on the server: kept in IndexedDB in order, sent when the network is there.
// Before: nothing. After: index.js. Each event has its own number, so that sending twice is harmless.

const STORE = "events";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("wangge-round", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "order", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run(mode, work) {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const asked = work(base.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    base.close();
  }
}

export const add = (round, event) => run("readwrite", (store) => store.add({ round, event }));
export const waiting = async (round) => (await run("readonly", (store) => store.getAll())).filter((row) => row.round === round);
const remove = (order) => run("readwrite", (store) => store.delete(order));

let sending = null;

// Send what waits, in order. Gives the server's answer, or null when nothing waits or there is no network.
export function send(round, token) {
  sending ??= attempt(round, token).finally(() => { sending = null; });
  return sending;
}

async function attempt(round, token) {
  const rows = (await waiting(round)).slice(0, 200);
  if (!rows.length || !navigator.onLine) return null;
  let answer;
  try {
    answer = await fetch(`/round/${round}/events.json`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
      body: JSON.stringify({ events: rows.map((row) => row.event) }),
    });
  } catch {
    return null;
  }
  if (!answer.ok) return null;
  const body = await answer.json();
  const gone = new Set([...body.stored, body.refused?.request]);
  for (const row of rows) if (gone.has(row.event.request)) await remove(row.order);
  return body;
}
