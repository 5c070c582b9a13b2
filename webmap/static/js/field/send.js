// Sends what waits, strictly in order, one sender at a time on the whole tablet. Before: queue.js. After: index.js.
// The server says what it has; missing pictures go up from where they stopped. What is not taken stays.

import { PIECE_BYTES, piece } from "./photos.js";
import { taken, waiting } from "./queue.js";
import { held } from "./seal.js";
import { device } from "./store.js";

const MOST = 20;

// How it ended: "done", "away" (no network), "signIn" (nobody is signed in any more), "later" (the server cannot now).
export async function send(told) {
  return navigator.locks.request("wangge-send", () => attempt(told));
}

async function attempt(told) {
  for (;;) {
    const rows = (await waiting()).slice(0, MOST);
    told(rows.length);
    if (!rows.length) return "done";
    const answer = await post("/field/sync.json", "POST", JSON.stringify({
      device: await device(), owner: (await held())?.owner, sent_at: new Date().toISOString(),
      actions: rows.map(({ order, action }) => ({ ...action, seq: order })),
    }), "application/json");
    if (typeof answer === "string") return answer;
    const moved = await work(rows, answer.answers);
    if (moved !== true) return moved;
  }
}

async function work(rows, answers) {
  for (const answer of answers) {
    const row = rows.find(({ action }) => action.request === answer.request);
    if (!row) continue;
    if (answer.outcome !== "needs") {
      await taken(row);
      continue;
    }
    const ended = await upload(row.action, answer.photos);
    if (ended !== true) return ended;
  }
  return answers.length ? true : "later";
}

async function upload(action, missing) {
  for (const photo of action.photos.filter(({ request }) => request in missing)) {
    let at = missing[photo.request];
    let stood = 0;
    while (at < photo.size) {
      const body = await piece(photo.request, at - (at % PIECE_BYTES));
      if (!body) return "later";
      const address = `/field/photos/${photo.request}/${at}?size=${photo.size}&sha256=${photo.sha256}`;
      const answer = await post(address, "PUT", body.slice(at % PIECE_BYTES), "application/octet-stream");
      if (typeof answer === "string") return answer;
      stood = answer.received > at ? 0 : stood + 1;
      if (stood > 3) return "later";
      at = answer.received;
    }
  }
  return true;
}

async function post(address, method, body, type) {
  const mine = await held();
  if (!mine) return "signIn";
  let answer;
  try {
    answer = await fetch(address, {
      method, body, headers: { "Content-Type": type, "X-CSRFToken": mine.token, Accept: "application/json" },
    });
  } catch {
    return "away";
  }
  if (answer.ok) return answer.json().catch(() => "later");
  if (answer.status === 401 || answer.status === 403) return "signIn";
  return answer.status === 400 ? "token" : "later";
}
