// Colour the grids by a figure, and say in the legend what the colours mean. Before: tiles.js. After: nothing.

import { element, getJson, newest, quiet, tell } from "./page.js";
import { STATES, mark } from "./marks.js";
import { language, say } from "./words.js";

const SHADES = [[], [2], [1, 3], [0, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3, 4]];

export function figures(map, { url, names }) {
  const legend = element("section", { class: "map-legend", "aria-label": say("legend") });
  map.panel("legend").append(quiet(legend));
  const load = newest((signal, name) => getJson(`${url}?figure=${name}`, signal));
  const choose = async (name) => {
    try {
      const found = name ? await load(name) : null;
      if (found === undefined) return;
      map.state.set({ figure: found && readable(found) });
      drawLegend(map, legend, found);
      map.getContainer().dataset.figure = name;
    } catch (fault) {
      tell(map, say("failed", { reason: fault.message }));
    }
  };
  map.panel("layers").prepend(chooser(names, choose));
  drawLegend(map, legend, null);
  map.on("wangge:layers", () => drawLegend(map, legend, map.state.figure?.found ?? null));
}

function chooser(names, choose) {
  const option = (name, word, checked) => element("label", { class: "map-choice" },
    element("input", { type: "radio", name: "figure", value: name, checked, onchange: () => choose(name) }), word);
  return element("fieldset", { class: "map-group" }, element("legend", {}, say("colour")),
    option("", say("none"), true), ...names.map((name) => option(name, say(name), false)));
}

// What the painter asks of a figure: the class of a grid, its shade, and the words on it.
export function readable(found) {
  const { classes, grids } = found;
  const classOf = (id) => {
    const value = grids[id]?.value;
    if (value === null || value === undefined) return null;
    return classes.findIndex((row) => value <= row.high);
  };
  return { found, classOf, shade: (index) => SHADES[classes.length][index], label: (id) => shown(grids[id]?.value) };
}

function shown(value) {
  return value === null || value === undefined ? null : value.toLocaleString(language === "zh" ? "zh-CN" : "en");
}

export function drawLegend(map, legend, found) {
  const marks = map.pieces.cases && map.hasLayer(map.pieces.cases) ? marksLegend() : null;
  legend.replaceChildren(...[found && figureLegend(found), marks].filter(Boolean));
  legend.hidden = legend.childElementCount === 0;
}

export function figureLegend(found) {
  const unit = found.unit[language];
  const row = (swatch, words, count) => element("li", {}, element("span", { class: `swatch ${swatch}` }), element("span", {}, words), element("span", { class: "legend-count" }, say(found.counted ?? "gridsCount", { n: count })));
  const range = ({ low, high }) => (low === high ? `${shown(low)} ${unit}` : `${shown(low)}–${shown(high)} ${unit}`);
  const rows = found.classes.map((one, index) => row(`swatch-${SHADES[found.classes.length][index] + 1}`, range(one), one.count));
  if (found.no_data) rows.push(row("swatch-none", say("noData"), found.no_data));
  return element("div", {}, element("h2", {}, found.name?.[language] ?? say(found.figure)), element("ul", {}, ...rows), element("p", { class: "legend-method" }, found.method[language]));
}

function marksLegend() {
  const row = (state) => element("li", {}, mark(state), element("span", {}, say(state)));
  const late = element("li", {}, mark("accepted", { late: true }), element("span", {}, say("late")));
  const soon = element("li", {}, mark("accepted", { soon: true }), element("span", {}, say("soon")));
  return element("div", {}, element("h2", {}, say("cases")), element("ul", { class: "legend-marks" }, ...STATES.map(row), late, soon));
}
