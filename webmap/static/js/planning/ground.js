// The quiet base map under a draft. Before: vendor Leaflet, map/tiles.js. After: index.js, compare.js.

import { vectorTiles } from "../map/tiles.js";

const TILES = (name) => `/tiles/${name}/{z}/{x}/{y}.pbf`;

export function drawnMap(box, bounds) {
  const map = L.map(box, { attributionControl: false, minZoom: 6, maxZoom: 19, zoomAnimation: false, fadeAnimation: false, zoomSnap: 0.5 });
  map.fitBounds(L.latLngBounds(bounds).pad(0.03), { animate: false });
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  vectorTiles(map, { base: TILES("base"), division: TILES("division") });
  // today's grids are drawn by the draft itself
  map.state.set({ shown: { ...map.state.shown, grids: false } });
  return map;
}
