// The map of a round: the way done solid and the rest dashed, stops numbered, where one stands.
// Before: vendor Leaflet, map/tiles.js. After: index.js, blind.js, outreach.js.

import { vectorTiles } from "../map/tiles.js";
import { say } from "../map/words.js";

const TILES = (name) => `/tiles/${name}/{z}/{x}/{y}.pbf`;

// With a snap below 1 the ground fills the frame; whole steps leave up to three quarters of it empty.
export function ground(box, points, { snap = 1, nearest = 17 } = {}) {
  const map = L.map(box, { attributionControl: false, minZoom: 10, maxZoom: 19, zoomAnimation: false, zoomSnap: snap, zoomControl: false });
  L.control.zoom({ zoomInTitle: say("zoomIn"), zoomOutTitle: say("zoomOut") }).addTo(map);
  map.fitBounds(L.latLngBounds(points).pad(snap < 1 ? 0.03 : 0.1), { maxZoom: nearest, animate: false });
  vectorTiles(map, { base: TILES("base"), division: TILES("division") });
  return map;
}

export class RoundMap {
  constructor(box, round) {
    this.map = ground(box, round.line.map(([lon, lat]) => [lat, lon]));
    this.layer = L.layerGroup().addTo(this.map);
    this.place = null;
    this.draw(round);
  }

  draw(round) {
    this.layer.clearLayers();
    const way = round.line.map(([lon, lat]) => L.latLng(lat, lon));
    const [behind, ahead] = split(way, round.stops);
    for (const [part, name] of [[behind, "way-behind"], [ahead, "way-ahead"]]) {
      if (part.length > 1) this.layer.addLayer(L.polyline(part, { className: `way ${name}`, interactive: false }));
    }
    round.stops.forEach((stop, index) => this.layer.addLayer(mark(stop, index)));
  }

  here({ latitude, longitude }) {
    this.place ??= L.circleMarker([latitude, longitude], { radius: 8, className: "here", interactive: false }).addTo(this.map);
    this.place.setLatLng([latitude, longitude]);
  }

  gone() {
    this.place?.remove();
    this.place = null;
  }
}

function mark(stop, index) {
  const done = stop.state !== "todo";
  const icon = L.divIcon({ className: "mark-place", iconSize: [22, 22], html: `<span class="stop${done ? " is-done" : ""}">${index + 1}</span>` });
  return L.marker([stop.lat, stop.lon], { icon, title: stop.label, keyboard: false });
}

// The way is behind up to the last stop that is done, in the order of the stops.
function split(way, stops) {
  const last = stops.reduce((found, stop, index) => (stop.state === "done" ? index : found), -1);
  if (last < 0) return [[], way];
  const stop = stops[last];
  const [lon, lat] = stop.turned || !stop.far ? [stop.lon, stop.lat] : stop.far;
  let at = 0;
  way.forEach((point, index) => { if (Math.abs(point.lat - lat) < 1e-7 && Math.abs(point.lng - lon) < 1e-7) at = index; });
  return [way.slice(0, at + 1), way.slice(at)];
}
