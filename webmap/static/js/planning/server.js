// Talking to the server: one change after the other, each with the revision it was meant for.
// Before: words.js. After: desk.js. The server keeps the truth; what it refuses is told in its own sentence.

import { half, say } from "./words.js";

const token = document.querySelector("meta[name=csrf-token]").content;

export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

async function read(answer) {
  const body = await answer.json().catch(() => null);
  if (answer.ok && body === null) throw new Refused(say("offline"), 0);
  if (!answer.ok) throw new Refused(half(body?.title ?? String(answer.status)), answer.status);
  return body;
}

async function ask(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers } });
  } catch {
    throw new Refused(say("offline"), 0);
  }
  return read(answer);
}

export const get = (address) => ask(address);

export function post(address, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  return ask(address, { method: "POST", headers, body: JSON.stringify(body) });
}

// Changes are sent one by one in the order they were made.
export function line() {
  let last = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };
}
