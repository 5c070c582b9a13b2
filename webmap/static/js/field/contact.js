// Contact with the server: the key, then what waits, then the day anew. Before: send.js. After: index.js.
// The day replaces what was kept, and only after everything that waited was taken: what is no longer mine is then gone.

import { waiting } from "./queue.js";
import { expectedRound, stepsOf } from "./round.js";
import { drop, held, hold, seal, unseal } from "./seal.js";
import { send } from "./send.js";
import { sendTrack } from "./track.js";
import { beginning, get, putWhileOpen, remove } from "./store.js";

const place = (owner) => `day:${owner}`;
// under the same beginning: what throws the day away throws the book away
const bookPlace = (owner) => `${place(owner)}:book`;

// The day as it is kept here; null when the tablet is locked or never had one.
export async function keptDay() {
  const mine = await held();
  const row = mine ? await get("sealed", place(mine.owner)) : null;
  return row ? { day: await unseal(row), at: row.at } : null;
}

// By hand, a contact counts as a sign of life; by itself it does not.
const headers = (byHand) => ({ Accept: "application/json", ...(byHand ? {} : { "X-Background": "1" }) });

async function ask(address, byHand, more = {}) {
  try {
    return await fetch(address, { headers: { ...headers(byHand), ...more } });
  } catch {
    return null;
  }
}

export async function fetchKey(byHand) {
  const answer = await ask("/field/key.json", byHand);
  if (!answer) return "away";
  if (answer.status === 401 || answer.status === 403) return "signIn";
  if (!answer.ok) return "later";
  const given = await answer.json();
  const before = await held();
  if (before && before.owner !== given.owner) await remove("sealed", beginning(place(before.owner)));
  await hold(given);
  return "done";
}

async function fetchDay(byHand) {
  const mine = await held();
  const row = await get("sealed", place(mine.owner));
  const answer = await ask("/field/day.json", byHand, row ? { "If-None-Match": row.mark } : {});
  if (!answer) return "away";
  if (answer.status === 304) {
    await putWhileOpen("sealed", { ...row, at: Date.now() }, place(mine.owner));
    return "done";
  }
  if (answer.status === 401 || answer.status === 403) return "signIn";
  if (!answer.ok) return "later";
  const sealed = await seal(await answer.json());
  await putWhileOpen("sealed", { ...sealed, mark: answer.headers.get("ETag"), at: Date.now() }, place(mine.owner));
  return "done";
}

// The doors of my grids and who could stand in for me: anew when the day names another book, and the old one goes first.
async function fetchBook() {
  const { owner } = await held();
  const { day } = await keptDay();
  const row = await get("sealed", bookPlace(owner));
  if ((row?.mark ?? "") === day.book) return;
  await remove("sealed", bookPlace(owner));
  const answer = day.book ? await ask("/field/book.json", false) : null;
  if (!answer?.ok) return;
  const sealed = await seal(await answer.json());
  await putWhileOpen("sealed", { ...sealed, mark: day.book }, bookPlace(owner));
}

// The book as it is kept here: {doors: [[id, words]], people: [[id, name]]}; null when there is none.
export async function keptBook() {
  const mine = await held();
  const row = mine ? await get("sealed", bookPlace(mine.owner)) : null;
  return row ? unseal(row) : null;
}

// One whole contact. `known` says that this page has asked for the key already. Gives how it ended, and whether
// something went up.
async function contact({ byHand, known, told }) {
  const key = known ? "done" : await fetchKey(byHand);
  if (!(await held())) return key === "done" ? "later" : key;
  if (key === "away" || key === "later") return key;
  let sent = await send(told);
  if (sent === "token" && (await fetchKey(byHand)) === "done") sent = await send(told);
  if (sent === "token") sent = "later";
  const ended = sent === "done" && key === "done" ? await fetchDay(byHand) : sent === "done" ? key : sent;
  if (ended === "signIn") await over();
  else if (ended === "done") {
    await fetchBook();
    await sendTrack();
  }
  return ended;
}

// Contacts of a page, one at a time; what happens during one is taken by another right after it. `after(ended)` draws.
export function contacts({ told = () => {}, after }) {
  let [running, again, known] = [null, false, false];
  async function all(byHand) {
    do {
      again = false;
      const ended = await contact({ byHand, known, told });
      known = ended === "done";
      await after(ended);
    } while (again);
  }
  return ({ byHand = true } = {}) => {
    again = running !== null;
    running ??= all(byHand).finally(() => { running = null; });
    return running;
  };
}

// The server says that nobody is signed in any more: the day goes with the key, what waits stays sealed.
async function over() {
  const mine = await held();
  if (!mine) return;
  await remove("sealed", beginning(place(mine.owner)));
  await drop();
}

// The day as it is once everything that waits is taken.
export async function expectedDay(kept) {
  const rows = await waiting();
  const states = { accept: "accepted", act: "acted", refuse: "refused", confirm: "assigned", deny: "void" };
  const cases = kept.cases.map((one) => ({ ...one, queued: 0 }));
  let { doors, cards } = kept;
  const actions = rows.map(({ action }) => action);
  const round = kept.round && expectedRound(kept.round, actions);
  for (const { body } of round ? stepsOf(round, actions) : []) {
    if (body.step === "done") doors = doors.filter((door) => body.stop !== `visit:${door.id}`);
  }
  for (const action of actions) {
    const found = action.kind === "move" ? cases.find((one) => one.id === action.body.case) : null;
    if (found) {
      found.queued += 1;
      const state = states[action.body.move];
      if (state) Object.assign(found, { state, mine: true, free: false, moves: after(action.body.move) });
    }
    if (action.kind === "hand_over") {
      const given = new Set(action.body.cases.map(([id]) => id));
      for (const one of cases.filter(({ id }) => given.has(id))) Object.assign(one, { queued: one.queued + 1, mine: false, free: false, moves: [] });
    }
    if (action.kind === "visit") doors = doors.filter((door) => door.id !== action.body.household);
    if (action.kind === "seen") cards = cards.filter((card) => !action.body.requests.includes(card.request));
  }
  return { ...kept, cases, doors, cards, round, waiting: rows.length };
}

const after = (move) => ({ accept: ["act", "note", "refuse", "ask_extension"], act: ["note"], confirm: ["accept", "note", "refuse"] })[move] ?? [];
