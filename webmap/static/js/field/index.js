// My day on a tablet: list and map side by side, what is chosen under the thumb; works without a network and says so.
// Before: contact.js, list.js, map.js, panel.js, report.js, book.js, leave.js, cards.js. After: nothing. Without a script, or without a safe
// connection (no sealing then), the list of the page itself stays and works with the network.

import { element } from "../map/page.js";
import { drawCards } from "./cards.js";
import { drawLookUp } from "./book.js";
import { contacts, expectedDay, keptBook, keptDay } from "./contact.js";
import { drawLeave } from "./leave.js";
import { drawList, inPlace, open, rowOf } from "./list.js";
import { DayMap, keepTiles } from "./map.js";
import { drawCase, drawDoor } from "./panel.js";
import { stepAside, stepBack } from "./pick.js";
import { add, count } from "./queue.js";
import { drawReport } from "./report.js";
import { todo } from "./round.js";
import { held, stillThere, touch } from "./seal.js";
import { say, span } from "./words.js";

const LOOK_MS = 15000;
const EVERY_MS = 60000;
const JUST_MS = 90000;
// as field.css has it: the panel lies over the right of the map
const BESIDE = matchMedia("(min-width: 1001px)");
const box = document.querySelector("[data-day]");
const shell = document.querySelector("[data-shell]") !== null;
const part = (name) => box.querySelector(`[data-${name}]`);
const page = { day: null, at: 0, range: "mine", chosen: "", ended: "", touched: 0, picking: null, turn: 0 };
let map = null;

async function load() {
  const kept = await keptDay();
  page.at = kept?.at ?? 0;
  page.day = kept ? await expectedDay(kept.day) : null;
}

async function show() {
  await load();
  const mine = await held();
  box.dataset.state = mine ? "open" : "locked";
  part("look-up").hidden = !page.day;
  if (!mine) await lock();
  else if (page.day) draw();
  await line();
}

function draw() {
  const { day, range, chosen } = page;
  inPlace(part("list"), () => {
    part("title").textContent = say("today", { n: open(day, range) });
    drawCards(part("cards"), day.cards, read);
    drawList(part("groups"), day, { range, chosen, choose });
    drawNext();
    drawMap();
  });
}

// While a place is picked, a mark is a place like any other.
const touchMark = (key, point) => (box.classList.contains("is-picking") ? page.picking?.(point) : choose(key));

function drawMap() {
  if (!window.L || !window.protomapsL) return;
  part("day-map").hidden = false;
  if (!map) {
    map = new DayMap(part("day-map"), { choose: touchMark, pick: (point) => page.picking?.(point) });
    map.name();
  }
  map.draw(page.day, page.chosen);
}

// Nothing of the day stays on the screen; what waits is still there.
async function lock() {
  page.day = null;
  page.chosen = "";
  close();
  part("cards").replaceChildren();
  part("next").hidden = true;
  part("day-map").hidden = true;
  if (!shell && !page.ended) return;
  part("title").textContent = say("locked");
  part("groups").replaceChildren(element("div", { class: "empty" }, element("p", {}, say("lockedWhy")),
    element("a", { class: "act", href: "/sign-in?next=/my" }, say("signInButton"))));
}

function drawNext() {
  const { round } = page.day;
  const next = round?.state === "done" ? null : round?.stops.find(todo);
  part("next").hidden = false;
  part("next").replaceChildren(...[
    element("div", { class: "day-stop" },
      element("span", { class: "quiet small" }, round ? say("nextStop") : say("noRound")),
      next ? element("strong", {}, next.label || page.day.kinds[next.kind]) : null),
    next ? element("a", { class: "act second", href: `geo:${next.lat},${next.lon}` }, say("navigate")) : null,
    element("a", { class: "act second", href: "/round" }, round ? say("goRound") : say("planRound")),
    element("button", { type: "button", class: "act", "data-report": true, onclick: report }, say("report")),
  ].filter(Boolean));
}

async function choose(key) {
  const turn = takeTurn();
  page.chosen = key;
  const [kind, id] = key.split(":");
  const panel = part("panel");
  const found = (kind === "case" ? page.day.cases : page.day.doors).find((one) => String(one.id) === id);
  if (!found) return close();
  page.picking = null;
  panel.setAttribute("aria-label", found.text ?? found.label);
  const ways = { close: leave, sent: () => sent(key, turn) };
  if (kind === "case") await drawCase(panel, found, page.day, ways);
  else await drawDoor(panel, found, page.day, { ...ways, looked: pass });
  opened();
  const covered = part("day-map").getBoundingClientRect().right - panel.getBoundingClientRect().left;
  if (found.lon !== null) map?.go(found.lat, found.lon, BESIDE.matches ? covered : 0);
  draw();
  return undefined;
}

async function report() {
  const turn = takeTurn();
  page.chosen = "";
  part("panel").setAttribute("aria-label", say("reportTitle"));
  const { pick } = await drawReport(part("panel"), page.day, { close: leave, sent: () => sent("", turn), put: (point) => map?.put(point), aside: map ? aside : null });
  page.picking = pick;
  opened();
}

// What needs the book: a household looked up, a hand-over at leave. Gives whether the tablet has one.
async function withBook(title, draw) {
  const book = page.day && await keptBook();
  if (!book) return false;
  const turn = takeTurn();
  page.chosen = "";
  page.picking = null;
  part("panel").setAttribute("aria-label", title);
  await draw(part("panel"), page.day, book, { close: leave, sent: () => sent("", turn), looked: pass });
  opened();
  return true;
}

