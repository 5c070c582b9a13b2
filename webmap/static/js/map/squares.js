// What lies around the window, asked for by squares of the map and kept: a pan asks only for squares nobody has seen yet. Before: page.js. After: cases.js.

import { getJson } from "./page.js";

const SIDE_PX = 256;
const AROUND = 0.1;

export class Squares {
  constructor(address, zoom) {
    Object.assign(this, { address, zoom });
    this.forget();
  }

  forget() {
    this.kept = new Map();
  }

  // The features of the window and a little around it; what lies on a side comes with both squares, and once.
  async around(map, signal) {
    const { kept } = this;
    const wanted = this.over(map, map.getBounds().pad(AROUND));
    const missing = wanted.filter((square) => !kept.has(square));
    await Promise.all(missing.map(async (square) => kept.set(square, (await getJson(`${this.address}/${square}.geojson`, signal)).features)));
    const features = wanted.flatMap((square) => kept.get(square));
    const seen = new Set();
    return features.filter(({ id }) => id === undefined || (!seen.has(id) && seen.add(id)));
  }

  over(map, bounds) {
    const [least, most] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => map.project(corner, this.zoom).divideBy(SIDE_PX).floor());
    const found = [];
    for (let column = least.x; column <= most.x; column += 1) {
      for (let row = least.y; row <= most.y; row += 1) found.push(`${column}/${row}`);
    }
    return found;
  }
}
