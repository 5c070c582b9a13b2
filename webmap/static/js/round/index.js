// The round on a tablet or telephone: shows the next stop, writes down what happened at once, sends it when it can.
// Before: queue.js, near.js, fixes.js, map.js. After: nothing. Without a script the forms do the same, with the network.

import { Fixes } from "./fixes.js";
import { RoundMap } from "./map.js";
import { metres, Near, NEAR_M } from "./near.js";
import { add, send, waiting } from "./queue.js";

const TRY_AGAIN_MS = 10000;
const box = document.querySelector("[data-round]");
const words = JSON.parse(box.dataset.words);
const kinds = JSON.parse(box.dataset.kinds);
const token = document.querySelector("meta[name=csrf-token]").content;
const part = (name) => box.querySelector(`[data-${name}]`);
let round = JSON.parse(box.dataset.round);
let place = null;

const map = new RoundMap(part("round-map"), round);
const fixes = new Fixes(round.id, token, number);
const near = new Near({ moved, refused: () => { sign(false); say(words.refused); } });
const next = () => round.stops.find((stop) => stop.state === "todo");
const say = (sentence) => { if (part("status")) part("status").textContent = sentence; };

function number() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const STATES = { done: "done", skip: "skipped", postpone: "postponed" };

function apply(event) {
  const stop = round.stops.find((one) => one.key === event.stop);
  if (stop && STATES[event.kind] && stop.state === "todo") stop.state = STATES[event.kind];
}

async function happened(event) {
  apply(event);
  box.dataset.waiting = Number(box.dataset.waiting ?? 0) + 1;
  show();
  if (place) arrived(place);
  await add(round.id, { request: number(), at: new Date().toISOString(), ...event });
  await pass();
}

// Send what waits; what the server then says about the round holds, unless more has happened meanwhile.
async function pass() {
  const answer = await send(round.id, token);
  const left = await waiting(round.id);
  if (answer && !left.length) round = answer.round;
  for (const row of left) apply(row.event);
  show();
  box.dataset.waiting = left.length;
  if (answer?.refused) say(words.fault + answer.refused.sentence);
  else if (left.length) say(words.queued.replace("{n}", left.length));
  else if (answer) say(words.online);
}

function show() {
  const stop = next();
  part("next-label").textContent = stop ? stop.label || kinds[stop.kind] : words.finished;
  part("next-kind").textContent = stop ? kinds[stop.kind] : "";
  if (part("acts")) part("acts").hidden = !stop;
  if (stop && part("acts")) toward(stop);
  for (const one of round.stops) {
    const row = box.querySelector(`[data-key="${CSS.escape(one.key)}"]`);
    if (!row) continue;
    row.className = `round-stop is-${one.state}`;
    row.querySelector("[data-state]").textContent = words[one.state];
    if (one.state !== "todo") row.querySelector("form")?.remove();
  }
  map.draw(round);
}

function toward(stop) {
  for (const form of part("acts").querySelectorAll("form")) form.elements.stop.value = stop.key;
  part("go").href = `geo:${stop.lat},${stop.lon}`;
  part("note").hidden = !["visit", "paper"].includes(stop.kind);
  part("next-away").textContent = place ? words.away.replace("{m}", Math.round(metres(place, stop))) : "";
}

// Being near ticks what is only to be seen: a checkpoint, or a section once both its ends were reached. A visit, a case or
// a paper is ticked by hand: passing a door is no visit.
const SEEN = ["section", "checkpoint"];
let begun = null;

function moved(fix) {
  const { coords } = fix;
  place = coords;
  fixes.add(fix);
  box.dataset.place = `${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`;
  map.here(coords);
  if (next()) toward(next());
  arrived(coords);
}

// Asked at every position, and again once a stop is done: the end of one section is often the start of the next.
function arrived(coords) {
  const stop = next();
  if (!stop || !SEEN.includes(stop.kind)) return;
  const [from, to] = ends(stop);
  if (metres(coords, from) <= NEAR_M) begun = stop.key;
  if (begun !== stop.key || metres(coords, to) > NEAR_M) return;
  say(words.near.replace("{stop}", stop.label || kinds[stop.kind]));
  happened({ kind: "done", stop: stop.key, how: "near" });
}

function ends(stop) {
  const here = { lon: stop.lon, lat: stop.lat };
  const there = stop.far ? { lon: stop.far[0], lat: stop.far[1] } : here;
  return stop.turned ? [there, here] : [here, there];
}

function sign(on) {
  part("sign").hidden = !on;
  part("sign-words").textContent = words.sharing;
  if (!on) map.gone();
}

function share() {
  near.start();
  sign(true);
}

part("stop-sharing").addEventListener("click", () => {
  near.stop();
  sign(false);
  place = null;
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const kind = form.dataset?.event;
  if (kind === "finish" && !form.dataset.sent) {
    event.preventDefault();
    near.stop();
    fixes.pass().finally(() => { form.dataset.sent = "yes"; form.requestSubmit(); });
    return;
  }
  if (kind === "replan" && place) {
    form.elements.lon.value = place.longitude;
    form.elements.lat.value = place.latitude;
  }
  if (!STATES[kind]) return;
  event.preventDefault();
  const given = new FormData(form);
  const more = {};
  if (kind === "postpone") more.until = new Date(`${given.get("until")}T00:00:01`).toISOString();
  if (kind === "done" && given.get("answer")) {
    more.template = form.querySelector("[data-answer]").selectedOptions[0].dataset.template;
    more.answer = given.get("answer");
    more.words = given.get("words");
  }
  happened({ kind, stop: given.get("stop"), ...more });
  form.reset();
}, true);

window.addEventListener("online", pass);
setInterval(pass, TRY_AGAIN_MS);
if (round.state === "running") share();
pass();
