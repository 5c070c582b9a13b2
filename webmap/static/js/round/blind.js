// Blind spots on a map: sections that were seen solid, those nobody saw dashed. Before: map.js. After: nothing.

import { getJson } from "../map/page.js";
import { ground } from "./map.js";

const box = document.querySelector("[data-blind]");
const { features } = await getJson(box.dataset.blind);
const points = features.flatMap((one) => one.geometry.coordinates.map(([lon, lat]) => [lat, lon]));
if (points.length) {
  const map = ground(box, points, { snap: 0.25 });
  for (const one of features) {
    const line = one.geometry.coordinates.map(([lon, lat]) => [lat, lon]);
    const className = one.properties.blind ? "blind-way" : "seen-way";
    L.polyline(line, { className, interactive: true }).bindTooltip(one.properties.name).addTo(map);
  }
}
box.dataset.ready = features.filter((one) => one.properties.blind).length;
