// The board: one form narrows list and map alike, a press opens a case beside them, ticks gather many.
// Before: map.js, live.js, htmx (the form asks for the list by itself). After: nothing; the pages work without it.

import { apply, laneCount, listen, shown } from "./live.js";
import { boardMap } from "./map.js";
import { getJson } from "../map/page.js";

const filter = document.querySelector("#filter");
const pane = document.querySelector("#pane");
const one = document.querySelector("#pane-one");
const live = document.querySelector("[data-live]");
const mapBox = document.querySelector("#board-map[data-bounds]");
const list = () => document.querySelector("#list");
const query = () => new URLSearchParams([...new FormData(filter)].filter(([, value]) => value)).toString();
let opened = null;
let stale = false;

const board = mapBox && boardMap(mapBox, { ask: () => query().replace(/(^|&)box=[^&]*/, ""), open: show, chooseGrid });

// Narrowing: any choice asks at once, typing waits a moment; another choice begins at the first page.
function narrow(page = "") {
  filter.elements.page.value = page;
  htmx.trigger(filter, "narrow");
}

let typing = null;
document.addEventListener("change", (event) => {
  if (event.target.form !== filter || event.target === filter.elements.q) return;
  if (event.target.matches("[data-here]")) filter.elements.box.value = event.target.checked && board ? board.sides() : "";
  narrow();
});
filter.elements.q.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => narrow(), 250);
});

function chooseGrid(id) {
  const chosen = filter.elements.grid;
  const value = chosen.value === String(id) ? "" : String(id);
  if (value && ![...chosen.options].some((option) => option.value === value)) return;
  chosen.value = value;
  narrow();
}

let moving = null;
board?.map.on("moveend", () => {
  if (!filter.querySelector("[data-here]").checked) return;
  clearTimeout(moving);
  moving = setTimeout(() => {
    if (!filter.querySelector("[data-here]").checked) return;  // taken off meanwhile
    filter.elements.box.value = board.sides();
    narrow();
  }, 250);
});

document.addEventListener("htmx:after:swap", () => { drawnAnew(); board?.refresh(); });

// What belongs to a freshly drawn list: the numbers of the lanes, the choices that are on, the ticks' bar.
function drawnAnew() {
  for (const part of list().dataset.lanes.trim().split(/\s+/)) laneCount(...part.split(":"));
  board?.grid(Number(filter.elements.grid.value) || null);
  for (const button of pane.querySelectorAll("[data-member]")) button.setAttribute("aria-pressed", String(button.dataset.member === filter.elements.member.value));
  chosenRow();
  ticked();
  untilUndone();
  document.body.dataset.drawn = Number(document.body.dataset.drawn ?? 0) + 1;
}

// A case beside the map.
async function show(id) {
  const answer = await fetch(`/board/cases/${id}?${query()}`, { headers: { "HX-Request": "true" } });
  filled(await answer.text());
  opened = answer.ok ? Number(id) : null;
  chosenRow();
  board?.choose(opened, stands());
  remember();
  one.querySelector("h2, strong")?.focus({ preventScroll: true });
}

// Where the open case is.
function stands() {
  const at = one.querySelector("[data-at]")?.dataset.at.split(",").map(Number);
  return at && L.latLng(at[1], at[0]);
}

function filled(html) {
  one.innerHTML = html;
  pane.scrollTop = 0;
  stale = false;
}

function shut() {
  const row = list().querySelector(`#case-${opened} [data-open]`);
  one.replaceChildren();
  opened = null;
  chosenRow();
  board?.choose(null);
  remember();
  row?.focus();
}

