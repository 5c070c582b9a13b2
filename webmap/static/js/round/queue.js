// What happened and is not yet on the server: kept in IndexedDB in order, sent when the network is there.
// Before: shelf.js. After: index.js. Each event has its own number, so that sending twice is harmless.

import { Shelf } from "./shelf.js";

const shelf = new Shelf("wangge-round", "events", { keyPath: "order", autoIncrement: true });

export const add = (round, event) => shelf.put({ round, event });
export const waiting = async (round) => (await shelf.all()).filter((row) => row.round === round);
const remove = (order) => shelf.remove(order);

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
