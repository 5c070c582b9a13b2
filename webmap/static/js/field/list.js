// My day as a list: what has the same door or place stands together, what is due first comes first. Before: words.js.
// After: index.js redraws it after every contact; it keeps its place and its focus.

import { element } from "../map/page.js";
import { due, say } from "./words.js";

const ENDED = ["acted", "refused", "void"];
const plain = (words) => words.replace(/\s/g, "");

// One group a place: its cases, and the doors due there.
export function groups(day, range) {
  const found = new Map();
  const group = (label) => {
    const key = plain(label);
    if (!found.has(key)) found.set(key, { label, cases: [], doors: [], first: Infinity });
    return found.get(key);
  };
  for (const one of day.cases) {
    if (range === "mine" && !one.mine && !(one.free && one.moves.length && one.state === "assigned")) continue;
    const into = group(one.place || one.grid || "");
    into.cases.push(one);
    if (!ENDED.includes(one.state)) into.first = Math.min(into.first, one.due_at ? new Date(one.due_at).getTime() : 0);
  }
  for (const door of day.doors) group(door.label.split("、")[0]).doors.push(door);
  return [...found.values()].sort((one, other) => one.first - other.first);
}

export const open = (day, range) => groups(day, range).flatMap((group) => group.cases).filter((one) => !ENDED.includes(one.state)).length;

export function drawList(box, day, { range, chosen, choose }) {
  const focused = document.activeElement?.closest?.("[data-key]")?.dataset.key;
  const rows = groups(day, range);
  box.replaceChildren(...(rows.length ? rows.map((group) => section(group, day, chosen, choose)) : [nothing()]));
  if (focused) rowOf(box, focused)?.focus({ preventScroll: true });
}

export const rowOf = (box, key) => box.querySelector(`[data-key="${CSS.escape(key)}"]`);

// Draws anew while what has the focus, or else the first row in sight, stays where it is on the screen.
export function inPlace(scroller, redraw) {
  const upper = (one) => one.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const focused = scroller.contains(document.activeElement);
  const held = focused ? document.activeElement : [...scroller.querySelectorAll("[data-key]")].find((row) => upper(row) >= 0);
  const before = held && upper(held);
  redraw();
  const now = held?.isConnected ? held : held?.dataset.key && rowOf(scroller, held.dataset.key);
  if (!now) return;
  scroller.scrollTop += upper(now) - before;
  if (focused) now.scrollIntoView({ block: "nearest" });
}

function nothing() {
  return element("div", { class: "empty" }, element("h2", {}, say("empty")), element("p", {}, say("emptyWhy")));
}

function section(group, day, chosen, choose) {
  const count = group.cases.length + group.doors.length;
  const label = group.label || say("noPlace");
  return element("section", { class: "place", "aria-label": label },
    element("h2", {}, label, count > 1 ? element("span", { class: "quiet" }, ` ${say("pieces", { n: count })}`) : null),
    element("ul", {},
      ...group.cases.map((one) => caseRow(one, day, chosen, choose)),
      ...group.doors.map((door) => doorRow(door, chosen, choose)),
    ));
}

function row(key, chosen, choose, ...parts) {
  return element("li", { class: "job" }, element("button", {
    type: "button", class: "job-open", "data-key": key, "aria-pressed": key === chosen ? "true" : "false", onclick: () => choose(key),
  }, ...parts));
}

export function top(one, day) {
  const left = due(one.due_at);
  const ended = ENDED.includes(one.state);
  return element("span", { class: "job-top" },
    element("span", { class: `state state-${one.state === "refused" ? "queued" : one.state}` }, day.states[one.state] ?? day.forms.refuse.button),
    ended ? null : element("span", { class: `due ${left.kind}` }, left.words),
    one.queued ? element("span", { class: "day-queued" }, say("queued")) : null,
  );
}

function caseRow(one, day, chosen, choose) {
  const whose = !one.mine && !one.free && one.whose ? ` · ${say("others", { name: one.whose })}` : "";
  return row(`case:${one.id}`, chosen, choose, top(one, day),
    element("span", { class: "job-text" }, one.text),
    element("span", { class: "quiet small" }, `${one.category}${one.grid ? ` · ${one.grid}` : ""}${whose}`));
}

function doorRow(door, chosen, choose) {
  const duties = door.label.split("、").slice(1).join("、");
  const hours = door.hours?.map((pair) => pair.join("–")).join("、");
  return row(`door:${door.id}`, chosen, choose,
    element("span", { class: "job-top" }, element("span", { class: "state state-visit" }, say("visit")), element("span", { class: "quiet small" }, say("visitDue"))),
    duties ? element("span", { class: "job-text" }, duties) : null,
    hours ? element("span", { class: "quiet small" }, say("hoursAt", { hours })) : null);
}
