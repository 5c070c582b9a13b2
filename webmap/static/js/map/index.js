// The pieces of the map, by the names that the composed page calls. Before: every module of this folder.
// After: /map/compose.js, made by webmap/layers/compose.py.

export { begin } from "./begin.js";
export { cases } from "./cases.js";
export { gridCard } from "./card.js";
export { dayBar } from "./day.js";
export { controls, corner, home } from "./controls.js";
export { figures } from "./figures.js";
export { heat } from "./heat.js";
export { hotspots } from "./hotspots.js";
export { matters } from "./matters.js";
export { rounds } from "./rounds.js";
export { search } from "./search.js";
export { layerSwitch, panels } from "./switches.js";
export { theme } from "./theme.js";
export { vectorTiles } from "./tiles.js";
