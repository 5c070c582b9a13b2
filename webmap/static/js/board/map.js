// The board's map: the cases that the list beside it is narrowed to; window, grid and marks narrow the list in turn.
// Before: map/tiles.js, map/marks.js. After: index.js.

import { element, getJson, icon, newest, place, tell } from "../map/page.js";
import { cluster, describe, mark } from "../map/marks.js";
import { vectorTiles } from "../map/tiles.js";
import { language, say } from "../map/words.js";

const ROOM_PX2 = 6000;
const VIEW = "wangge-board-view";
const CLOSE = 17;
// a town rarely fits a frame at a whole zoom
const FINE = 0.25;

// `ask()` gives the query of the list; `open(id)` shows a case; `chooseGrid(id)` narrows to a grid.
export function boardMap(box, { ask, open, chooseGrid, url = "/board/marks.geojson", still = false }) {
  const map = L.map(box, { attributionControl: false, zoomControl: false, minZoom: 8, maxZoom: 20, keyboard: !still, dragging: !still, scrollWheelZoom: !still, zoomSnap: FINE });
  look(map, box, still);
  vectorTiles(map, { base: "/tiles/base/{z}/{x}/{y}.pbf", division: "/tiles/division/{z}/{x}/{y}.pbf" });
  const layer = L.layerGroup().addTo(map);
  let chosen = null;
  let stands = null;
  const load = newest(async (signal) => {
    const { features } = await getJson(`${url}?${window_(map)}&${ask()}`, signal);
    layer.clearLayers();
    for (const group of stacked(features)) layer.addLayer(marker(map, group, open, chosen));
    // within a cluster, or left out by the filter, what is chosen still shows where it is
    if (stands && !features.some((row) => row.id === chosen)) layer.addLayer(ring(stands));
    box.dataset.cases = features.reduce((sum, row) => sum + row.properties.count, 0);
  });
  const refresh = () => load().catch((fault) => tell(map, say("failed", { reason: fault.message })));
  map.on("moveend", refresh);
  const inSight = () => { if (stands && !map.getBounds().pad(-0.08).contains(stands)) map.panTo(stands, { animate: false }); };
  // the pane below grows and shrinks
  new ResizeObserver(() => { map.invalidateSize(); map.fitAgain(); inSight(); }).observe(box);
  if (!still) {
    buttons(map);
    map.on("moveend", () => !map.whole && sessionStorage.setItem(VIEW, JSON.stringify([map.getCenter().lat, map.getCenter().lng, map.getZoom()])));
    map.on("click", async ({ latlng }) => {
      const found = await getJson(`/layers/at.json?lon=${latlng.lng.toFixed(7)}&lat=${latlng.lat.toFixed(7)}`).catch(() => ({}));
      if (found.grid_id) chooseGrid(found.grid_id);
    });
  }
  refresh();
  return {
    map,
    refresh,
    sides: () => sides(map).join(","),
    grid: (id) => map.state.set({ chosen: id }),
    // Show which case is chosen; the map moves only when its mark is out of sight.
    choose(id, at) {
      chosen = id;
      stands = at || null;
      if (at && !map.getBounds().pad(-0.08).contains(at)) map.setView(at, Math.max(map.getZoom(), CLOSE - 1));
      else refresh();
    },
  };
}

function look(map, box, still) {
  const [west, south, east, north] = box.dataset.bounds.split(",").map(Number);
  const bounds = L.latLngBounds([south, west], [north, east]);
  const fit = () => {
    map.whole = true;
    fitting = true;
    map.fitBounds(bounds.pad(0.02), { animate: false });
    fitting = false;
  };
  let fitting = false;
  map.on("movestart", () => { map.whole = map.whole && fitting; });
  // a frame that changed its size shows the whole town again, unless somebody moved the map
  map.fitAgain = () => { if (map.whole) fit(); };
  const kept = still ? null : JSON.parse(sessionStorage.getItem(VIEW) ?? "null");
  if (kept && bounds.pad(1).contains([kept[0], kept[1]])) map.setView([kept[0], kept[1]], kept[2], { animate: false });
  else fit();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", say("map"));
}

function buttons(map) {
  const button = (name, word, work) => element("button", { type: "button", class: "map-button", "aria-label": say(word), title: say(word), onclick: work }, icon(name));
  place(map, "topright", element("div", { class: "map-buttons" }, button("plus", "zoomIn", () => map.zoomIn()), button("minus", "zoomOut", () => map.zoomOut())));
}

function sides(map) {
  const box = map.getBounds();
  return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((side, index) => Math.max(-180 + 90 * (index % 2), Math.min(180 - 90 * (index % 2), side)).toFixed(6));
}

function window_(map) {
  const { x, y } = map.getSize();
  const most = Math.max(20, Math.min(500, Math.round((x * y) / ROOM_PX2)));
  return `bbox=${sides(map).join(",")}&zoom=${Math.round(map.getZoom())}&most=${most}`;
}

// Cases at one door are one mark with a number.
function stacked(features) {
  const doors = Map.groupBy ? Map.groupBy(features, door) : grouped(features);
  return [...doors.values()];
}

const door = (feature) => feature.geometry.coordinates.join(",");

function grouped(features) {
  const doors = new Map();
  for (const feature of features) doors.set(door(feature), [...(doors.get(door(feature)) ?? []), feature]);
  return doors;
}

function marker(map, group, open, chosen) {
  const [lon, lat] = group[0].geometry.coordinates;
  const many = group[0].properties.count > 1;
  const row = [...group].sort((one, other) => other.properties.late - one.properties.late || other.properties.soon - one.properties.soon)[0];
  const here = group.some((one) => one.id === chosen);
  const icon_ = L.divIcon({
    className: `mark-place${here ? " is-chosen" : ""}`,
    iconSize: [30, 30],
    html: many ? cluster(row.properties) : mark(row.properties.state, { ...row.properties, count: group.length }),
  });
  const made = L.marker([lat, lon], { icon: icon_, title: describe(row.properties, language), riseOnHover: true, zIndexOffset: here ? 2000 : row.properties.late ? 1000 : 0 });
  made.on("click", () => (many ? map.flyTo([lat, lon], Math.min(map.getZoom() + 2, 19)) : open?.((group.find((one) => one.id === chosen) ? next(group, chosen) : row).id)));
  return made;
}

function ring(at) {
  const made = L.divIcon({ className: "mark-place is-chosen", iconSize: [30, 30] });
  return L.marker(at, { icon: made, interactive: false, keyboard: false, zIndexOffset: 3000 });
}

// Pressing a door again shows its next case.
function next(group, chosen) {
  return group[(group.findIndex((one) => one.id === chosen) + 1) % group.length];
}
