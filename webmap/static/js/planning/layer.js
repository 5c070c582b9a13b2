// The units on the map: one canvas with fills by grid, thin lines between units, strong lines between grids, labels.
// Before: vendor Leaflet, shapes.js, draft.js. After: index.js, compare.js. Only what changed is painted anew.

import { HUES } from "./draft.js";

const PAD = 0.2;
const ROOMY_PX = 7;
const STEP_PX = 1;
const FONT = '"PingFang SC", "HarmonyOS Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif';

const TALL_PX = 16;

// Whether a label of a width can stand at a place without covering one that stands already.
function free(taken, x, y, wide) {
  return taken.every(([left, top, other]) => Math.abs(left - x) > (other + wide) / 2 || Math.abs(top - y) > TALL_PX);
}

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    fill: Array.from({ length: HUES }, (_, i) => read(`--plan-${i + 1}`)),
    unit: read("--plan-unit"),
    grid: read("--plan-grid"),
    before: read("--plan-before"),
    chosen: read("--map-chosen"),
    warn: read("--soon"),
    label: read("--map-label"),
    halo: read("--map-halo"),
    nobody: read("--map-hatch"),
  };
}

export const UnitsLayer = L.Layer.extend({
  initialize(shapes, view) {
    this.shapes = shapes;
    this.view = view; // part, today, hue, name, short, held, chosen, marked, warned
  },

  onAdd(map) {
    this.map = map;
    this.canvas = L.DomUtil.create("canvas", "plan-units", map.getPanes().overlayPane);
    this.ink = colours();
    map.on("moveend zoomend resize viewreset", this.reset, this);
    this.place();
    this.soon(null);
  },

  onRemove(map) {
    map.off("moveend zoomend resize viewreset", this.reset, this);
    this.canvas.remove();
  },

  recolour() {
    this.ink = colours();
    this.reset();
  },

  // Put the canvas where the window is, and paint all of it.
  reset() {
    this.place();
    this.paint(null);
  },

  place() {
    const size = this.map.getSize();
    const ratio = window.devicePixelRatio || 1;
    const corner = this.map.containerPointToLayerPoint(size.multiplyBy(-PAD)).round();
    const full = size.multiplyBy(1 + 2 * PAD).round();
    L.DomUtil.setPosition(this.canvas, corner);
    if (this.canvas.width !== full.x * ratio || this.canvas.height !== full.y * ratio) {
      Object.assign(this.canvas, { width: full.x * ratio, height: full.y * ratio });
      Object.assign(this.canvas.style, { width: `${full.x}px`, height: `${full.y}px` });
    }
    const origin = this.map.getPixelOrigin().add(corner);
    this.frame = { scale: 2 ** this.map.getZoom(), left: origin.x, top: origin.y, width: full.x, height: full.y, ratio };
  },

  // Paint some units anew, or all.
  change(units) {
    if (!units || units.length > 400) return this.soon(null);
    return this.soon(units);
  },

  soon(units) {
    if (!this.frame) return;
    this.waiting = units && this.waiting !== undefined ? (this.waiting === null ? null : [...this.waiting, ...units]) : units;
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = null;
      const some = this.waiting;
      this.waiting = undefined;
      this.paint(some);
    });
  },

  paint(units) {
    const { ratio, width, height } = this.frame;
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const area = units ? this.area(units) : [0, 0, width, height];
    if (area[2] <= area[0] || area[3] <= area[1]) return;
    context.save();
    context.beginPath();
    context.rect(area[0], area[1], area[2] - area[0], area[3] - area[1]);
    context.clip();
    context.clearRect(area[0], area[1], area[2] - area[0], area[3] - area[1]);
    const seen = this.seen(area);
    this.fills(context, seen);
    this.lines(context, area);
    this.marks(context, seen);
    this.labels(context, area);
    context.restore();
    this.canvas.dataset.painted = Number(this.canvas.dataset.painted ?? 0) + 1;
  },

  x(value) {
    return value * this.frame.scale - this.frame.left;
  },

  y(value) {
    return value * this.frame.scale - this.frame.top;
  },

  area(units) {
    const { box } = this.shapes;
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const unit of units) {
      west = Math.min(west, this.x(box[4 * unit]));
      north = Math.min(north, this.y(box[4 * unit + 1]));
      east = Math.max(east, this.x(box[4 * unit + 2]));
      south = Math.max(south, this.y(box[4 * unit + 3]));
    }
    return [Math.max(0, west - 4), Math.max(0, north - 4), Math.min(this.frame.width, east + 4), Math.min(this.frame.height, south + 4)];
  },

  seen(area) {
    const { box, size } = this.shapes;
    const found = [];
    for (let unit = 0; unit < size; unit += 1) {
      if (this.x(box[4 * unit + 2]) < area[0] || this.x(box[4 * unit]) > area[2]) continue;
      if (this.y(box[4 * unit + 3]) < area[1] || this.y(box[4 * unit + 1]) > area[3]) continue;
      found.push(unit);
    }
    return found;
  },

  // A corner within a pixel of the last one is passed over: a town of thousands of units is drawn as it can be seen.
  trace(context, unit) {
    const { first, ring, x, y } = this.shapes;
    const { scale, left, top } = this.frame;
    for (let r = first[unit]; r < first[unit + 1]; r += 1) {
      let [px, py] = [x[ring[r]] * scale - left, y[ring[r]] * scale - top];
      context.moveTo(px, py);
      let drawn = 0;
      for (let i = ring[r] + 1; i < ring[r + 1]; i += 1) {
        const [qx, qy] = [x[i] * scale - left, y[i] * scale - top];
        if (Math.abs(qx - px) + Math.abs(qy - py) < STEP_PX) continue;
        context.lineTo(qx, qy);
        [px, py] = [qx, qy];
        drawn += 1;
      }
      if (drawn > 1) context.closePath();
    }
  },

  // One path a colour: a thousand units are filled with six strokes of the brush.
  fills(context, seen) {
    const groups = new Map();
    const hatched = new Map();
    for (const unit of seen) {
      const key = this.view.part[unit];
      const colour = this.view.nobody?.(key) ? this.ink.nobody : this.ink.fill[this.view.hue.get(key)];
      (groups.get(colour) ?? groups.set(colour, []).get(colour)).push(unit);
      if (key !== this.view.today[unit]) (hatched.get(colour) ?? hatched.set(colour, []).get(colour)).push(unit);
    }
    for (const [colour, units] of groups) this.fill(context, units, colour, 0.5);
    for (const [colour, units] of hatched) this.fill(context, units, this.pattern(context, colour), 1);
  },

  fill(context, units, style, alpha) {
    context.globalAlpha = alpha;
    context.fillStyle = style;
    context.beginPath();
    for (const unit of units) this.trace(context, unit);
    context.fill("evenodd");
    context.globalAlpha = 1;
  },

  // Slanted lines in the grid's own colour: ground that is not where it is today.
  pattern(context, colour) {
    const ratio = this.frame.ratio;
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8 * ratio;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 2 * ratio;
    for (const start of [-8, 0, 8]) {
      pen.moveTo(start * ratio, 8 * ratio);
      pen.lineTo((start + 8) * ratio, 0);
    }
    pen.stroke();
    const made = context.createPattern(tile, "repeat");
    made.setTransform(new DOMMatrix().scale(1 / ratio));
    return made;
  },

  lines(context, area) {
    const { edge, x, y, size } = this.shapes;
    const { part, today } = this.view;
    const roomy = this.frame.scale * this.spacing() > ROOMY_PX || size < 200;
    const kinds = { unit: [], before: [], grid: [] };
    for (let i = 0; i < edge.one.length; i += 1) {
      const [a, b] = [edge.one[i], edge.other[i]];
      const kind = b < 0 || part[a] !== part[b] ? "grid" : today[a] !== today[b] ? "before" : "unit";
      if (kind === "unit" && !roomy) continue;
      const [x1, y1, x2, y2] = [this.x(x[edge.from[i]]), this.y(y[edge.from[i]]), this.x(x[edge.to[i]]), this.y(y[edge.to[i]])];
      if ((x1 < area[0] && x2 < area[0]) || (x1 > area[2] && x2 > area[2]) || (y1 < area[1] && y2 < area[1]) || (y1 > area[3] && y2 > area[3])) continue;
      kinds[kind].push(x1, y1, x2, y2);
    }
    this.stroke(context, kinds.unit, this.ink.unit, 0.75);
    this.stroke(context, kinds.before, this.ink.before, 2, [5, 4]);
    this.stroke(context, kinds.grid, this.ink.grid, this.frame.scale * this.spacing() > 3 ? 2.5 : 1.25);
  },

  // How wide a unit is in the middle, on the plane.
  spacing() {
    if (this.wide === undefined) {
      const { box, size } = this.shapes;
      const widths = Float64Array.from({ length: size }, (_, unit) => box[4 * unit + 2] - box[4 * unit]).sort();
      this.wide = widths[size >> 1];
    }
    return this.wide;
  },

  stroke(context, lines, style, width, dash = []) {
    context.beginPath();
    for (let i = 0; i < lines.length; i += 4) {
      context.moveTo(lines[i], lines[i + 1]);
      context.lineTo(lines[i + 2], lines[i + 3]);
    }
    Object.assign(context, { strokeStyle: style, lineWidth: width, lineCap: dash.length ? "butt" : "round" });
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  },

  marks(context, seen) {
    const { chosen, marked, warned, part } = this.view;
    if (chosen !== undefined && chosen !== null) this.around(context, (unit) => part[unit] === chosen, this.ink.chosen);
    if (marked?.size) this.around(context, (unit) => marked.has(unit), this.ink.chosen);
    if (warned?.size) this.around(context, (unit) => warned.has(unit), this.ink.warn, [8, 4]);
    for (const unit of seen) if (this.view.held?.has(unit)) this.lock(context, unit);
  },

  // The line around some units together, not around each of them.
  around(context, has, style, dash = []) {
    const { edge, x, y } = this.shapes;
    const found = [];
    for (let i = 0; i < edge.one.length; i += 1) {
      const inside = has(edge.one[i]);
      if (inside === (edge.other[i] >= 0 && has(edge.other[i]))) continue;
      found.push(this.x(x[edge.from[i]]), this.y(y[edge.from[i]]), this.x(x[edge.to[i]]), this.y(y[edge.to[i]]));
    }
    this.stroke(context, found, style, 4, dash);
  },

  lock(context, unit) {
    const [x, y] = [this.x(this.shapes.middle[2 * unit]), this.y(this.shapes.middle[2 * unit + 1])];
    Object.assign(context, { fillStyle: this.ink.label, strokeStyle: this.ink.label, lineWidth: 2 });
    context.fillRect(x - 6, y - 1, 12, 9);
    context.beginPath();
    context.arc(x, y - 1, 4, Math.PI, 0);
    context.stroke();
  },

  // A label stands in the middle of a grid's units, where there is room for it: the name, or what is short, or nothing.
  labels(context, area) {
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round", fillStyle: this.ink.label, strokeStyle: this.ink.halo });
    const taken = [];
    for (const [key, spot] of this.spots()) {
      const wide = (spot.east - spot.west) * this.frame.scale;
      const [x, y] = [this.x(spot.x), this.y(spot.y)];
      if (x < -120 || x > this.frame.width + 120 || y < -20 || y > this.frame.height + 20) continue;
      const words = [this.view.name(key), this.view.short(key)].find((one) => this.width(one) < wide && free(taken, x, y, this.width(one)));
      if (!words) continue;
      taken.push([x, y, this.width(words)]);
      if (x < area[0] - 120 || x > area[2] + 120 || y < area[1] - 20 || y > area[3] + 20) continue;
      context.font = `600 13px ${FONT}`;
      context.lineWidth = 4;
      context.strokeText(words, x, y);
      context.fillText(words, x, y);
    }
  },

  width(words) {
    let wide = 8;
    for (const sign of words) wide += sign.charCodeAt(0) > 0x2e80 ? 13 : 7.5;
    return wide;
  },

  spots() {
    const found = new Map();
    const { middle, box, size } = this.shapes;
    for (let unit = 0; unit < size; unit += 1) {
      const key = this.view.part[unit];
      const spot = found.get(key) ?? found.set(key, { n: 0, sx: 0, sy: 0, west: Infinity, east: -Infinity }).get(key);
      const weight = (box[4 * unit + 2] - box[4 * unit]) * (box[4 * unit + 3] - box[4 * unit + 1]);
      spot.n += weight;
      spot.sx += middle[2 * unit] * weight;
      spot.sy += middle[2 * unit + 1] * weight;
      spot.west = Math.min(spot.west, box[4 * unit]);
      spot.east = Math.max(spot.east, box[4 * unit + 2]);
    }
    const best = new Map();
    for (let unit = 0; unit < size; unit += 1) {
      const spot = found.get(this.view.part[unit]);
      const away = (middle[2 * unit] - spot.sx / spot.n) ** 2 + (middle[2 * unit + 1] - spot.sy / spot.n) ** 2;
      if (away < (best.get(spot) ?? Infinity)) {
        best.set(spot, away);
        [spot.x, spot.y] = [middle[2 * unit], middle[2 * unit + 1]];
      }
    }
    return found;
  },

  // The unit under a point of the map's window, or -1.
  under(point) {
    const spot = this.map.containerPointToLayerPoint(point).add(this.map.getPixelOrigin()).divideBy(2 ** this.map.getZoom());
    return this.shapes.at(spot.x, spot.y);
  },
});
