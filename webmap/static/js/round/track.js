// One's own track on a map. Before: map.js. After: nothing.

import { ground } from "./map.js";

const box = document.querySelector("[data-track]");
const points = JSON.parse(box.dataset.track).map(([lon, lat]) => [lat, lon]);
L.polyline(points, { className: "seen-way", interactive: false }).addTo(ground(box, points));
box.dataset.ready = points.length;
