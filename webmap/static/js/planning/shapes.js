// Units of ground as flat arrays: where their corners are on the map's plane, which edge lies between which units, which
// unit is under a point. Before: ground.json. After: layer.js, draft.js. Nothing here knows of grids.

const WORLD = 256;

export class Shapes {
  constructor(ground) {
    this.size = ground.shapes.length;
    this.steps = ground.steps;
    this.#read(ground.shapes);
    this.#place();
    this.#edges();
  }

  // Corners in whole steps of a degree, rings one behind the other; a unit's rings are first[u] to first[u + 1].
  #read(shapes) {
    const rings = shapes.map((polygons) => polygons.flat());
    const corners = rings.reduce((sum, some) => sum + some.reduce((part, ring) => part + ring.length / 2, 0), 0);
    this.lon = new Int32Array(corners);
    this.lat = new Int32Array(corners);
    this.first = new Int32Array(this.size + 1);
    this.ring = [];
    let at = 0;
    rings.forEach((some, unit) => {
      this.first[unit] = this.ring.length;
      for (const ring of some) {
        this.ring.push(at);
        let [x, y] = [0, 0];
        for (let i = 0; i < ring.length; i += 2) {
          x += ring[i];
          y += ring[i + 1];
          this.lon[at] = x;
          this.lat[at] = y;
          at += 1;
        }
      }
    });
    this.first[this.size] = this.ring.length;
    this.ring.push(at);
  }

  // Web Mercator at zoom 0, and the box and middle of every unit on it.
  #place() {
    this.x = new Float64Array(this.lon.length);
    this.y = new Float64Array(this.lon.length);
    for (let i = 0; i < this.lon.length; i += 1) [this.x[i], this.y[i]] = this.world(this.lon[i] / this.steps, this.lat[i] / this.steps);
    this.box = new Float64Array(4 * this.size);
    this.middle = new Float64Array(2 * this.size);
    for (let unit = 0; unit < this.size; unit += 1) this.#measure(unit);
  }

  world(lon, lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return [WORLD * (lon / 360 + 0.5), WORLD * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI))];
  }

  #measure(unit) {
    const [from, to] = [this.ring[this.first[unit]], this.ring[this.first[unit] + 1]];
    let [west, north, east, south, area, cx, cy] = [Infinity, Infinity, -Infinity, -Infinity, 0, 0, 0];
    for (let i = this.ring[this.first[unit]]; i < this.ring[this.first[unit + 1]]; i += 1) {
      west = Math.min(west, this.x[i]);
      east = Math.max(east, this.x[i]);
      north = Math.min(north, this.y[i]);
      south = Math.max(south, this.y[i]);
    }
    for (let i = from; i < to; i += 1) {
      const j = i + 1 < to ? i + 1 : from;
      const cross = (this.x[i] - west) * (this.y[j] - north) - (this.x[j] - west) * (this.y[i] - north);
      area += cross;
      cx += (this.x[i] + this.x[j] - 2 * west) * cross;
      cy += (this.y[i] + this.y[j] - 2 * north) * cross;
    }
    this.box.set([west, north, east, south], 4 * unit);
    const middle = area ? [west + cx / (3 * area), north + cy / (3 * area)] : [(west + east) / 2, (north + south) / 2];
    this.middle.set(middle, 2 * unit);
  }

  // Every edge once, with the units on its two sides; -1 where nobody is.
  #edges() {
    const point = this.#points();
    const many = this.lon.length;
    const known = new Map();
    const [from, to, one, other] = [[], [], [], []];
    for (let unit = 0; unit < this.size; unit += 1) {
      for (let r = this.first[unit]; r < this.first[unit + 1]; r += 1) {
        for (let i = this.ring[r]; i < this.ring[r + 1]; i += 1) {
          const j = i + 1 < this.ring[r + 1] ? i + 1 : this.ring[r];
          const [low, high] = point[i] < point[j] ? [point[i], point[j]] : [point[j], point[i]];
          if (low === high) continue;
          const key = low * many + high;
          const edge = known.get(key);
          if (edge === undefined) {
            known.set(key, from.length);
            from.push(i);
            to.push(j);
            one.push(unit);
            other.push(-1);
          } else other[edge] = unit;
        }
      }
    }
    this.edge = { from: Int32Array.from(from), to: Int32Array.from(to), one: Int32Array.from(one), other: Int32Array.from(other) };
  }

  // Corners at the same place have the same number.
  #points() {
    let [west, south, north] = [Infinity, Infinity, -Infinity];
    for (let i = 0; i < this.lon.length; i += 1) {
      west = Math.min(west, this.lon[i]);
      south = Math.min(south, this.lat[i]);
      north = Math.max(north, this.lat[i]);
    }
    const tall = north - south + 1;
    const number = new Map();
    const point = new Int32Array(this.lon.length);
    for (let i = 0; i < this.lon.length; i += 1) {
      const key = (this.lon[i] - west) * tall + this.lat[i] - south;
      let found = number.get(key);
      if (found === undefined) {
        found = number.size;
        number.set(key, found);
      }
      point[i] = found;
    }
    return point;
  }

  // The unit under a point of the plane, or -1.
  at(x, y) {
    const { box } = this;
    for (let unit = 0; unit < this.size; unit += 1) {
      const b = 4 * unit;
      if (x < box[b] || x > box[b + 2] || y < box[b + 1] || y > box[b + 3]) continue;
      if (this.#holds(unit, x, y)) return unit;
    }
    return -1;
  }

  #holds(unit, x, y) {
    let inside = false;
    for (let r = this.first[unit]; r < this.first[unit + 1]; r += 1) {
      const [from, to] = [this.ring[r], this.ring[r + 1]];
      for (let i = from, j = to - 1; i < to; j = i, i += 1) {
        const crosses = this.y[i] > y !== this.y[j] > y;
        if (crosses && x < ((this.x[j] - this.x[i]) * (y - this.y[i])) / (this.y[j] - this.y[i]) + this.x[i]) inside = !inside;
      }
    }
    return inside;
  }

  // The box of some units in degrees: [[south, west], [north, east]].
  bounds(units) {
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const unit of units) {
      west = Math.min(west, this.box[4 * unit]);
      north = Math.min(north, this.box[4 * unit + 1]);
      east = Math.max(east, this.box[4 * unit + 2]);
      south = Math.max(south, this.box[4 * unit + 3]);
    }
    return [[latitude(south), longitude(west)], [latitude(north), longitude(east)]];
  }
}

const longitude = (x) => (x / WORLD - 0.5) * 360;
const latitude = (y) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / WORLD))) * 180) / Math.PI;
