// Positions of a running round, gathered until there are enough to be kept. Before: near.js. After: ../field/track.js.

import { keepTrack } from "../field/track.js";

const BATCH_MS = 20000;
const MOST = 200;

export class Fixes {
  constructor(round) {
    this.round = round;
    this.gathered = [];
    setInterval(() => this.keep(), BATCH_MS);
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.keep(); });
  }

  add({ coords, timestamp }) {
    this.gathered.push([timestamp / 1000, coords.longitude, coords.latitude, coords.accuracy]);
    if (this.gathered.length >= MOST) this.keep();
  }

  // Put what is held in memory where it outlives the page.
  async keep() {
    if (!this.gathered.length) return;
    const fixes = this.gathered;
    this.gathered = [];
    if (!(await keepTrack(this.round, fixes))) this.gathered = [...fixes, ...this.gathered].slice(-MOST);
  }
}
