// Open cases of the window as marks; many come from the server as clusters. Before: marks.js. After: card.js shows one.

import { getJson, newest, tell } from "./page.js";
import { cluster, describe, mark } from "./marks.js";
import { language, say } from "./words.js";

const REFRESH_MS = 60_000;
const ROOM_PX2 = 8000;
const AROUND = 0.5;

export function cases(map, { url }) {
  const layer = L.layerGroup().addTo(map);
  const load = newest((signal) => show(map, layer, url, signal));
  const refresh = () => map.hasLayer(layer) && load().catch((fault) => tell(map, say("failed", { reason: fault.message })));
  map.on("moveend", () => !isKnown(map, layer) && refresh());
  map.on("layeradd", (event) => event.layer === layer && refresh());
  setInterval(refresh, REFRESH_MS);
  map.pieces.cases = layer;
  refresh();
}

// The marks around the window came with it: a short pan asks for none.
function isKnown(map, layer) {
  return layer.zoom === map.getZoom() && layer.around.contains(map.getBounds());
}

async function show(map, layer, url, signal) {
  const zoom = map.getZoom();
  const box = map.getBounds().pad(AROUND);
  const sides = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  const window = sides.map((side, index) => Math.max(-180 + 90 * (index % 2), Math.min(180 - 90 * (index % 2), side)).toFixed(6));
  const { x, y } = map.getSize();
  const most = Math.max(20, Math.min(500, Math.round((x * y * (1 + 2 * AROUND) ** 2) / ROOM_PX2)));
  const found = await getJson(`${url}?bbox=${window.join(",")}&zoom=${zoom}&most=${most}`, signal);
  const markers = stacked(found.features).map((group) => marker(map, group));
  Object.assign(layer, { zoom, around: box });
  layer.clearLayers();
  for (const one of markers) layer.addLayer(one);
  map.getContainer().dataset.cases = found.features.reduce((sum, row) => sum + row.properties.count, 0);
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
