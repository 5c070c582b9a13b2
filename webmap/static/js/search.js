// Places as one types, under any text field (an ARIA combobox): the field stays a field, the list is an offer.
// Before: an input. After: the page hears `placechosen` with the place; /search.json answers.

const WAIT_MS = 200;
const ENGLISH = document.documentElement.lang.startsWith("en");
const WORDS = ENGLISH
  ? { list: "Places", found: (n) => `${n} places`, none: "No such place is known; write it in your own words." }
  : { list: "地点", found: (n) => `${n} 个地点`, none: "地名库里没有，照您的说法写就行。" };

let fields = 0;

// Offer places under a field; `near()` may give [lon, lat] of what the page shows.
export function offerPlaces(field, { near = () => null, fill = (place) => place.words } = {}) {
  styled();
  return new Offer(field, near, fill);
}

function styled() {
  const address = new URL("../css/search.css", import.meta.url).href;
  if (document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(made("link", { rel: "stylesheet", href: address }));
}

function made(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

class Offer {
  constructor(field, near, fill) {
    fields += 1;
    Object.assign(this, { field, near, fill, places: [], chosen: -1, asked: 0, name: `places-${fields}` });
    this.list = made("ul", { class: "search-list", id: this.name, role: "listbox", "aria-label": WORDS.list });
    this.news = made("span", { class: "for-ears", role: "status" });
    this.list.hidden = true;
    const frame = made("span", { class: "search-field" });
    field.replaceWith(frame);
    frame.append(field, this.list, this.news);
    const role = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.name };
    for (const [key, value] of Object.entries(role)) field.setAttribute(key, value);
    field.addEventListener("input", (event) => event.isComposing || this.later());
    field.addEventListener("compositionend", () => this.later());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const words = this.field.value.trim();
    this.asked += 1;
    const mine = this.asked;
    if (!words) return this.close();
    const near = this.near();
    const address = `/search.json?q=${encodeURIComponent(words)}${near ? `&near=${near.join(",")}` : ""}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (mine !== this.asked || document.activeElement !== this.field) return undefined;
    return answer?.ok ? this.show(await answer.json()) : this.close();
  }

  show(places) {
    Object.assign(this, { places, chosen: -1 });
    this.news.textContent = places.length ? WORDS.found(places.length) : WORDS.none;
    if (!places.length) return this.close();
    this.list.replaceChildren(...places.map((place, at) => this.option(place, at)));
    this.list.hidden = false;
    return this.field.setAttribute("aria-expanded", "true");
  }

  option(place, at) {
    const item = made("li", { role: "option", id: `${this.name}-${at}`, "aria-selected": "false" }, place.label);
    if (place.detail) item.append(made("small", {}, place.detail));
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.choose(at);
    });
    return item;
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.list.hidden) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.choose(this.chosen);
    } else if (step) {
      event.preventDefault();
      const count = this.places.length;
      this.mark((this.chosen + step + (this.chosen < 0 && step < 0 ? 1 : 0) + count) % count);
    }
  }

  mark(at) {
    this.chosen = at;
    [...this.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    this.list.children[at].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", `${this.name}-${at}`);
  }

  choose(at) {
    const place = this.places[at];
    this.field.value = this.fill(place);
    this.close();
    this.field.dispatchEvent(new CustomEvent("placechosen", { bubbles: true, detail: place }));
  }

  close() {
    clearTimeout(this.waiting);
    this.asked += 1;
    this.chosen = -1;
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

document.querySelectorAll("input[data-places]").forEach((field) => offerPlaces(field));
