// The town drawn from shapes that are in the page itself, for a file that may ask for nothing.
// Before: state.js. After: theme.js colours the grids by the state.

import { element, icon } from "./page.js";
import { cluster, describe, mark } from "./marks.js";
import { State } from "./state.js";
import { language, say } from "./words.js";

const NAMES_ZOOM = 16;
const SVG = "http://www.w3.org/2000/svg";

export function outlines(map, { ground, roads, areas, grids, gaps }) {
  map.state = new State();
  map.getContainer().append(hatch());
  for (const [kind, dimension, shape] of ground) shapeOf(shape, `ground ground-${dimension}-${kind}`).addTo(map);
  for (const [kind, shape] of roads) shapeOf(shape, `road road-${kind}`).addTo(map);
  const drawn = grids.map((grid) => drawnGrid(map, grid));
  const above = L.layerGroup(areas.map(([level, shape]) => shapeOf(shape, `area area-${level}`)));
  const layers = { grids: L.layerGroup(drawn.flatMap((one) => [one.layer, one.label])), communities: above };
  const paint = () => {
    for (const [name, layer] of Object.entries(layers)) {
      if (map.state.shown[name]) layer.addTo(map);
      else layer.remove();
    }
    for (const one of drawn) one.paint();
  };
  if (gaps.length) map.pieces.gaps = L.layerGroup(gaps.map(([lon, lat]) => gap(lon, lat))).addTo(map);
  map.state.listeners.push(paint);
  map.on("zoomend", paint);
  paint();
}

function shapeOf(shape, className) {
  return L.geoJSON(shape, { interactive: false, style: () => ({ className }) });
}

function drawnGrid(map, grid) {
  const layer = L.geoJSON(grid.shape, { style: () => ({ className: "outline" }) });
  const words = element("span");
  const label = L.marker([grid.at[1], grid.at[0]], { icon: L.divIcon({ className: "outline-label", iconSize: null, html: words }), interactive: false, keyboard: false });
  layer.on("click", () => map.state.openGrid?.(grid));
  const paint = () => {
    const { figure, chosen } = map.state;
    const place = figure ? figure.classOf(grid.id) : undefined;
    const shade = place === undefined ? "" : place === null ? " is-hatched" : ` shade-${figure.shade(place) + 1}`;
    layer.eachLayer((part) => part.getElement()?.setAttribute("class", `outline leaflet-interactive${shade}${chosen === grid.id ? " is-chosen" : ""}`));
    words.textContent = map.getZoom() >= NAMES_ZOOM ? [grid.name || grid.code, figure?.label(grid.id)].filter(Boolean).join(" ") : (figure?.label(grid.id) ?? grid.code.slice(-3));
  };
  return { layer, label, paint };
}

// Slanted lines for "no data", asked for by the style sheet.
function hatch() {
  const made = (name, attributes, ...children) => {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    part.append(...children);
    return part;
  };
  const line = made("path", { d: "M-2 2 2-2M0 8 8 0M6 10 10 6" });
  return made("svg", { class: "hatch-defs", "aria-hidden": "true", width: 0, height: 0 }, made("pattern", { id: "hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse" }, line));
}

function gap(lon, lat) {
  return L.marker([lat, lon], { icon: L.divIcon({ className: "mark-place", iconSize: [26, 26], html: element("span", { class: "gap-mark" }, "?") }), title: say("gap"), keyboard: false });
}

// Open cases by square of ground: how many and the worst state, nobody's door.
export function squares(map, { found, square_m: side, shown }) {
  const markers = found.map(([lon, lat, count, state, late, soon]) => {
    const worst = { count, state, late, soon };
    const html = count > 1 ? cluster(worst) : mark(state, worst);
    const title = `${describe(worst, language)} · ${say("square", { m: side })}`;
    return L.marker([lat, lon], { icon: L.divIcon({ className: "mark-place", iconSize: [30, 30], html }), title, keyboard: false, zIndexOffset: late ? 1000 : 0 });
  });
  map.pieces.cases = L.layerGroup(markers);
  if (shown) map.pieces.cases.addTo(map);
}

// The card of the grid under a click, from what the file holds.
export function outlineCard(map) {
  const card = element("aside", { class: "map-card", "aria-live": "polite", tabindex: "-1", hidden: true });
  map.panel("side").append(card);
  const close = () => {
    card.hidden = true;
    map.state.set({ chosen: null });
  };
  map.state.openGrid = (grid) => {
    const shut = element("button", { type: "button", class: "map-button map-close", "aria-label": say("close"), onclick: close }, icon("close"));
    const head = element("header", {}, element("p", { class: "card-where" }, grid.above), element("h2", {}, grid.name || grid.code), element("p", { class: "card-code" }, grid.code));
    const late = grid.late ? element("span", { class: "flag is-late" }, say("lateUnit", { n: grid.late })) : null;
    card.replaceChildren(shut, head, element("p", { class: "card-open" }, element("strong", {}, say("openUnit", { n: grid.open })), late), ...parts(map.state.figure, grid.id));
    card.hidden = false;
    map.state.set({ chosen: grid.id });
  };
  map.getContainer().addEventListener("keydown", (event) => event.key === "Escape" && !card.hidden && close());
}

// A figure carries its parts.
function parts(figure, id) {
  if (!figure) return [];
  const given = figure.found.grids[id]?.parts;
  const unit = figure.found.unit[language];
  const words = given ? `${given[0]} ${unit}${given[2] === 1 ? "" : ` (${given[1]}/${given[2]})`}` : say("noData");
  return [element("section", {}, element("h3", {}, figure.found.name[language]), element("p", {}, words))];
}
