// The card at the side: the grid under a click, or the cases of a mark, or public matters. Before: page.js, tiles.js. After: nothing.

import { element, getJson, icon, newest, tell } from "./page.js";
import { mark } from "./marks.js";
import { language, say, sayDay, sayTime } from "./words.js";

export function gridCard(map, { cases }) {
  const card = element("aside", { class: "map-card", "aria-live": "polite", tabindex: "-1", hidden: true });
  map.panel("side").append(card);
  const close = () => {
    card.hidden = true;
    map.state.set({ chosen: null });
    map.getContainer().focus();
  };
  const show = (...parts) => {
    const shut = element("button", { type: "button", class: "map-button map-close", "aria-label": say("close"), onclick: close }, icon("close"));
    card.replaceChildren(shut, ...parts);
    card.hidden = false;
    card.scrollTop = 0;
  };
  const open = newest(async (signal, lat, lng) => {
    const at = map.day ? `at=${map.day}` : "";
    const { grid_id: id } = await getJson(`/layers/at.json?lon=${lng.toFixed(7)}&lat=${lat.toFixed(7)}&${at}`, signal);
    if (id === null) return null;
    const found = await getJson(`/layers/grid/${id}.json?${at}`, signal);
    map.state.set({ chosen: id });
    show(...gridParts(found, cases, map.day));
    return found;
  });
  map.openGrid = async (there) => {
    try {
      const found = await open(there.lat, there.lng);
      if (found === null) tell(map, say("noGridHere"));
      else if (found) keepInSight(map, there);
    } catch (fault) {
      tell(map, say("failed", { reason: fault.message }));
    }
  };
  map.on("click", (event) => map.openGrid(event.latlng));
  map.on("wangge:matters", (event) => show(...matterParts(event.matters)));
  map.on("wangge:cases", (event) => show(...caseParts(event.cases)));
  map.getContainer().addEventListener("keydown", (event) => event.key === "Escape" && !card.hidden && close());
}

// On a telephone the card covers the lower half: the place moves up into the half that stays in sight.
function keepInSight(map, there) {
  if (!matchMedia("(max-width: 700px)").matches) return;
  const { y } = map.latLngToContainerPoint(there);
  map.panBy([0, y - map.getSize().y * 0.24], { animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
}

// Of another day the card says who answered then; counts are today's and are left out.
function gridParts(found, cases, day) {
  const where = found.areas.map((area) => area.name).join(" › ");
  return [
    element("header", {}, element("p", { class: "card-where" }, where), element("h2", {}, found.name || found.code), element("p", { class: "card-code" }, found.code)),
    day ? element("p", { class: "card-where" }, say("asOf", { d: sayDay(day) })) : null,
    found.open === undefined || day ? null : openCases(found, cases),
    section(say("people"), people(found.members)),
    section(say("branch"), branches(found.branches)),
    day ? null : section(say("counts"), element("p", {}, [count("householdsUnit", found.households), count("buildingsUnit", found.buildings)].join(" · "))),
  ].filter(Boolean);
}

function openCases({ open, late, soon, grid_id: id }, cases) {
  const flags = [
    late ? element("span", { class: "flag is-late" }, say("lateUnit", { n: late })) : null,
    soon ? element("span", { class: "flag is-soon" }, say("soonUnit", { n: soon })) : null,
  ];
  const words = say("openUnit", { n: open });
  const main = cases ? element("a", { href: `${cases}?grid=${id}` }, words) : element("strong", {}, words);
  return element("p", { class: "card-open" }, main, ...flags);
}

function count(word, n) {
  return n === null ? say("few") : say(word, { n: n.toLocaleString(language === "zh" ? "zh-CN" : "en") });
}

function section(title, body) {
  return element("section", {}, element("h3", {}, title), body);
}

function people(members) {
  if (members.length === 0) return element("p", {}, say("nobody"));
  return element("ul", { class: "card-people" }, ...members.map((one) =>
    element("li", {}, element("span", {}, one.name), element("span", { class: "card-role" }, say(one.role)))));
}

// The tree from the top down, each step a little further in.
function branches(path) {
  if (path.length === 0) return element("p", {}, say("noBranch"));
  return path.reduceRight((below, one) => element("ul", { class: "card-tree" }, element("li", {}, one.name, below)), null);
}

function caseParts(rows) {
  const item = (one) => element("li", {},
    mark(one.state, one),
    element("div", {},
      element("a", { href: `/cases/${one.id}` }, `${one.category[language]} ${one.number}`),
      element("p", {}, [say(one.state), one.late ? say("late") : one.soon ? say("soon") : null, one.due_at ? say("due", { t: sayTime(one.due_at) }) : say("noDue")].filter(Boolean).join(" · "))));
  return [element("header", {}, element("h2", {}, say("casesHere", { n: rows.length }))), element("ul", { class: "card-cases" }, ...rows.map(item))];
}

// What anybody may know: category, state, grid, since which day.
function matterParts(rows) {
  const item = (one) => element("li", {},
    one.state === "closed" ? null : mark(one.state),
    element("div", {},
      element("a", { href: `/c/${one.number}` }, one.category),
      element("p", {}, [one.word, one.grid, say("matterSince", { d: one.since })].join(" · "))));
  return [element("header", {}, element("h2", {}, say("mattersHere", { n: rows.length }))), element("ul", { class: "card-cases" }, ...rows.map(item))];
}
