// Find an address: a box with a list under it (ARIA combobox); choosing flies there and opens the grid's card.
// Before: page.js. After: card.js (`map.openGrid`).

import { element, getJson, icon, newest } from "./page.js";
import { say } from "./words.js";

const WAIT_MS = 250;
const CLOSE_ZOOM = 17;

export function search(map, { url }) {
  const list = element("ul", { class: "find-list", id: "find-list", role: "listbox", "aria-label": say("search"), hidden: true });
  const box = element("input", {
    type: "search", class: "find-box", role: "combobox", autocomplete: "off", maxlength: "200", "aria-label": say("search"),
    placeholder: say("searchHint"), "aria-expanded": "false", "aria-controls": "find-list", "aria-autocomplete": "list",
  });
  const news = element("p", { class: "for-ears", role: "status" });
  const form = element("form", { class: "map-find", role: "search" }, icon("search"), box, list, news);
  const finder = new Finder(map, box, list, news);
  const load = newest((signal, words) => getJson(`${url}?q=${encodeURIComponent(words)}&near=${middle(map)}`, signal));
  let waiting = null;
  const look = async () => {
    const words = box.value.trim();
    if (!words) return finder.close();
    try {
      const found = await load(words);
      if (found !== undefined) finder.show(found.results ?? found);
    } catch {
      finder.say(say("searchFailed"));
    }
    return undefined;
  };
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, WAIT_MS);
  });
  box.addEventListener("keydown", (event) => finder.key(event));
  box.addEventListener("blur", () => setTimeout(() => finder.close(), 150));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    if (finder.chosen >= 0) finder.go(finder.chosen);
    else look().then(() => finder.results.length === 1 && finder.go(0));
  });
  map.panel("side").prepend(form);
}

// Degrees to about a hundred metres: nearer places come first among equals.
function middle(map) {
  const { lng, lat } = map.getCenter().wrap();
  return `${lng.toFixed(3)},${lat.toFixed(3)}`;
}

class Finder {
  constructor(map, box, list, news) {
    Object.assign(this, { map, box, list, news, results: [], chosen: -1 });
  }

  show(results) {
    this.results = results;
    this.chosen = -1;
    if (results.length === 0) return this.say(say("searchNone"));
    this.list.replaceChildren(...results.map((one, index) => this.option(one, index)));
    this.news.textContent = say("searchFound", { n: results.length });
    return this.open();
  }

  option(one, index) {
    const choice = element("li", { role: "option", id: `find-${index}`, "aria-selected": "false" }, one.label);
    if (one.detail) choice.append(element("small", {}, ` ${one.detail}`));
    choice.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.go(index);
    });
    return choice;
  }

  say(sentence) {
    this.results = [];
    this.list.replaceChildren(element("li", { class: "find-none" }, sentence));
    this.news.textContent = sentence;
    this.open();
  }

  open() {
    this.list.hidden = false;
    this.box.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.chosen = -1;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (step && this.results.length) {
      event.preventDefault();
      this.choose((this.chosen + step + this.results.length) % this.results.length);
    }
  }

  choose(index) {
    this.chosen = index;
    [...this.list.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === index)));
    this.list.children[index].scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", `find-${index}`);
  }

  go(index) {
    const one = this.results[index];
    this.box.value = one.label;
    this.close();
    const there = L.latLng(one.lat, one.lon);
    this.pin?.remove();
    this.pin = L.marker(there, { icon: L.divIcon({ className: "find-pin", iconSize: [18, 18] }), interactive: false, keyboard: false }).addTo(this.map);
    this.map.setView(there, Math.max(this.map.getZoom(), CLOSE_ZOOM), { animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
    this.map.openGrid(there);
  }
}
