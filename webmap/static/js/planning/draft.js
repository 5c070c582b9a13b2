// The draft as the screen knows it: which grid each unit is in, the grids, the table's rows, the breaches.
// Before: draft.json, and after every edit what changed. After: the map, the table and the lists listen to it.

export const HUES = 6;

export class Draft {
  constructor(ground, shapes) {
    this.ground = ground;
    this.shapes = shapes;
    this.size = shapes.size;
    this.today = Int32Array.from(ground.today);
    this.part = this.today.slice();
    this.parts = new Map();
    this.rows = new Map();
    this.held = new Set();
    this.hue = new Map();
    this.listeners = [];
  }

  listen(work) {
    this.listeners.push(work);
  }

  #tell(change) {
    for (const work of this.listeners) work(change);
  }

  take(whole) {
    this.part = Int32Array.from(whole.part);
    this.parts = new Map(whole.parts.map((part) => [part.key, part]));
    this.rows = new Map(whole.rows.map((row) => [row.key, row]));
    this.#head(whole);
    this.#colour();
    this.#tell({ all: true, units: null, rows: [...this.rows.keys()] });
  }

  apply(change) {
    for (const [key, units] of change.units) for (const unit of units) this.part[unit] = key;
    for (const part of change.parts) this.parts.set(part.key, part);
    for (const row of change.rows) this.rows.set(row.key, row);
    for (const key of change.gone) this.rows.delete(key);
    this.#head(change);
    this.#colour();
    this.#tell({ all: false, units: change.units.flatMap(([, units]) => units), rows: change.rows.map((row) => row.key), parts: change.parts.length > 0 });
  }

  // What the brush shows before the server has answered.
  expect(units, key) {
    for (const unit of units) this.part[unit] = key;
  }

  #head(told) {
    const { revision, undo, redo, held, faults, fault_count: many, hard, moved_units: units, moved_households: homes, grids, blocked } = told;
    Object.assign(this, { revision, undo, redo, held: new Set(held), faults, many, hard, moved: { units, homes }, grids, blocked });
  }

  name(key) {
    return this.parts.get(key)?.name ?? "";
  }

  // What a grid is called where there is little room: the end of its code, or its name.
  short(key) {
    const part = this.parts.get(key);
    return part.code ? part.code.slice(-3).replace(/^0(?=\d\d)/, "") : part.name;
  }

  used() {
    return [...new Set(this.part)].sort((a, b) => a - b);
  }

  unitsOf(key) {
    const found = [];
    for (let unit = 0; unit < this.size; unit += 1) if (this.part[unit] === key) found.push(unit);
    return found;
  }

  households(units) {
    return units.reduce((sum, unit) => sum + this.ground.counts.households[unit], 0);
  }

  // The grids beside each grid.
  beside() {
    const near = new Map();
    const { one, other } = this.shapes.edge;
    const put = (a, b) => (near.get(a) ?? near.set(a, new Set()).get(a)).add(b);
    for (let i = 0; i < one.length; i += 1) {
      if (other[i] < 0) continue;
      const [a, b] = [this.part[one[i]], this.part[other[i]]];
      if (a === b) continue;
      put(a, b);
      put(b, a);
    }
    return near;
  }

  // A grid keeps its hue while it is on the screen; a new one takes the hue its neighbours have least.
  #colour() {
    const missing = this.used().filter((key) => !this.hue.has(key));
    if (!missing.length) return;
    const near = this.beside();
    for (const key of missing) {
      const count = new Array(HUES).fill(0);
      for (const other of near.get(key) ?? []) if (this.hue.has(other)) count[this.hue.get(other)] += 1;
      const least = Math.min(...count);
      const free = count.flatMap((many, hue) => (many === least ? [hue] : []));
      this.hue.set(key, free[key % free.length]);
    }
  }
}
