// The units as a list: tick some, choose a grid, give them to it; all by keyboard and without the map.
// Before: draft.js. After: index.js sends the edit. What is looked at in the list is marked on the map.

import { element } from "../map/page.js";
import { say, whole } from "./words.js";

const STEP = 100;

export class UnitList {
  constructor(box, draft, { of, more, look }) {
    Object.assign(this, { box, draft, of, more, look, shown: STEP, ticked: new Set() });
    of.addEventListener("change", () => { this.shown = STEP; this.ticked.clear(); this.all(); });
    more.addEventListener("click", () => { this.shown += STEP; this.all(); });
    draft.listen((change) => { if (change.all || change.units?.length || change.parts) this.all(); });
    box.addEventListener("focusin", (event) => this.look(this.#unit(event.target)));
    box.addEventListener("change", (event) => this.#tick(event.target));
  }

  #unit(target) {
    const unit = target.closest("[data-unit]")?.dataset.unit;
    return unit === undefined ? null : Number(unit);
  }

  #tick(box) {
    const unit = this.#unit(box);
    if (box.checked) this.ticked.add(unit);
    else this.ticked.delete(unit);
  }

  clear() {
    this.ticked.clear();
    for (const box of this.box.querySelectorAll("input:checked")) box.checked = false;
  }

  // The list keeps its focus when it is made anew: on the same unit, or on the one that follows.
  all() {
    const key = Number(this.of.value);
    const units = this.draft.unitsOf(key);
    const here = this.box.contains(document.activeElement) ? this.#unit(document.activeElement) : null;
    const near = this.#near(units);
    for (const unit of this.ticked) if (this.draft.part[unit] !== key) this.ticked.delete(unit);
    this.box.replaceChildren(...units.slice(0, this.shown).map((unit) => this.#made(unit, near)));
    if (!units.length) this.box.append(element("li", { class: "quiet" }, say("noUnits")));
    this.more.hidden = units.length <= this.shown;
    this.more.textContent = say("moreUnits", { n: Math.min(STEP, units.length - this.shown) });
    if (here !== null) (this.box.querySelector(`[data-unit="${here}"] input`) ?? this.box.querySelector("input"))?.focus();
  }

  // The other grids that each of some units touches.
  #near(units) {
    const mine = new Set(units);
    const near = new Map();
    const { one, other } = this.draft.shapes.edge;
    const put = (unit, key) => (near.get(unit) ?? near.set(unit, new Set()).get(unit)).add(key);
    for (let i = 0; i < one.length; i += 1) {
      if (other[i] < 0 || this.draft.part[one[i]] === this.draft.part[other[i]]) continue;
      if (mine.has(one[i])) put(one[i], this.draft.part[other[i]]);
      if (mine.has(other[i])) put(other[i], this.draft.part[one[i]]);
    }
    return near;
  }

  #made(unit, near) {
    const { households, care, open_cases: open } = this.draft.ground.counts;
    const beside = [...(near.get(unit) ?? [])].map((key) => this.draft.name(key));
    return element("li", { "data-unit": unit },
      element("label", { class: "unit-tick" },
        element("input", { type: "checkbox", checked: this.ticked.has(unit) }),
        element("span", { class: "unit-number" }, say("unit", { n: unit + 1 })),
        element("span", {}, say("unitList", { h: whole(households[unit]), c: whole(care[unit]), o: whole(open[unit]) }),
          this.draft.held.has(unit) ? element("span", { class: "unit-lock" }, ` · ${say("lockWord")}`) : null,
          beside.length ? element("span", { class: "hint" }, say("beside", { g: beside.join("、") })) : null)));
  }
}
