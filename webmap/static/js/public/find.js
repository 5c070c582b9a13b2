// Finding one's grid: places are offered as one types, a chosen one or one's own place is sent at once. Before: public/find.html.
// After: /grids/<code>. Without a script the words are sent by the button.

import { offerPlaces } from "../search.js";

const form = document.querySelector("form[data-find]");
const field = (name) => form.elements[name];
const here = form.querySelector("[data-here]");
const said = form.querySelector("[data-said]");

offerPlaces(field("where"));
field("where").addEventListener("input", () => point("", ""));
form.addEventListener("placechosen", ({ detail }) => {
  if (detail.kind === "road") return; // a road lies in many grids: the words are looked at again
  point(detail.lon, detail.lat);
  form.requestSubmit();
});

if ("geolocation" in navigator) {
  here.hidden = false;
  here.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        point(coords.longitude, coords.latitude);
        form.requestSubmit();
      },
      () => { said.textContent = said.dataset.refused; },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}

// The way back (bfcache) brings the form with the last point still in it.
window.addEventListener("pageshow", (event) => event.persisted && point("", ""));

function point(lon, lat) {
  field("lon").value = lon;
  field("lat").value = lat;
}
