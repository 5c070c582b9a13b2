// A slider over steps of time, with buttons that do the same: drag it, press the arrow keys, or let it run.
// Before: page.js. After: theme.js, heat.js.

import { element, icon, quiet } from "./page.js";
import { say } from "./words.js";

const STEP_MS = 1200;

// `show(index)` is called with every step, the first time with `start`.
export function slider(map, { name, steps, start, show }) {
  const range = element("input", { type: "range", min: 0, max: steps.length - 1, step: 1, "aria-label": name });
  const words = element("output", { class: "slider-words" });
  let running = null;
  const stop = () => {
    clearInterval(running);
    running = null;
    play.setAttribute("aria-pressed", "false");
    play.replaceChildren(icon("play"));
  };
  const go = (index) => {
    range.value = index;
    range.setAttribute("aria-valuetext", steps[index]);
    words.textContent = steps[index];
    show(index);
  };
  const by = (step) => {
    stop();
    go((Number(range.value) + step + steps.length) % steps.length);
  };
  const run = () => {
    play.setAttribute("aria-pressed", "true");
    play.replaceChildren(icon("pause"));
    running = setInterval(() => go((Number(range.value) + 1) % steps.length), STEP_MS);
  };
  const button = (drawn, word, work) => element("button", { type: "button", class: "map-button", "aria-label": say(word), title: say(word), onclick: work }, icon(drawn));
  const play = button("play", "play", () => (running === null ? run() : stop()));
  range.addEventListener("input", () => {
    stop();
    go(Number(range.value));
  });
  const box = quiet(element("div", { class: "map-slider", role: "group", "aria-label": name }, play, button("back", "stepBack", () => by(-1)), range, button("on", "stepOn", () => by(1)), words));
  map.getContainer().append(box);
  map.getContainer().classList.add("has-slider");
  stop();
  go(start);
}
