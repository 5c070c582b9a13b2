// All stops in their order; a row keeps its place in the page, and its focus, while its words change.
// Before: the page's template of a row. After: index.js.

import { todo } from "../field/round.js";

export function drawStops(list, round, { words, kinds, zone }) {
  const focused = document.activeElement;
  const rows = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const wanted = round.stops.map((stop, index) => filled(rows.get(stop.key) ?? fresh(list), stop, index, round.state, { words, kinds, zone }));
  if (wanted.some((row, index) => list.children[index] !== row) || wanted.length !== list.children.length) list.replaceChildren(...wanted);
  if (focused !== document.activeElement && list.contains(focused)) focused.focus({ preventScroll: true });
}

const fresh = (list) => list.parentElement.querySelector("template[data-stop]").content.firstElementChild.cloneNode(true);

function filled(row, stop, index, state, { words, kinds, zone }) {
  const kind = kinds[stop.kind];
  const label = stop.label || kind;
  row.dataset.key = stop.key;
  row.className = `round-stop is-${stop.state ?? "todo"}`;
  const said = { number: index + 1, label, kind, begins: clock(stop.begins, zone), state: words[stop.state ?? "todo"] };
  for (const [name, value] of Object.entries(said)) row.querySelector(`[data-${name}]`).textContent = value;
  const form = row.querySelector("form");
  form.hidden = state !== "running" || !todo(stop);
  form.elements.stop.value = stop.key;
  for (const button of form.querySelectorAll("[name=move]")) {
    button.setAttribute("aria-label", words[button.value === "up" ? "earlier" : "later"].replace("{stop}", label));
  }
  return row;
}

const clock = (at, timeZone) => (at ? new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }) : "");
