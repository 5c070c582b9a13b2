// The vector tiles on the map: one canvas layer for the base map and the division, painted by the map's state.
// Before: rules.js. After: figures.js, switches.js and card.js change the state with `map.state.set(…)`.

import { getJson } from "./page.js";
import { onTheme, palette } from "./palette.js";
import { labelRules, paintRules } from "./rules.js";
import { State } from "./state.js";

const DEEPEST_DATA = 15;

export function vectorTiles(map, { base, division }) {
  const state = new State();
  map.state = state;
  const layer = protomapsL.leafletLayer({
    sources: { base: source(base), division: source(division) },
    backgroundColor: state.colours.paper,
    paintRules: paintRules(state),
    labelRules: labelRules(state),
    attribution: "",
    lang: document.documentElement.lang,
    minZoom: 8,
    maxZoom: 20,
    updateWhenIdle: false,
    keepBuffer: 1,
  }).addTo(map);
  map.vectorTiles = layer;
  state.listeners.push(() => repaint(layer, state));
  onTheme(() => state.set({ colours: palette() }));
  getJson(`/layers/leaders.json${map.day ? `?at=${map.day}` : ""}`).then((leaders) => state.set({ leaders }), () => {});
}

function source(url) {
  return { url, maxDataZoom: DEEPEST_DATA, levelDiff: 1 };
}

function repaint(layer, state) {
  layer.backgroundColor = state.colours.paper;
  layer.paintRules = paintRules(state);
  layer.labelRules = labelRules(state);
  layer.clearLayout();
  layer.rerenderTiles();
}
