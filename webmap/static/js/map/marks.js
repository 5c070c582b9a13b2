// Marks of cases: one shape a state, one size for all, a ring for late. Before: words.js. After: cases.js, legend.js.

import { element } from "./page.js";
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
export const STATES = ["reported", "queued", "pre_check", "assigned", "transferred", "accepted", "paused", "acted"];

const SHAPES = {
  reported: "M0-6.500A6.500 6.500 0 1 1 0 6.500 6.500 6.500 0 1 1 0-6.500zM0-2.500A2.500 2.500 0 1 0 0 2.500 2.500 2.500 0 1 0 0-2.500z",
  queued: "M0-8 8 0 0 8-8 0z",
  pre_check: "M0-8 8 0 0 8-8 0zM0-3.500-3.500 0 0 3.500 3.500 0z",
  assigned: "M-6-6H6V6H-6z",
  transferred: "M-7-6H2L8 0 2 6H-7z",
  accepted: "M0-7A7 7 0 1 1 0 7 7 7 0 1 1 0-7z",
  paused: "M-6-7H-1.500V7H-6zM1.500-7H6V7H1.500z",
  acted: "M0-8 7.400 5.500H-7.400z",
};

// The drawing of one mark; `count` puts a number on it (several at one door).
export function mark(state, { late = false, soon = false, count = 1 } = {}) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-13 -13 26 26");
  svg.setAttribute("class", `mark mark-${state}${late ? " is-late" : soon ? " is-soon" : ""}`);
  svg.setAttribute("aria-hidden", "true");
  if (late || soon) svg.append(part("circle", { class: "ring", r: 11 }));
  svg.append(part("path", { class: "shape", d: SHAPES[state] }));
  if (count > 1) {
    svg.append(part("circle", { class: "badge", cx: 8, cy: -8, r: 5.5 }));
    const number = part("text", { class: "badge-number", x: 8, y: -5.6 });
    number.textContent = count > 9 ? "9+" : count;
    svg.append(number);
  }
  return svg;
}

// A cluster: how many, and the worst state of them.
export function cluster({ count, state, late, soon }) {
  const size = count < 10 ? "small" : count < 100 ? "middle" : "large";
  const ring = late ? " is-late" : soon ? " is-soon" : "";
  return element("span", { class: `cluster cluster-${size} mark-${state}${ring}` }, String(count));
}

function part(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// What a mark says to eyes that hover and to ears.
export function describe({ state, count, late, soon, number, category }, language) {
  const flags = [late ? `${say("late")}${count > 1 ? ` ${late}` : ""}` : null, soon ? say("soon") : null].filter(Boolean);
  const what = category ? `${category[language]} ${number}` : say("casesHere", { n: count });
  return [what, say(state), ...flags].join(" · ");
}
