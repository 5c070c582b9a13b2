// Public matters of the window, for visitors: category, state, grid, day; no words, no person. Before: /layers/matters.geojson.
// After: card.js. Near ones are gathered here by the screen, so that the town stays calm from far away.

import { cluster, mark } from "./marks.js";
import { element, getJson, newest, tell } from "./page.js";
import { say } from "./words.js";

const CELL_PX = 56;
const CLOSEST = 18;

export function matters(map, { url, shown }) {
  const layer = L.layerGroup();
  const load = newest((signal) => show(map, layer, url, signal));
  const refresh = () => map.hasLayer(layer) && load().catch((fault) => tell(map, say("failed", { reason: fault.message })));
  map.on("moveend", refresh);
  map.on("layeradd", (event) => event.layer === layer && refresh());
  map.pieces.matters = layer;
  if (shown) layer.addTo(map);
}

async function show(map, layer, url, signal) {
  const box = map.getBounds();
  const sides = [Math.max(-180, box.getWest()), Math.max(-90, box.getSouth()), Math.min(180, box.getEast()), Math.min(90, box.getNorth())];
  const { features } = await getJson(`${url}?bbox=${sides.map((side) => side.toFixed(6)).join(",")}`, signal);
  layer.clearLayers();
  for (const group of gathered(map, features)) layer.addLayer(marker(map, group));
}

function gathered(map, features) {
  const cells = new Map();
  for (const feature of features) {
    const [lon, lat] = feature.geometry.coordinates;
    const at = map.project([lat, lon]);
    const cell = `${Math.floor(at.x / CELL_PX)} ${Math.floor(at.y / CELL_PX)}`;
    if (!cells.has(cell)) cells.set(cell, []);
    cells.get(cell).push(feature);
  }
  return cells.values();
}

function marker(map, group) {
  const [first] = group;
  const many = group.length > 1;
  const [lon, lat] = many ? middle(group) : first.geometry.coordinates;
  const rows = group.map((one) => one.properties);
  const drawing = many ? cluster({ count: rows.length, state: rows.find((one) => one.state !== "closed")?.state ?? "acted" }) : drawn(rows[0]);
  const words = many ? say("mattersHere", { n: rows.length }) : [rows[0].category, rows[0].word, rows[0].grid].join(" · ");
  const made = L.marker([lat, lon], { icon: L.divIcon({ className: "mark-place", iconSize: [30, 30], html: drawing }), title: words, alt: words });
  made.on("click", () => {
    if (many && map.getZoom() < CLOSEST) map.flyTo([lat, lon], Math.min(map.getZoom() + 2, CLOSEST));
    else map.fire("wangge:matters", { matters: rows });
  });
  return made;
}

// What is done has no mark of its own among the open ones: a tick says it.
function drawn(one) {
  return one.state === "closed" ? element("span", { class: "matter-done", "aria-hidden": "true" }, "✓") : mark(one.state, {});
}

function middle(group) {
  const sum = (axis) => group.reduce((all, one) => all + one.geometry.coordinates[axis], 0) / group.length;
  return [sum(0), sum(1)];
}
