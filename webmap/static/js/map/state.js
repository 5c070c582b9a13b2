// What of the map is shown and how; a change tells those who paint. Before: palette.js. After: tiles.js, outlines.js.

import { palette } from "./palette.js";

export class State {
  constructor() {
    this.colours = palette();
    this.shown = { grids: true, communities: true, buildings: true };
    this.figure = null;
    this.leaders = {};
    this.chosen = null;
    this.listeners = [];
  }

  set(change) {
    Object.assign(this, change);
    for (const work of this.listeners) work();
  }
}
