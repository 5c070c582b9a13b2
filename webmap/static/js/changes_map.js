// A map of the ground that changes hands: each piece numbered as the list beside it. Before: vendor Leaflet, map/tiles.js.
// After: the impact of a plan, the difference between two dates.

import { getJson } from "./map/page.js";
import { vectorTiles } from "./map/tiles.js";
import { say } from "./map/words.js";

const TILES = (name, at) => `/tiles/${name}/{z}/{x}/{y}.pbf${at ? `?at=${at}` : ""}`;

async function begin(box) {
  const found = await getJson(box.dataset.src);
  if (found.features.length === 0) return;
  const ground = L.geoJSON(found, { style: { className: "changed-ground" }, interactive: false });
  const map = L.map(box, { attributionControl: false, scrollWheelZoom: false, zoomControl: false, zoomSnap: 0.25, minZoom: 10, maxZoom: 19 });
  L.control.zoom({ zoomInTitle: say("zoomIn"), zoomOutTitle: say("zoomOut") }).addTo(map);
  map.fitBounds(ground.getBounds().pad(0.05), { animate: false });
  vectorTiles(map, { base: TILES("base"), division: TILES("division", box.dataset.at) });
  ground.addTo(map);
  for (const { properties: { number, inner: [lon, lat] } } of found.features) {
    const icon = L.divIcon({ className: "changed-number", html: String(number), iconSize: [26, 26] });
    L.marker([lat, lon], { icon, interactive: false, keyboard: false }).addTo(map);
  }
  box.dataset.drawn = String(found.features.length);
}

document.querySelectorAll("[data-changes-map]").forEach((box) => {
  begin(box).catch((fault) => { box.textContent = fault.message; });
});
