// Open cases as marks: of the window, where many come as clusters; from near by squares. Before: marks.js, squares.js. After: card.js shows one.

import { getJson, newest, tell } from "./page.js";
import { cluster, describe, mark } from "./marks.js";
import { STREET_SCALE } from "./rules.js";
import { Squares } from "./squares.js";
import { language, say } from "./words.js";

const REFRESH_MS = 60_000;
const ROOM_PX2 = 8000;
const AROUND = 0.5;
const SQUARE_ZOOM = 15;

export function cases(map, { url, squares }) {
  const layer = L.layerGroup().addTo(map);
  const kept = new Squares(`${squares}/${SQUARE_ZOOM}`, SQUARE_ZOOM);
  const find = (signal) => (map.getZoom() < STREET_SCALE ? ofWindow(map, layer, url, signal) : kept.around(map, signal));
  const load = newest(async (signal) => draw(map, layer, await find(signal)));
  const refresh = () => map.hasLayer(layer) && load().catch((fault) => tell(map, say("failed", { reason: fault.message })));
  const again = () => { kept.forget(); refresh(); };
  map.on("moveend", () => !isKnown(map, layer) && refresh());
  map.on("layeradd", (event) => event.layer === layer && again());
  setInterval(again, REFRESH_MS);
  map.pieces.cases = layer;
  refresh();
}

// The marks around the window came with it: a short pan asks for none.
function isKnown(map, layer) {
  return map.getZoom() < STREET_SCALE && layer.zoom === map.getZoom() && layer.around.contains(map.getBounds());
}

async function ofWindow(map, layer, url, signal) {
  const zoom = map.getZoom();
  const around = map.getBounds().pad(AROUND);
  const sides = [around.getWest(), around.getSouth(), around.getEast(), around.getNorth()];
  const window = sides.map((side, index) => Math.max(-180 + 90 * (index % 2), Math.min(180 - 90 * (index % 2), side)).toFixed(6));
  const { x, y } = map.getSize();
  const most = Math.max(20, Math.min(500, Math.round((x * y * (1 + 2 * AROUND) ** 2) / ROOM_PX2)));
  const found = await getJson(`${url}?bbox=${window.join(",")}&zoom=${zoom}&most=${most}`, signal);
  Object.assign(layer, { zoom, around });
  return found.features;
}

function draw(map, layer, features) {
  layer.clearLayers();
  for (const group of stacked(features)) layer.addLayer(marker(map, group));
  map.getContainer().dataset.cases = features.reduce((sum, row) => sum + row.properties.count, 0);
}

// Cases at one door are one mark with a number.
function stacked(features) {
  const doors = new Map();
  for (const feature of features) {
    const door = feature.geometry.coordinates.join(",");
    if (!doors.has(door)) doors.set(door, []);
    doors.get(door).push(feature);
  }
  return [...doors.values()];
}

function marker(map, group) {
  const [first] = group;
  const [lon, lat] = first.geometry.coordinates;
  const clustered = first.properties.count > 1;
  const worst = clustered ? first.properties : worstOf(group);
  const made = L.marker([lat, lon], {
    icon: L.divIcon({
      className: "mark-place",
      iconSize: [30, 30],
      html: clustered ? cluster(worst) : mark(worst.state, { ...worst, count: group.length }),
    }),
    title: describe(worst, language),
    riseOnHover: true,
    zIndexOffset: worst.late ? 1000 : 0,
  });
  made.on("click", () => {
    if (clustered) map.flyTo([lat, lon], Math.min(map.getZoom() + 2, 19));
    else map.fire("wangge:cases", { cases: group.map((row) => ({ id: row.id, ...row.properties })) });
  });
  return made;
}

function worstOf(group) {
  const ranked = [...group].sort((one, other) => other.properties.late - one.properties.late || other.properties.soon - one.properties.soon);
  return ranked[0].properties;
}
