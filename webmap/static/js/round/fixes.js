// Where one was while the round ran: kept on the device in batches, sent when there is a network, deleted once sent.
// Before: near.js, shelf.js. After: index.js. Each batch has its own number, so that sending twice is harmless.

import { Shelf } from "./shelf.js";

const BATCH_MS = 20000;
const MOST = 200;
const LONGEST_MS = 8000;

const shelf = new Shelf("wangge-fixes", "batches", { keyPath: "request" });

export class Fixes {
  constructor(round, token, number) {
    this.round = round;
    this.token = token;
    this.number = number;
    this.held = [];
    this.sending = null;
    setInterval(() => this.pass(), BATCH_MS);
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.keep(); });
    window.addEventListener("online", () => this.pass());
  }

  add({ coords, timestamp }) {
    this.held.push([timestamp / 1000, coords.longitude, coords.latitude, coords.accuracy]);
    if (this.held.length >= MOST) this.keep();
  }

  // Put what is held in memory where it outlives the page.
  async keep() {
    if (!this.held.length) return;
    const batch = { request: this.number(), round: this.round, fixes: this.held };
    this.held = [];
    await shelf.put(batch);
  }

  // One sending at a time; who asks meanwhile gets one more after it, with what was held then.
  pass() {
    this.sending = (this.sending ?? Promise.resolve()).then(() => this.attempt());
    return this.sending;
  }

  async attempt() {
    await this.keep();
    if (!navigator.onLine) return;
    for (const batch of await shelf.all()) {
      if (!(await this.taken(batch))) return;
      await shelf.remove(batch.request);
    }
  }

  // What the server refuses for good is no use to keep: its round is counted, or not one's own any more.
  async taken({ request, round, fixes }) {
    try {
      const answer = await fetch(`/round/${round}/fixes.json`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, Accept: "application/json" },
        body: JSON.stringify({ request, fixes }),
        signal: AbortSignal.timeout(LONGEST_MS),
      });
      return answer.ok || [404, 409, 422].includes(answer.status);
    } catch {
      return false;
    }
  }
}
