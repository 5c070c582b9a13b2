// Small things that all pieces of the map use: elements, requests, corners of the map. Before: nothing. After: all.

import { say } from "./words.js";

// Make an element: attributes by name, `on…` as listeners, children as elements or text. Text is never markup.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// A container of controls over the map; clicks and wheels in it never reach the map.
export function place(map, corner, part) {
  const Control = L.Control.extend({ onAdd: () => quiet(part) });
  new Control({ position: corner }).addTo(map);
  return part;
}

export function quiet(part) {
  L.DomEvent.disableClickPropagation(part);
  L.DomEvent.disableScrollPropagation(part);
  return part;
}

// Get JSON; a fault of ours is told in its own sentence, a broken line in ours.
export async function getJson(address, signal) {
  let answer;
  try {
    answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Error(say("offline"));
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.title ?? String(answer.status));
  return body;
}

// Tell something at the foot of the map for a while; screen readers hear it too.
export function tell(map, sentence) {
  const line = map.getContainer().querySelector(".map-news") ?? newsLine(map);
  line.textContent = sentence;
  line.hidden = false;
  clearTimeout(line.timer);
  line.timer = setTimeout(() => { line.hidden = true; }, 6000);
}

function newsLine(map) {
  const line = element("p", { class: "map-news", role: "status", hidden: true });
  map.getContainer().append(line);
  return line;
}

// Run the newest request only: an older answer never overwrites a newer one.
export function newest(work) {
  let running = null;
  return async (...given) => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    try {
      return await work(mine.signal, ...given);
    } catch (fault) {
      if (fault.name === "AbortError") return undefined;
      throw fault;
    }
  };
}

export const icons = {
  search: "M10.5 4a6.5 6.5 0 1 0 4 11.6l4.7 4.7 1.3-1.3-4.7-4.7A6.5 6.5 0 0 0 10.5 4zm0 2a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z",
  layers: "M12 3 2 8.5l10 5.5 10-5.5zM4.5 12 2 13.4l10 5.6 10-5.6-2.500-1.400L12 16.200z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  minus: "M5 11h14v2H5z",
  locate: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 2h2v3.1A7 7 0 0 1 18.900 11H22v2h-3.100A7 7 0 0 1 13 18.900V22h-2v-3.100A7 7 0 0 1 5.100 13H2v-2h3.100A7 7 0 0 1 11 5.100z",
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  back: "m14.500 6 1.500 1.500L11.500 12l4.500 4.500-1.500 1.500-6-6z",
  on: "m9.500 6-1.500 1.500 4.500 4.500L8 16.500 9.500 18l6-6z",
  close: "m6.400 5 5.600 5.600L17.600 5 19 6.400 13.400 12l5.600 5.600-1.400 1.400-5.600-5.600L6.400 19 5 17.600 10.600 12 5 6.400z",
};

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  return svg;
}
