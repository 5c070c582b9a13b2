// The table beside the map: a row a grid, as it would be and against today. Before: draft.js. After: index.js.
// Only rows that changed are made anew; a town of thousands shows the first hundreds until more are asked for.

import { element } from "../map/page.js";
import { percent, say, whole } from "./words.js";

const STEP = 150;
const COLUMNS = [
  ["households", whole], ["workload", whole], ["deviation", (value) => `${value > 0 ? "+" : ""}${percent(value)}`],
  ["care", whole], ["open_cases", whole], ["walking_min", whole], ["area_m2", (value) => (value / 10000).toFixed(1)],
  ["polsby_popper", (value) => value.toFixed(2)], ["pieces", (value) => (value === 1 ? say("whole") : say("pieces", { n: value }))],
];
const BARE = new Set(["deviation", "pieces"]);

export class Table {
  constructor(box, draft, { choose, filter, more }) {
    Object.assign(this, { body: box.querySelector("tbody"), draft, choose, filter, more, shown: STEP, lines: new Map(), current: null });
    filter.addEventListener("change", () => this.all());
    more.addEventListener("click", () => { this.shown += STEP; this.all(); });
    draft.listen((change) => this.heard(change));
  }

  heard(change) {
    if (change.all || change.parts || this.filter.value !== "all") return this.all();
    for (const key of change.rows) this.row(key);
    for (const [key, line] of this.lines) if (!this.draft.rows.has(key)) { line.remove(); this.lines.delete(key); }
    return this.hues();
  }

  keys() {
    const keys = [...this.draft.rows.keys()].sort((a, b) => a - b);
    return this.filter.value === "all" ? keys : keys.filter((key) => differs(this.draft.rows.get(key)));
  }

  all() {
    const keys = this.keys();
    this.lines.clear();
    this.body.replaceChildren(...keys.slice(0, this.shown).map((key) => this.made(key)));
    this.more.hidden = keys.length <= this.shown;
    this.more.textContent = say("moreRows", { n: Math.min(STEP, keys.length - this.shown) });
    this.mark(this.current);
  }

  row(key) {
    const old = this.lines.get(key);
    if (old) old.replaceWith(this.made(key));
    else if (this.lines.size < this.shown) this.body.append(this.made(key));
    this.mark(this.current);
  }

  made(key) {
    const { now, today } = this.draft.rows.get(key);
    const part = this.draft.parts.get(key);
    const cells = COLUMNS.map(([name, write]) => element("td", { class: warns(name, now) ? "warns" : null }, now ? write(now[name]) : "—", now && today && !BARE.has(name) ? delta(name, write, now, today) : null));
    const words = [part.fresh && say("new"), !now && say("ended"), part.locked && say("lockWord")].filter(Boolean);
    const line = element("tr", { "data-key": key },
      element("th", { scope: "row" },
        element("button", { type: "button", class: "grid-name", "aria-pressed": "false", onclick: () => this.choose(key) },
          element("span", { class: `swatch hue-${(this.draft.hue.get(key) ?? 0) + 1}`, "aria-hidden": "true" }), element("span", {}, this.draft.name(key))),
        element("span", { class: "hint" }, [part.code.slice(-6), ...words].filter(Boolean).join(" · "))), ...cells);
    this.lines.set(key, line);
    return line;
  }

  hues() {
    for (const [key, line] of this.lines) line.querySelector(".swatch").className = `swatch hue-${(this.draft.hue.get(key) ?? 0) + 1}`;
  }

  mark(key) {
    const before = this.current;
    this.current = key;
    for (const one of new Set([before, key])) this.#pressed(this.lines.get(one), one === key);
  }

  #pressed(line, on) {
    line?.classList.toggle("is-current", on);
    line?.querySelector("button").setAttribute("aria-pressed", String(on));
  }
}

function differs({ now, today }) {
  return !now || !today || ["households", "units", "area_m2", "workload"].some((name) => now[name] !== today[name]);
}

const warns = (name, now) => Boolean(now) && name === "pieces" && now.pieces > 1;

function delta(name, write, now, today) {
  const change = now[name] - today[name];
  const words = write(Math.abs(change));
  if (!change || Number(words.replace(/[^\d.]/g, "")) === 0) return null;
  return element("span", { class: "delta" }, `${change > 0 ? "+" : "−"}${words}`);
}
