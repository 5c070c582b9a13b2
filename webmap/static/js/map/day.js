// The bar with the day: a slider over the days since the first lines, a date, the changes before and after, the way back.
// Before: page.js; it sets map.day ("" for today). After: tiles.js and card.js ask for the lines and people of that day.

import { element, quiet } from "./page.js";
import { say, sayDay } from "./words.js";

const WAIT_MS = 400;
const DAY_MS = 86_400_000;

const number = (text) => Math.round(Date.parse(`${text}T00:00:00Z`) / DAY_MS);
const text = (many) => new Date(many * DAY_MS).toISOString().slice(0, 10);

export function dayBar(map, { day, today, days }) {
  map.day = day;
  const shown = day || today;
  const words = element("span", { class: "day-words" }, day ? say("dayThen", { d: sayDay(day) }) : say("dayToday"));
  const field = element("input", { type: "date", "aria-label": say("dayChoose"), value: shown, onchange: () => field.value && go(field.value, today) });
  const first = Math.min(number(days[0] ?? today), number(shown), number(today) - 1);
  const slider = element("input", {
    type: "range", min: first, max: Math.max(number(today), number(shown)), step: 1, value: number(shown), "aria-label": say("daySlide"), "aria-valuetext": sayDay(shown),
  });
  let waiting = null;
  slider.addEventListener("input", () => {
    const chosen = text(Number(slider.value));
    field.value = chosen;
    slider.setAttribute("aria-valuetext", sayDay(chosen));
    clearTimeout(waiting);
    waiting = setTimeout(() => go(chosen, today), WAIT_MS);
  });
  const before = days.filter((one) => one <= shown).at(-1);
  const after = days.find((one) => one > shown);
  const link = (word, to) => (to ? element("a", { class: "day-link", href: address(to, today) }, say(word)) : null);
  // the day before a change shows the lines that ended with it
  const last = before && text(Math.max(first, number(before) - 1));
  const earlier = last && last < shown ? last : null;
  const body = element("div", { class: "day-body" }, slider, field,
    element("p", { class: "day-links" }, link("dayBefore", earlier), link("dayAfter", after), day ? element("a", { class: "day-link", href: `/dates?from=${day}` }, say("dayDiff")) : null));
  const bar = element("details", { class: "map-day", open: Boolean(day) }, element("summary", {}, words), body);
  if (day) bar.classList.add("is-past");
  const back = day ? element("a", { class: "act small day-back", href: address(today, today) }, say("dayBack")) : null;
  // the arrow keys move the slider here, not the map under it
  const still = (event) => event.stopPropagation();
  map.getContainer().append(quiet(element("div", { class: "map-day-place", role: "group", "aria-label": say("dayChoose"), onkeydown: still }, bar, back)));
}

function address(day, today) {
  return `${day === today ? "/map" : `/map?on=${day}`}${location.hash}`;
}

// Where one looks stays; the page is made for the day, so that nothing of today stands on it.
function go(day, today) {
  location.assign(address(day, today));
}