function chosenRow() {
  for (const row of list().querySelectorAll("tr[data-case]")) {
    if (Number(row.dataset.case) === opened) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function remember() {
  const address = new URL(location.href);
  if (opened) address.searchParams.set("open", opened);
  else address.searchParams.delete("open");
  history.replaceState(history.state, "", address);
}

// Suggestions for the ticked cases, or for the one that is open.
async function suggest(form, cases) {
  const asked = new URLSearchParams(query());
  for (const value of cases) asked.append("case", value);
  const answer = await fetch(`/board/suggest?${asked}`, { headers: { "HX-Request": "true" } });
  filled(await answer.text());
  one.querySelector("strong, .wrong")?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  if (on("[data-open]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); show(on("[data-open]").dataset.open); }
  else if (on("tr[data-case]") && !on("a, button, input, label")) show(on("tr[data-case]").dataset.case);
  else if (on("[data-close]")) shut();
  else if (on("[data-reopen]")) show(opened);
  else if (on("[data-fresh]")) narrow(filter.elements.page.value);
  else if (on("[data-page]")) narrow(on("[data-page]").dataset.page);
  else if (on("[data-member]")) {
    const { member } = on("[data-member]").dataset;
    filter.elements.member.value = filter.elements.member.value === member ? "" : member;
    narrow();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) for (const tick of list().querySelectorAll("input[name=case]:not(:disabled)")) tick.checked = event.target.checked;
  if (event.target.matches("[data-tick-all], input[name=case]")) ticked();
});

function ticked() {
  const bar = list().querySelector("[data-many]");
  if (!bar) return;
  const count = list().querySelectorAll("input[name=case]:checked").length;
  bar.querySelector("[data-ticked]").textContent = count;
  bar.classList.toggle("is-idle", count === 0);
}

// Forms lead back to the board as it stands, with what is open.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.submitter?.matches("[data-suggest]")) {
    event.preventDefault();
    suggest(form, [...form.querySelectorAll("input[name=case]:checked")].map((tick) => tick.value));
  } else if (form.matches("[data-suggest-one]")) {
    event.preventDefault();
    suggest(form, [form.elements.case.value]);
  } else if (form.elements.back) form.elements.back.value = location.pathname.startsWith("/board") ? `/board${location.search}` : "/board";
}, true);

// Up and down walk the rows; Escape closes the pane.
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("tr[data-case]");
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (row && step) {
    const link = row[step]?.querySelector("[data-open]");
    if (link) { event.preventDefault(); link.focus(); }
  }
  if (event.key === "Escape" && one.childElementCount > 0 && !event.target.closest("#board-map")) shut();
});

function untilUndone() {
  const bar = list().querySelector("[data-undo]");
  if (bar) setTimeout(() => bar.remove(), Math.max(0, Date.parse(bar.dataset.undo) + 60_000 - Date.now()));
}

async function look() {
  const found = await getJson(`/board/changes.json?${query()}&shown=${shown(list(), one.querySelector("[data-shown]"))}`);
  const before = { moved: Object.keys(found.rows).length + found.gone.length };
  apply(list(), pane, found);
  ticked();
  chosenRow();
  if (before.moved || found.fresh) { board?.refresh(); duty(); }
  if (opened && (String(opened) in found.rows || found.gone.includes(opened))) moved(found.said[opened] ?? pane.dataset.wordsGone);
}

// What is open was moved by somebody: say so, and leave what is being typed alone.
function moved(said) {
  const line = one.querySelector(".news-line");
  if (!line || stale) return;
  stale = true;
  line.hidden = false;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "act link";
  button.dataset.reopen = "";
  button.textContent = pane.dataset.wordsMoved;
  line.replaceChildren(`${said} `, button);
}

async function duty() {
  const answer = await fetch("/board/duty");
  if (!answer.ok) return;
  pane.querySelector("[data-duty]").outerHTML = await answer.text();
  for (const button of pane.querySelectorAll("[data-member]")) button.setAttribute("aria-pressed", String(button.dataset.member === filter.elements.member.value));
}

listen(look, (on) => {
  live.textContent = on ? live.dataset.on : live.dataset.off;
  live.classList.toggle("is-off", !on);
});
opened = Number(one.querySelector("[data-shown]")?.dataset.shown ?? 0) || null;
drawnAnew();
if (opened) board?.choose(opened, stands());
