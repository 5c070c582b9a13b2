// A place picked on the map where the panel covers it: the panel steps aside with all that is written in it, and comes back.
// Before: map.js. After: report.js. A finger picks by touching; a keyboard moves the map and picks its middle.

import { element } from "../map/page.js";
import { say } from "./words.js";

// Give the bar that stands in for the panel; `picked` says on it that there is a place.
export function stepAside(box, panel, { map, pick, done }) {
  const line = element("p", { role: "status" }, say("pickHint"));
  const back = () => {
    stepBack(box);
    panel.hidden = false;
    map.resize();
    done();
  };
  const centre = element("button", { type: "button", class: "act second", onclick: () => pick(map.centre()) }, say("pickCentre"));
  const bar = element("section", { class: "day-pick", "aria-label": say("onMap"), onkeydown: (event) => { if (event.key === "Escape") back(); } },
    line, element("div", { class: "acts" }, centre, element("button", { type: "button", class: "act", onclick: back }, say("pickDone"))));
  panel.hidden = true;
  box.classList.add("is-picking");
  box.append(bar);
  map.resize();
  centre.focus();
  return { picked: () => { line.textContent = say("marked"); } };
}

export function stepBack(box) {
  box.classList.remove("is-picking");
  box.querySelector(".day-pick")?.remove();
}
