// Where one was while a round ran: sealed batches, sent after any contact, deleted once sent. Before: js/round/fixes.js
// keeps them. After: nothing. Each batch has its own number, so that sending twice is harmless.

import { held, seal, unseal } from "./seal.js";
import { all, number, put, remove } from "./store.js";

const LONGEST_MS = 8000;

// Keep a batch where it outlives the page; false when the tablet is locked.
export async function keepTrack(round, fixes) {
  const mine = await held();
  if (!mine) return false;
  const request = number();
  await put("track", { request, owner: mine.owner, ...(await seal({ round, fixes })) });
  return true;
}

// Steps go before positions: a round whose beginning still waits takes none.
export async function sendTrack() {
  const mine = await held();
  if (!mine || !navigator.onLine) return;
  for (const row of await all("track")) {
    if (row.owner !== mine.owner) continue;
    if (!(await taken(row.request, await unseal(row), mine.token))) return;
    await remove("track", row.request);
  }
}

// What the server refuses for good is no use to keep: its round is counted, or not one's own any more.
async function taken(request, { round, fixes }, token) {
  try {
    const answer = await fetch(`/round/${round}/fixes.json`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
      body: JSON.stringify({ request, fixes }),
      signal: AbortSignal.timeout(LONGEST_MS),
    });
    return answer.ok || [404, 409, 422].includes(answer.status);
  } catch {
    return false;
  }
}
