// The round on a tablet or telephone: shows the next stop, writes down what happened at once, sends it when it can.
// Before: ../field/contact.js, ../field/queue.js, list.js, map.js, near.js, fixes.js. After: nothing. The page of a server
// brings its round, the page that the tablet keeps takes it from the day. Without a script, or without a safe connection
// (no sealing then), the forms do the same with the network.

import { contacts, expectedDay, keptDay } from "../field/contact.js";
import { add, waiting } from "../field/queue.js";
import { changesStop, expectedRound, stepsOf, todo, walked } from "../field/round.js";
import { held, stillThere, touch } from "../field/seal.js";
import { sendTrack } from "../field/track.js";
import { Fixes } from "./fixes.js";
import { drawStops } from "./list.js";
import { RoundMap } from "./map.js";
import { metres, Near, NEAR_M } from "./near.js";

const LOOK_MS = 10000;
const EVERY_MS = 60000;
const FAR_M = 10000;
const box = document.querySelector("[data-round]");
const shell = document.querySelector("[data-shell]") !== null;
const safe = window.isSecureContext && Boolean(window.crypto?.subtle && window.indexedDB);
const words = JSON.parse(box.dataset.words);
const kinds = JSON.parse(box.dataset.kinds);
const part = (name) => box.querySelector(`[data-${name}]`);
const say = (sentence) => { part("status").textContent = sentence; };
const next = () => (round.state === "done" ? undefined : round.stops.find(todo));
let round = JSON.parse(box.dataset.round);
let place = null;
let map = null;
let fixes = null;
let wanted = true;
let steps = 0;
let fresh = !shell;
let contact = 0;
let used = Date.now();

const near = new Near({ moved, refused: () => { noPlace(); say(words.refused); } });

// What the tablet knows of today's round: as the server last said, and what waits on top of it.
async function known() {
  const kept = (await held()) ? await keptDay() : null;
  return kept ? (await expectedDay(kept.day)).round : null;
}

async function happened(step) {
  const body = { round: round.id, ...step };
  round = walked(round, body);
  steps += 1;
  fresh = false;
  if (!(await held())) return lock();
  await add("round", body);
  await show();
  if (place) arrived(place);
  return pass();
}

const pass = contacts({ after: async (ended) => {
  if (ended === "done") await heard();
  await show();
} });

// The server has everything: its word on the round holds, unless more has happened meanwhile. A round that is over, or
// another one, is another page; the page that has just come from the server is the newest there is.
async function heard() {
  contact = Date.now();
  box.dataset.contact = contact;
  const before = steps;
  const found = await known();
  const { day } = await keptDay();
  if (before !== steps) return undefined;
  const other = round !== null && found?.id !== round.id;
  if (other && !fresh) return location.assign("/round");
  fresh = false;
  if (!other) round = found;
  const refused = day.cards.find((card) => card.kind === "round");
  if (refused) say(words.fault + refused.why);
  else if (Number(box.dataset.waiting ?? 0)) say(words.online);
  return undefined;
}

async function show() {
  if (safe && !(await held())) return lock();
  document.querySelector("[data-locked]").hidden = true;
  document.querySelector("[data-none]")?.toggleAttribute("hidden", round !== null);
  box.hidden = round === null;
  if (!round) return undefined;
  if (safe) await waits();
  draw();
  return undefined;
}

async function waits() {
  const left = stepsOf(round, (await waiting()).map(({ action }) => action)).length;
  box.dataset.waiting = left;
  if (left) say(words.queued.replace("{n}", left));
}

// Nothing of the round stays on the screen; what waits is still there.
function lock() {
  near.stop();
  box.hidden = true;
  document.querySelector("[data-none]")?.toggleAttribute("hidden", true);
  document.querySelector("[data-locked]").hidden = false;
}

function draw() {
  const stop = next();
  const running = round.state === "running";
  map ??= new RoundMap(part("round-map"), round);
  part("next-label").textContent = stop ? stop.label || kinds[stop.kind] : words[round.state === "done" ? "ended" : "finished"];
  part("next-kind").textContent = stop ? kinds[stop.kind] : "";
  box.classList.toggle("is-running", running);
  form("start").hidden = round.state !== "planned";
  for (const kind of ["replan", "finish"]) form(kind).hidden = !running;
  part("acts").hidden = !stop || !running;
  if (stop) toward(stop);
  drawStops(part("stops"), round, { words, kinds, zone: box.dataset.zone });
  map.draw(round);
  if (running) share();
  else sign(false);
}

const form = (kind) => box.querySelector(`[data-event="${kind}"]`);

