// A small map inside a page: shows one point, or lets one be picked by click, by keyboard or from candidates.
// Before: vendor Leaflet and protomaps-leaflet, map/tiles.js. After: report form, case page, queue.

import { vectorTiles } from "./map/tiles.js";

const CLOSE = 17;
const TILES = (name) => `/tiles/${name}/{z}/{x}/{y}.pbf`;

function begin(box) {
  box.hidden = false;
  if ("pick" in box.dataset) picker(box);
  else still(box);
}

function drawn(element, options = {}) {
  return L.map(element, { attributionControl: false, minZoom: 10, maxZoom: 19, ...options });
}

// The view must be set before the tiles are added: the canvas asks for its centre at once.
function ground(map) {
  vectorTiles(map, { base: TILES("base"), division: TILES("division") });
}

function still(box) {
  const [lon, lat] = box.dataset.point.split(",").map(Number);
  const map = drawn(box, { scrollWheelZoom: false, keyboard: false, zoomControl: false }).setView([lat, lon], CLOSE);
  ground(map);
  L.marker([lat, lon], { icon: pin(), keyboard: false, interactive: false }).addTo(map);
}

function pin(letter = "") {
  return L.divIcon({ className: letter ? "pin-letter" : "pin-point", html: letter, iconSize: [28, 28], iconAnchor: letter ? [14, 14] : [14, 28] });
}

function picker(box) {
  const form = box.closest("form");
  const field = (name) => form.elements[name];
  const note = form.querySelector("[data-said]");
  const clear = box.querySelector("[data-clear]");
  const [west, south, east, north] = box.dataset.bounds.split(",").map(Number);
  const bounds = L.latLngBounds([south, west], [north, east]);
  const map = drawn(box.querySelector(".pin-map"));
  map.setView(bounds.getCenter(), map.getBoundsZoom(bounds, true));
  ground(map);
  if (box.dataset.point) given(map, box.dataset.point);
  let mark = null;

  const put = (point, close = false) => {
    mark ??= L.marker(point, { icon: pin(), draggable: true, keyboard: false }).addTo(map).on("dragend", () => put(mark.getLatLng()));
    mark.setLatLng(point);
    if (close) map.setView(point, Math.max(map.getZoom(), CLOSE));
    field("lon").value = point.lng.toFixed(7);
    field("lat").value = point.lat.toFixed(7);
    for (const radio of form.querySelectorAll("input[name=candidate]")) radio.checked = false;
    clear.hidden = false;
    note.textContent = note.dataset.marked;
  };
  const unset = () => {
    mark?.remove();
    mark = null;
    field("lon").value = field("lat").value = "";
    clear.hidden = true;
    note.textContent = "";
  };

  map.on("click", (event) => put(event.latlng));
  box.querySelector("[data-middle]").addEventListener("click", () => put(map.getCenter()));
  clear.addEventListener("click", unset);
  here(box, (point) => put(point, true), note);
  // a place chosen from the list under a field is where the pin goes
  if ("follow" in box.dataset) form.addEventListener("placechosen", ({ detail }) => put(L.latLng(detail.lat, detail.lon), true));
  candidates(form, map, unset);
  if (field("lon").value) put(L.latLng(Number(field("lat").value), Number(field("lon").value)), true);
}

// The point that the reporter gave, when it is the question whether it is right.
function given(map, words) {
  const [lon, lat] = words.split(",").map(Number);
  L.marker([lat, lon], { icon: pin("?"), keyboard: false, interactive: false }).addTo(map);
  map.setView([lat, lon], CLOSE - 3);
}

function here(box, put, note) {
  const button = box.querySelector("[data-here]");
  button?.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => put(L.latLng(coords.latitude, coords.longitude)),
      () => { note.textContent = note.dataset.refused; },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}

// Letters on the map stand for the radio buttons of the list; a click on either chooses.
function candidates(form, map, unset) {
  const radios = [...form.querySelectorAll("input[name=candidate]")];
  const points = radios.map((radio) => L.latLng(Number(radio.dataset.lat), Number(radio.dataset.lon)));
  radios.forEach((radio, index) => {
    const letter = radio.parentElement.querySelector(".letter").textContent;
    const choose = () => {
      unset();
      radio.checked = true;
      map.setView(points[index], Math.max(map.getZoom(), CLOSE));
    };
    L.marker(points[index], { icon: pin(letter), keyboard: false }).addTo(map).on("click", choose);
    radio.addEventListener("change", choose);
  });
  if (points.length) map.fitBounds(L.latLngBounds(points).pad(0.12), { maxZoom: CLOSE });
}

document.querySelectorAll("[data-small-map]").forEach(begin);
