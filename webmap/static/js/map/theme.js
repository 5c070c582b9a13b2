// Colour the grids by a theme over steps of time; one set of classes for all steps, the counts for the step shown.
// Before: figures.js, slider.js. After: tiles.js or outlines.js paint what the state says.

import { element, getJson, quiet, tell } from "./page.js";
import { drawLegend, readable } from "./figures.js";
import { slider } from "./slider.js";
import { language, say } from "./words.js";

// From an address, or from what is here already.
export async function theme(map, { url, found }) {
  try {
    show(map, found ?? (await getJson(url)));
  } catch (fault) {
    tell(map, say("failed", { reason: fault.message }));
  }
}

function show(map, given) {
  const legend = legendPlace(map);
  const last = given.steps.length - 1;
  let shown = last;
  const go = (index) => {
    shown = index;
    const step = atStep(given, index);
    map.state.set({ figure: readable(step) });
    drawLegend(map, legend, step);
    map.getContainer().dataset.step = given.steps[index][language];
  };
  map.on("wangge:layers", () => drawLegend(map, legend, atStep(given, shown)));
  map.getContainer().dataset.theme = given.theme;
  if (last === 0) go(0);
  else slider(map, { name: say("months"), steps: given.steps.map((step) => step[language]), start: last, show: go });
}

// The legend of the marks alone, where nothing is coloured.
export function marksOnly(map) {
  const legend = legendPlace(map);
  drawLegend(map, legend, null);
  map.on("wangge:layers", () => drawLegend(map, legend, null));
}

function legendPlace(map) {
  const legend = element("section", { class: "map-legend", "aria-label": say("legend") });
  map.panel("legend").append(quiet(legend));
  return legend;
}

// One step in the shape that the figures of the map have: values by grid, classes with their counts.
function atStep(given, index) {
  const values = Object.entries(given.grids).map(([id, row]) => [id, row[index]]);
  const known = values.filter(([, value]) => value !== null);
  const classes = given.classes.map((one) => ({ ...one, count: 0 }));
  for (const [, [value]] of known) classes[classes.findIndex((one) => value <= one.high)].count += 1;
  const grids = Object.fromEntries(values.map(([id, value]) => [id, { value: value === null ? null : value[0], parts: value }]));
  return { ...given, classes, grids, no_data: values.length - known.length };
}
