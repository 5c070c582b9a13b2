// Zoom, locate me, the scale in metres, and the corner with the approval number and the day of the data.
// Before: page.js. After: nothing.

import { element, icon, place, tell } from "./page.js";
import { say } from "./words.js";

export function controls(map, { finds = true } = {}) {
  const button = (name, word, work) => element("button", { type: "button", class: "map-button", "aria-label": say(word), title: say(word), onclick: work }, icon(name));
  place(map, "bottomright", element("div", { class: "map-buttons" },
    finds ? button("locate", "locate", () => locate(map)) : null,
    button("plus", "zoomIn", () => map.zoomIn()),
    button("minus", "zoomOut", () => map.zoomOut())));
}

// The place goes nowhere: it moves the map, and no request carries it.
function locate(map) {
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const here = L.latLng(coords.latitude, coords.longitude);
    if (map.home && !map.home.pad(0.5).contains(here)) return tell(map, say("locateOut"));
    map.here?.remove();
    map.here = L.circleMarker(here, { radius: 7, className: "here", interactive: false }).addTo(map);
    return map.setView(here, 17);
  }, () => tell(map, say("locateFailed")), { enableHighAccuracy: true, timeout: 10_000 });
}

export function corner(map, { approval, data_date: day }) {
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 110 }).addTo(map);
  const words = [approval && say("approval", { n: approval }), day && say("dataDate", { d: day })].filter(Boolean);
  if (words.length) place(map, "bottomright", element("p", { class: "map-corner" }, words.join(" · ")));
}

// Where the map opens: the bounds it is given, or the view that the address remembers (#zoom/lat/lon).
export function home(map, { bounds }) {
  const remembered = location.hash.match(/^#(\d+)\/(-?[\d.]+)\/(-?[\d.]+)$/);
  if (bounds) map.home = L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]);
  if (remembered) map.setView([Number(remembered[2]), Number(remembered[3])], Number(remembered[1]), { animate: false });
  else if (map.home) map.fitBounds(map.home.pad(-0.06), { animate: false });
  if (!bounds) tell(map, say("empty"));
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    history.replaceState(null, "", `#${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
  });
}
