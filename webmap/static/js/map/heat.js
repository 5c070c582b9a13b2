// Where cases are reported at each hour of the day: squares of ground, darker for more. Before: slider.js. After: nothing.

import { element, getJson, quiet, tell } from "./page.js";
import { figureLegend } from "./figures.js";
import { slider } from "./slider.js";
import { say } from "./words.js";

const SHADES = [[], [2], [1, 3], [0, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3, 4]];
const BUSY_FROM = 6;

// From an address, or from what is here already.
export async function heat(map, { url, found }) {
  try {
    show(map, found ?? (await getJson(url)));
  } catch (fault) {
    tell(map, say("failed", { reason: fault.message }));
  }
}

function show(map, given) {
  const layer = L.layerGroup().addTo(map);
  map.pieces.heat = layer;
  const legend = element("section", { class: "map-legend", "aria-label": say("legend") });
  map.panel("legend").append(quiet(legend));
  const go = (hour) => {
    layer.clearLayers();
    for (const square of given.hours[hour]) layer.addLayer(drawn(given, square));
    legend.replaceChildren(figureLegend(words(given, hour)));
    map.getContainer().dataset.hour = hour;
  };
  const totals = given.hours.map((squares) => squares.reduce((sum, [, , count]) => sum + count, 0));
  const steps = totals.map((total, hour) => say("hourCases", { from: hour, to: hour + 1, n: total }));
  const first = totals.findIndex((total, hour) => hour >= BUSY_FROM && total > 0);
  slider(map, { name: say("hours"), steps, start: Math.max(first, 0), show: go });
}

function drawn({ across_deg: across, down_deg: down, classes }, [lon, lat, count]) {
  const shade = SHADES[classes.length][classOf(classes, count)] + 1;
  const sides = [[lat - down / 2, lon - across / 2], [lat + down / 2, lon + across / 2]];
  return L.rectangle(sides, { className: `heat heat-${shade}`, interactive: false });
}

function classOf(classes, count) {
  return classes.findIndex((one) => count <= one.high);
}

function words(given, hour) {
  const classes = given.classes.map((one) => ({ ...one, count: 0 }));
  for (const [, , count] of given.hours[hour]) classes[classOf(classes, count)].count += 1;
  const span = { a: given.first, b: given.last, m: given.square_m };
  return {
    classes, no_data: 0, counted: "squaresCount",
    name: { zh: say("hours"), en: say("hours") },
    unit: { zh: say("casesUnit"), en: say("casesUnit") },
    method: { zh: say("heatMethod", span), en: say("heatMethod", span) },
  };
}
