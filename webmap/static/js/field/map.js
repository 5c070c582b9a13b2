// My grids on a map, with what is to do on it; and the tiles of these grids kept for when there is no network.
// Before: vendor Leaflet, map/tiles.js, map/marks.js. After: index.js.

import { mark } from "../map/marks.js";
import { element } from "../map/page.js";
import { vectorTiles } from "../map/tiles.js";
import { due, say } from "./words.js";

const TILES = (name) => `/tiles/${name}/{z}/{x}/{y}.pbf`;
const KEPT_ZOOMS = [11, 12, 13, 14, 15];
const MOST_TILES = 400;
const CLOSE = 17;
export const CACHE = "wangge-tiles";

export class DayMap {
  constructor(box, { choose, pick }) {
    this.box = box;
    this.choose = choose;
    this.map = L.map(box, { attributionControl: false, minZoom: 10, maxZoom: 19, zoomAnimation: false, zoomControl: false });
    L.control.zoom({ position: "topright" }).addTo(this.map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(this.map);
    this.layer = L.layerGroup();
    this.lines = L.layerGroup();
    this.bounds = null;
    this.pin = null;
    this.map.on("click", ({ latlng }) => pick(latlng));
  }

  // The view must be set before the tiles are added: the canvas asks for its centre at once.
  draw(day, chosen) {
    if (!day.bounds) return;
    const [west, south, east, north] = day.bounds;
    const bounds = L.latLngBounds([south, west], [north, east]);
    if (!this.bounds) {
      this.map.fitBounds(bounds.pad(0.05), { animate: false });
      vectorTiles(this.map, { base: TILES("base"), division: TILES("division") });
      this.lines.addTo(this.map);
      this.layer.addTo(this.map);
    } else if (!this.bounds.equals(bounds)) this.map.fitBounds(bounds.pad(0.05), { animate: false });
    this.bounds = bounds;
    this.#draw(day, chosen);
  }

  #draw(day, chosen) {
    this.lines.clearLayers();
    this.layer.clearLayers();
    for (const grid of day.grids) this.lines.addLayer(L.geoJSON(grid.outline, { className: "my-grid", interactive: false }));
    if (day.round) {
      const way = day.round.line.map(([lon, lat]) => [lat, lon]);
      if (way.length > 1) this.lines.addLayer(L.polyline(way, { className: "way way-ahead", interactive: false }));
    }
    for (const one of day.cases) if (one.lon !== null && this.#shows(one)) this.#mark(`case:${one.id}`, one.lat, one.lon, caseMark(one), one.text, chosen);
    for (const door of day.doors) this.#mark(`door:${door.id}`, door.lat, door.lon, element("span", { class: "door-mark" }), door.label, chosen);
  }

  #shows(one) {
    return !["acted", "refused", "void"].includes(one.state);
  }

  #mark(key, lat, lon, drawn, title, chosen) {
    const holder = element("span", { class: `mark-place${key === chosen ? " is-chosen" : ""}` }, drawn);
    const icon = L.divIcon({ className: "day-mark", iconSize: [44, 44], html: holder });
    this.layer.addLayer(L.marker([lat, lon], { icon, title, alt: title, keyboard: false, zIndexOffset: key === chosen ? 1000 : 0 }).on("click", ({ latlng }) => this.choose(key, latlng)));
  }

  // To the middle of what is seen of the map: `covered` pixels on its right lie under the panel.
  go(lat, lon, covered) {
    if (!this.bounds) return;
    this.map.setView([lat, lon], Math.max(this.map.getZoom(), CLOSE), { animate: false });
    this.map.panBy([covered / 2, 0], { animate: false });
  }

  // Where something seen is reported.
  put(point) {
    this.pin?.remove();
    this.pin = point ? L.marker([point.lat, point.lon], { icon: L.divIcon({ className: "pin-point", iconSize: [28, 28], iconAnchor: [14, 28] }), interactive: false, keyboard: false }).addTo(this.map) : null;
  }

  centre() {
    return this.map.getCenter();
  }

  resize() {
    this.map.invalidateSize({ animate: false });
  }

  name() {
    this.box.setAttribute("role", "region");
    this.box.setAttribute("aria-label", say("mapName"));
  }
}

function caseMark(one) {
  const { kind } = due(one.due_at);
  return mark(one.state in { assigned: 1, accepted: 1, paused: 1, transferred: 1, pre_check: 1, queued: 1, reported: 1 } ? one.state : "acted", { late: kind === "late", soon: kind === "soon" });
}

// The addresses of the tiles of my grids at the zooms that the map asks for.
export function tilesOf([west, south, east, north]) {
  const found = [];
  for (const zoom of KEPT_ZOOMS) {
    const [left, top] = tileAt(west, north, zoom);
    const [right, bottom] = tileAt(east, south, zoom);
    for (let column = left; column <= right; column += 1) {
      for (let row = top; row <= bottom; row += 1) found.push(`/tiles/base/${zoom}/${column}/${row}.pbf`, `/tiles/division/${zoom}/${column}/${row}.pbf`);
    }
  }
  return found.slice(0, MOST_TILES);
}

function tileAt(lon, lat, zoom) {
  const count = 2 ** zoom;
  const radians = (lat * Math.PI) / 180;
  return [Math.floor(((lon + 180) / 360) * count), Math.floor(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * count)];
}

// Keep the tiles of my grids and nothing else: ground that is no longer mine goes.
export async function keepTiles(bounds) {
  const wanted = new Set(bounds ? tilesOf(bounds) : []);
  const cache = await caches.open(CACHE);
  const there = new Map();
  for (const request of await cache.keys()) there.set(new URL(request.url).pathname, request);
  for (const [address, request] of there) if (!wanted.has(address)) await cache.delete(request, { ignoreVary: true });
  for (const address of wanted) {
    if (there.has(address)) continue;
    const answer = await fetch(address).catch(() => null);
    if (!answer) return false;
    if (answer.ok) await cache.put(address, answer);
  }
  return true;
}
