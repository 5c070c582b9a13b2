// The panels over the map and the switches of its layers. Before: page.js. After: figures.js adds its chooser.

import { element, icon, place, quiet } from "./page.js";
import { say } from "./words.js";

// Panels are made once, in their corners; pieces add what is theirs.
export function panels(map) {
  const layers = element("div", { class: "map-panel-body", id: "map-layers" });
  const button = element("button", {
    type: "button", class: "map-button map-button-words", "aria-expanded": "false", "aria-controls": "map-layers",
    onclick: () => open(button.getAttribute("aria-expanded") !== "true"),
  }, icon("layers"), element("span", {}, say("layers")));
  const open = (wanted) => {
    button.setAttribute("aria-expanded", String(wanted));
    layers.hidden = !wanted;
  };
  open(matchMedia("(min-width: 1000px) and (min-height: 640px)").matches);
  const box = element("div", { class: "map-panel" }, button, layers);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      open(false);
      button.focus();
    }
  });
  place(map, "topright", box);
  const legend = place(map, "bottomleft", element("div", { class: "map-legend-place" }));
  const side = quiet(element("div", { class: "map-side" }));
  map.getContainer().append(side);
  const parts = { layers, legend, side };
  map.panel = (name) => parts[name];
}

export function layerSwitch(map, { layers }) {
  const boxes = layers.map((name) => element("label", { class: "map-choice" },
    element("input", { type: "checkbox", value: name, checked: shown(map, name), onchange: (event) => show(map, name, event.target.checked) }), say(name)));
  map.panel("layers").append(element("fieldset", { class: "map-group" }, element("legend", {}, say("layers")), ...boxes));
}

function shown(map, name) {
  return name in map.state.shown ? map.state.shown[name] : map.hasLayer(map.pieces[name]);
}

function show(map, name, wanted) {
  if (name in map.state.shown) map.state.set({ shown: { ...map.state.shown, [name]: wanted } });
  else if (wanted) map.pieces[name].addTo(map);
  else map.pieces[name].remove();
  map.fire("wangge:layers");
}
