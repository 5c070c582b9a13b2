// The page of nicknames: what a name means is chosen from the list, or marked on the small map; the last choice counts.
// Before: nicknames.html. After: search.js, small_map.js.

import { offerPlaces } from "./search.js";
import "./small_map.js";

const form = document.querySelector("form[data-nickname]");
const { where, place } = form.elements;

offerPlaces(where, { fill: (one) => one.label });

where.addEventListener("placechosen", ({ detail }) => {
  form.querySelector("[data-clear]")?.click();
  if (detail.id) place.value = detail.id;
});
where.addEventListener("input", () => { place.value = ""; });

// A mark on the map stands for the place from then on.
for (const part of form.querySelectorAll(".pin-map, [data-middle]")) {
  part.addEventListener("click", () => { place.value = ""; where.value = ""; });
}
