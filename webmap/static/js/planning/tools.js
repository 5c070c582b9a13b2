// The tools on the map: a hand, a brush, a drawn line, locks. Each works by click, by drag, and by keyboard: with the map
// in focus the arrows move the ground under the cross in its middle, Enter does there what a click would do.
// Before: layer.js. After: index.js does what a tool asks for.

import { say } from "./words.js";

const HINTS = { hand: "handHint", brush: "brushHint", split: "lineHint", border: "lineHint", hold: "holdHint" };

export class Tools {
  constructor(map, layer, draft, { act, hint, lineButtons }) {
    Object.assign(this, { map, layer, draft, act, hint, lineButtons, tool: "hand", stroke: null, corners: [] });
    this.rubber = L.polyline([], { className: "plan-line", interactive: false }).addTo(map);
    this.dots = L.layerGroup().addTo(map);
    const box = map.getContainer();
    box.addEventListener("pointerdown", (event) => this.#down(event));
    box.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, (event) => this.#up(event));
    box.addEventListener("keydown", (event) => this.#key(event));
    map.on("click", (event) => this.#click(event.containerPoint));
    map.on("dblclick", () => { if (this.#lines()) this.finish(); });
  }

  use(tool) {
    this.clear();
    this.tool = tool;
    const box = this.map.getContainer();
    box.dataset.tool = tool;
    if (tool === "brush") this.map.dragging.disable();
    else this.map.dragging.enable();
    if (this.#lines()) this.map.doubleClickZoom.disable();
    else this.map.doubleClickZoom.enable();
    this.lineButtons.hidden = !this.#lines();
    this.hint(say(HINTS[tool]));
  }

  #lines() {
    return this.tool === "split" || this.tool === "border";
  }

  #point(event) {
    return this.map.mouseEventToContainerPoint(event);
  }

  #onGround(event) {
    return event.isPrimary && event.button === 0 && !event.target.closest(".leaflet-control");
  }

  #down(event) {
    if (this.tool !== "brush" || !this.#onGround(event)) return;
    this.stroke = { last: this.#point(event), units: new Set() };
    this.map.getContainer().setPointerCapture(event.pointerId);
    this.#paint(this.stroke.last);
  }

  // Between two places of the pointer the brush is taken along the straight way, so that none is jumped over.
  #move(event) {
    if (!this.stroke) return;
    const to = this.#point(event);
    const from = this.stroke.last;
    const steps = Math.max(1, Math.ceil(from.distanceTo(to) / 4));
    for (let i = 1; i <= steps; i += 1) this.#paint(from.add(to.subtract(from).multiplyBy(i / steps)));
    this.stroke.last = to;
  }

  #paint(point) {
    const unit = this.layer.under(point);
    if (unit < 0 || this.stroke.units.has(unit)) return;
    const key = this.act.current();
    if (this.draft.part[unit] === key) return;
    this.stroke.units.add(unit);
    this.draft.expect([unit], key);
    this.layer.change([unit]);
  }

  #up(event) {
    if (!this.stroke) return;
    const units = [...this.stroke.units];
    this.stroke = null;
    this.map.getContainer().releasePointerCapture?.(event.pointerId);
    if (units.length) this.act.painted(units);
  }

  #click(point) {
    if (this.#lines()) return this.#corner(point);
    const unit = this.layer.under(point);
    if (unit < 0) return undefined;
    if (this.tool === "hand") return this.act.choose(this.draft.part[unit]);
    if (this.tool === "hold") return this.act.hold(unit);
    return undefined;
  }

  #corner(point) {
    const spot = this.map.containerPointToLatLng(point);
    const last = this.corners.at(-1);
    if (last && this.map.latLngToContainerPoint(last).distanceTo(point) < 3) return;
    this.corners.push(spot);
    this.#drawn();
  }

  #drawn() {
    this.rubber.setLatLngs(this.corners);
    this.dots.clearLayers();
    for (const corner of this.corners) L.circleMarker(corner, { radius: 5, className: "plan-dot", interactive: false }).addTo(this.dots);
    this.hint(this.corners.length ? say("linePoints", { n: this.corners.length }) : say("lineHint"));
  }

  back() {
    this.corners.pop();
    this.#drawn();
  }

  clear() {
    this.corners = [];
    this.rubber.setLatLngs([]);
    this.dots.clearLayers();
    this.hint(say(HINTS[this.tool]));
  }

  async finish() {
    if (this.corners.length < 2) return;
    const line = this.corners.map(({ lng, lat }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))]);
    if (await this.act.drawn(this.tool, line)) this.clear();
  }

  #key(event) {
    if (event.target !== this.map.getContainer()) return;
    const middle = this.map.getSize().divideBy(2);
    if (event.key === "Enter" && event.shiftKey && this.#lines()) this.finish();
    else if ((event.key === "Enter" || event.key === " ") && this.tool === "brush") this.#dab(middle);
    else if (event.key === "Enter" && this.#lines() && this.#same(middle)) this.finish();
    else if (event.key === "Enter" || event.key === " ") this.#click(middle);
    else if (event.key === "Backspace" && this.#lines()) this.back();
    else if (event.key === "Escape") this.clear();
    else return;
    event.preventDefault();
  }

  // Enter once more at the same place ends a line.
  #same(point) {
    const last = this.corners.at(-1);
    return this.corners.length > 1 && this.map.latLngToContainerPoint(last).distanceTo(point) < 3;
  }

  #dab(point) {
    const unit = this.layer.under(point);
    const key = this.act.current();
    if (unit < 0 || this.draft.part[unit] === key) return;
    this.draft.expect([unit], key);
    this.layer.change([unit]);
    this.act.painted([unit]);
  }
}
