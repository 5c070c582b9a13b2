// Today's rounds: the way in the brand's hue, solid behind and dashed ahead, ticks for the direction, stops numbered.
// Before: page.js. After: nothing.

import { element, getJson, tell } from "./page.js";
import { say, sayRound, sayTime } from "./words.js";

const TICK_EVERY_PX = 90;
const NEAR_ZOOM = 16;
const STOPS_ZOOM = 17;

// From an address, or from features that are here already.
export function rounds(map, { url, shown, features }) {
  const layer = L.layerGroup();
  const found = [];
  const redraw = () => draw(map, layer, found);
  map.on("zoomend", redraw);
  layer.on("add", async () => {
    try {
      found.splice(0, found.length, ...(features ?? (await getJson(url)).features));
      redraw();
    } catch (fault) {
      tell(map, say("failed", { reason: fault.message }));
    }
  });
  map.pieces.rounds = layer;
  if (shown) layer.addTo(map);
}

function draw(map, layer, features) {
  if (!map.hasLayer(layer)) return;
  layer.clearLayers();
  const near = map.getZoom() >= NEAR_ZOOM;
  map.getContainer().classList.toggle("is-far", !near);
  for (const feature of features) {
    const way = feature.geometry.coordinates.map(([lon, lat]) => L.latLng(lat, lon));
    const [behind, ahead] = split(map, way, feature.properties.done_share);
    const words = `${say("round", { member: feature.properties.member })} · ${sayRound(feature.properties.state)} · ${sayTime(feature.properties.starts_at)}`;
    for (const [part, name] of [[behind, "way-behind"], [ahead, "way-ahead"]]) {
      if (part.length > 1) layer.addLayer(L.polyline(part, { className: `way ${name}`, interactive: true }).bindTooltip(words, { sticky: true }));
    }
    if (near) layer.addLayer(L.polyline(ticks(map, way), { className: "way-tick", interactive: false }));
    if (map.getZoom() >= STOPS_ZOOM) feature.properties.stops.forEach((stop, index) => layer.addLayer(stopMark(stop, index)));
  }
}

function stopMark(stop, index) {
  const number = element("span", { class: `stop${stop.done ? " is-done" : ""}` }, String(index + 1));
  const icon = L.divIcon({ className: "mark-place", iconSize: [22, 22], html: number });
  return L.marker([stop.lat, stop.lon], { icon, title: `${say("stop", { n: index + 1 })} ${stop.label ?? ""}`, keyboard: false });
}

// Cut a way at a share of its length.
function split(map, way, share) {
  if (share <= 0) return [[], way];
  if (share >= 1) return [way, []];
  let left = share * length(way);
  for (let index = 1; index < way.length; index += 1) {
    const step = way[index - 1].distanceTo(way[index]);
    if (step >= left) {
      const cut = between(way[index - 1], way[index], step ? left / step : 0);
      return [[...way.slice(0, index), cut], [cut, ...way.slice(index)]];
    }
    left -= step;
  }
  return [way, []];
}

function length(way) {
  return way.slice(1).reduce((sum, point, index) => sum + way[index].distanceTo(point), 0);
}

function between(one, other, share) {
  return L.latLng(one.lat + (other.lat - one.lat) * share, one.lng + (other.lng - one.lng) * share);
}

// Small arrowheads along the way, equally far apart on the screen.
function ticks(map, way) {
  const points = way.map((place) => map.latLngToLayerPoint(place));
  const heads = [];
  let until = TICK_EVERY_PX / 2;
  for (let index = 1; index < points.length; index += 1) {
    const step = points[index - 1].distanceTo(points[index]);
    while (until < step) {
      heads.push(head(map, points[index - 1], points[index], until / step));
      until += TICK_EVERY_PX;
    }
    until -= step;
  }
  return heads;
}

function head(map, from, to, share) {
  const size = 5;
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const tip = L.point(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
  const arm = (turn) => tip.add([Math.cos(angle + turn) * size, Math.sin(angle + turn) * size]);
  return [arm(2.5), tip, arm(-2.5)].map((point) => map.layerPointToLatLng(point));
}
