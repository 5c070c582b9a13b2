// The pieces of a map that stands in one file by itself. Before: the modules it names. After: webmap/maps/sheet.py puts
// them all into one script.

export { begin } from "./begin.js";
export { controls, corner, home } from "./controls.js";
export { heat } from "./heat.js";
export { outlineCard, outlines, squares } from "./outlines.js";
export { rounds } from "./rounds.js";
export { layerSwitch, panels } from "./switches.js";
export { marksOnly, theme } from "./theme.js";
