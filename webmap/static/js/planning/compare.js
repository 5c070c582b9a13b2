// Two drafts on two maps that move together: each with its grids, and the units in which they differ marked.
// Before: the page of the comparison. After: nothing. The page says the same in words without a script.

import { onTheme } from "../map/palette.js";
import { Draft } from "./draft.js";
import { drawnMap } from "./ground.js";
import { UnitsLayer } from "./layer.js";
import { get } from "./server.js";
import { Shapes } from "./shapes.js";

const boxes = [...document.querySelectorAll("[data-side]")];
const [ground, ...drafts] = await Promise.all([get(boxes[0].dataset.ground), ...boxes.map((box) => get(`${box.dataset.side}/draft.json`))]);
const shapes = new Shapes(ground);
const sides = drafts.map((told) => {
  const draft = new Draft(ground, shapes);
  draft.take(told);
  return draft;
});
const label = (draft, unit) => {
  const part = draft.parts.get(draft.part[unit]);
  return part.code || part.name;
};
const differing = new Set();
for (let unit = 0; unit < shapes.size; unit += 1) if (label(sides[0], unit) !== label(sides[1], unit)) differing.add(unit);
sides[1].hue = hues(sides[0], sides[1]);

// The same grid has the same hue on both.
function hues(one, other) {
  const known = new Map([...one.parts.values()].map((part) => [part.code || part.name, one.hue.get(part.key)]));
  return new Map([...other.parts.values()].map((part) => [part.key, known.get(part.code || part.name) ?? other.hue.get(part.key) ?? part.key % 6]));
}

const everything = Array.from({ length: shapes.size }, (_, unit) => unit);
const maps = boxes.map((box, number) => {
  const draft = sides[number];
  const map = drawnMap(box, shapes.bounds(everything));
  const view = { part: draft.part, today: draft.today, hue: draft.hue, held: draft.held, warned: differing, nobody: (key) => draft.parts.get(key)?.nobody, name: (key) => draft.name(key), short: (key) => draft.short(key) };
  const layer = new UnitsLayer(shapes, view).addTo(map);
  onTheme(() => layer.recolour());
  return map;
});
maps.forEach((map, number) => map.on("moveend", () => {
  const other = maps[1 - number];
  if (other.getZoom() !== map.getZoom() || other.getCenter().distanceTo(map.getCenter()) > 1) other.setView(map.getCenter(), map.getZoom(), { animate: false });
}));
for (const row of document.querySelectorAll("[data-units]")) {
  row.addEventListener("click", () => {
    const units = row.dataset.units.split(",").map(Number);
    maps[0].fitBounds(L.latLngBounds(shapes.bounds(units)).pad(0.2), { animate: false, maxZoom: 18 });
  });
}
document.querySelector("[data-compare]").dataset.ready = "";
