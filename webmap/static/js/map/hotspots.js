// Hot spots as rings with the number of reports. Before: /layers/hotspots.geojson. After: the list at /hotspots.

import { getJson, newest, tell } from "./page.js";
import { language, say } from "./words.js";

export function hotspots(map, { url, shown }) {
  const layer = L.layerGroup();
  const load = newest((signal) => show(layer, url, signal));
  const refresh = () => load().catch((fault) => tell(map, say("failed", { reason: fault.message })));
  map.on("layeradd", (event) => event.layer === layer && refresh());
  map.pieces.hotspots = layer;
  if (shown) layer.addTo(map);
}

async function show(layer, url, signal) {
  const { features } = await getJson(url, signal);
  const rings = features.map((spot, index) => ring(spot, index + 1));
  layer.clearLayers();
  for (const one of rings) layer.addLayer(one);
}

function ring({ geometry, properties: spot }, number) {
  const [lon, lat] = geometry.coordinates;
  const words = say("hotSpot", { n: spot.reports, c: spot.category[language] || spot.category.zh, p: spot.place });
  const label = document.createElement("span");
  label.className = "hot-ring";
  const count = document.createElement("b");
  count.textContent = spot.reports;
  label.append(count);
  const made = L.marker([lat, lon], {
    icon: L.divIcon({ className: "mark-place", iconSize: [44, 44], html: label }),
    title: words,
    alt: words,
    zIndexOffset: -500,
  });
  made.on("click", () => location.assign(`/hotspots#spot-${number}`));
  return made;
}