function toward(stop) {
  for (const one of part("acts").querySelectorAll("form")) one.elements.stop.value = stop.key;
  part("go").href = `geo:${stop.lat},${stop.lon}`;
  part("note").hidden = !["visit", "paper"].includes(stop.kind);
  const away = place ? Math.round(metres(place, stop)) : FAR_M;
  part("next-away").textContent = away < FAR_M ? words.away.replace("{m}", away) : "";
}

// Being near ticks what is only to be seen: a checkpoint, or a section once both its ends were reached. A visit, a case or
// a paper is ticked by hand: passing a door is no visit.
const SEEN = ["section", "checkpoint"];
let begun = null;

function inUse() {
  used = Date.now();
  touch();
}

// A tablet that is carried along its round is in use: it does not lock on the way.
function moved(fix) {
  const { coords } = fix;
  place = coords;
  inUse();
  if (safe) {
    fixes ??= new Fixes(round.id);
    fixes.add(fix);
  }
  box.dataset.place = `${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`;
  map.here(coords);
  if (next()) toward(next());
  arrived(coords);
}

// Asked at every position, and again once a stop is done: the end of one section is often the start of the next.
function arrived(coords) {
  const stop = next();
  if (!safe || !stop || !SEEN.includes(stop.kind)) return;
  const [from, to] = ends(stop);
  if (metres(coords, from) <= NEAR_M) begun = stop.key;
  if (begun !== stop.key || metres(coords, to) > NEAR_M) return;
  begun = null;
  say(words.near.replace("{stop}", stop.label || kinds[stop.kind]));
  happened({ step: "done", stop: stop.key, how: "near" });
}

function ends(stop) {
  const here = { lon: stop.lon, lat: stop.lat };
  const there = stop.far ? { lon: stop.far[0], lat: stop.far[1] } : here;
  return stop.turned ? [there, here] : [here, there];
}

// While the round runs, one line says whether the place is used, and one button turns it.
function sign(on) {
  part("sign").hidden = round?.state !== "running";
  part("sign").classList.toggle("is-off", !on);
  part("sign-words").textContent = words[on ? "sharing" : "notSharing"];
  part("turn-sharing").textContent = words[on ? "stopSharing" : "share"];
}

function share() {
  if (wanted) near.start();
  sign(wanted);
}

function noPlace() {
  wanted = false;
  place = null;
  near.stop();
  map?.gone();
  sign(false);
}

part("turn-sharing").addEventListener("click", () => {
  if (wanted) return noPlace();
  wanted = true;
  return share();
});

// What a form says happened; null for what cannot be without a network.
function stepOf(kind, given, sent) {
  const stop = given.get("stop");
  if (kind === "postpone") return { step: kind, stop, until: new Date(`${given.get("until")}T00:00:01`).toISOString() };
  if (kind === "reorder") return { step: kind, keys: reordered(stop, sent.value === "down" ? 1 : -1) };
  if (kind === "replan") return navigator.onLine ? { step: kind, ...(place ? { here: [place.longitude, place.latitude] } : {}) } : null;
  if (kind !== "done" || !given.get("answer")) return changesStop(kind) ? { step: kind, stop } : { step: kind };
  const template = part("answer").selectedOptions[0].dataset.template;
  return { step: kind, stop, template, answer: given.get("answer"), words: given.get("words") };
}

function reordered(key, way) {
  const keys = round.stops.filter(todo).map((stop) => stop.key);
  const at = keys.indexOf(key);
  const to = Math.min(Math.max(at + way, 0), keys.length - 1);
  keys.splice(to, 0, ...keys.splice(at, 1));
  return keys;
}

document.addEventListener("submit", async (event) => {
  const kind = event.target.dataset?.event;
  if (!kind || !safe) return;
  event.preventDefault();
  const step = stepOf(kind, new FormData(event.target), event.submitter);
  if (!step) return say(words.needsNetwork);
  event.target.reset();
  if (kind === "finish") {
    noPlace();
    await fixes?.keep();
  }
  return happened(step);
}, true);

// The tablet locks when nobody touches it for long, or when somebody signs out elsewhere.
async function look() {
  const there = await stillThere();
  if (!there || !(await held())) return lock();
  const byHand = Date.now() - used < EVERY_MS;
  if ((await waiting()).length || Date.now() - contact > EVERY_MS) return pass({ byHand });
  return sendTrack();
}

async function begin() {
  if (!safe) return round && draw();
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, inUse, { passive: true });
  navigator.serviceWorker?.register("/worker.js", { scope: "/" });
  window.addEventListener("online", () => pass({ byHand: false }));
  if (await held()) {
    const actions = (await waiting()).map(({ action }) => action);
    round = round ? expectedRound(round, actions) : await known();
    if (round && stepsOf(round, actions).length) fresh = false;
    await show();
  }
  await pass();
  setInterval(look, LOOK_MS);
  return undefined;
}

begin();