// On a telephone the panel covers the map: it makes room while a place is picked.
function aside({ pick, done }) {
  const before = page.picking;
  page.picking = pick;
  return stepAside(box, part("panel"), { map, pick, done: () => { page.picking = before; done(); } });
}

function opened() {
  part("panel").hidden = false;
  box.classList.add("has-panel");
  map?.resize();
  part("panel").scrollTop = 0;
  part("panel").focus({ preventScroll: true });
}

function close() {
  part("panel").hidden = true;
  part("panel").replaceChildren();
  stepBack(box);
  box.classList.remove("has-panel");
  page.picking = null;
  map?.put(null);
  map?.resize();
}

// Back to the row that was chosen.
function leave() {
  const key = page.chosen;
  page.chosen = "";
  close();
  draw();
  if (key) rowOf(part("groups"), key)?.focus();
}

// Each opening of the panel is a turn: what a form of an earlier one has yet to say does not close a later one.
const takeTurn = () => { page.turn += 1; return page.turn; };

async function sent(key, turn) {
  const still = page.turn === turn;
  if (still) {
    page.chosen = "";
    close();
  }
  await show();
  tell(say("kept"));
  // opened again before it was written down: now as it is
  if (!still && key && page.chosen === key) await choose(key);
  if (still && key) rowOf(part("groups"), key)?.focus({ preventScroll: true });
  pass();
}

async function read(card) {
  await add("seen", { requests: [card.request] });
  await show();
  pass();
}

function tell(sentence) {
  page.news = sentence;
  line();
  setTimeout(() => { page.news = ""; line(); }, 4000);
}

// Since when it has not spoken with the server, and how much waits.
async function line() {
  const waiting = page.day ? page.day.waiting : await count();
  const ago = Date.now() - page.at;
  const away = page.ended === "away" || !navigator.onLine;
  const words = [];
  if (page.news) words.push(page.news);
  else if (page.ended === "signIn" && waiting) words.push(say("signIn"));
  else if (away) words.push(page.at ? say("offline", { span: span(ago) }) : say("offlineNew"));
  else if (page.at) words.push(ago < JUST_MS ? say("fresh") : say("ago", { span: span(ago) }));
  if (page.ended === "later" && waiting) words.push(say("stuck"));
  if (waiting) words.push(say(page.sending ? "sending" : "waiting", { n: waiting }));
  part("line-box").hidden = false;
  part("line").textContent = words.join(" · ");
  part("send-now").textContent = say("sendNow");
  part("send-now").hidden = !waiting || page.sending;
  Object.assign(box.dataset, { waiting, ended: page.ended, contact: page.at });
}

const pass = contacts({
  told: (n) => { page.sending = n > 0; if (n) line(); },
  after: async (ended) => {
    page.sending = false;
    page.ended = ended;
    await show();
    if (ended === "done") await afterContact();
  },
});

async function afterContact() {
  refreshPanel();
  navigator.serviceWorker?.controller?.postMessage("renew");
  box.dataset.tiles = (await keepTiles(page.day?.bounds ?? null)) ? "kept" : "some";
}

// A panel whose case is gone, or not mine any more, closes; one that is being filled in stays as it is.
function refreshPanel() {
  if (!page.chosen) return;
  const [kind, id] = page.chosen.split(":");
  const there = (kind === "case" ? page.day.cases : page.day.doors).some((one) => String(one.id) === id);
  if (!there) leave();
}

async function watch() {
  if (!(await stillThere()) && page.day) return show();
  if (!(await held())) { if (box.dataset.state === "open") await show(); return line(); }
  await line();
  const due = page.day?.waiting || Date.now() - page.at > EVERY_MS;
  if (!document.hidden && due) pass({ byHand: Date.now() - page.touched < EVERY_MS });
  return undefined;
}

function touched() {
  page.touched = Date.now();
  touch();
}

for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, touched, { passive: true });
for (const way of box.querySelectorAll("[data-range]")) {
  way.addEventListener("click", (event) => {
    if (!page.day) return;
    event.preventDefault();
    page.range = way.dataset.range;
    for (const one of box.querySelectorAll("[data-range]")) one.toggleAttribute("aria-current", false);
    way.setAttribute("aria-current", "page");
    draw();
  });
}
part("look-up").addEventListener("click", async () => { if (!(await withBook(say("lookUp"), drawLookUp))) location.assign("/households"); });
// Without a network other pages cannot come: what the tablet can do itself it does, and says so of the rest.
document.addEventListener("click", (event) => {
  const way = event.target.closest?.('a[href^="/"]');
  if (!way || navigator.onLine || !page.day || way.pathname === "/my" || (way.pathname === "/round" && page.day.round)) return;
  event.preventDefault();
  if (way.pathname === "/leave") withBook(say("leave"), drawLeave);
  else if (way.pathname === "/households") withBook(say("lookUp"), drawLookUp);
  else tell(say("needsNetwork"));
});
part("send-now").addEventListener("click", () => pass());
part("panel").addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
window.addEventListener("online", () => pass({ byHand: false }));
window.addEventListener("offline", () => { page.ended = "away"; line(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) watch(); });

if (window.isSecureContext && window.crypto?.subtle && window.indexedDB) {
  navigator.serviceWorker?.register("/worker.js", { scope: "/" });
  navigator.storage?.persist?.();
  await show();
  await pass();
  setInterval(watch, LOOK_MS);
}
