// The machine's proposals: ask, see how far it is, preview each on the map with its figures, take one.
// Before: server.js, draft.js. After: index.js.

import { element } from "../map/page.js";
import { get, post } from "./server.js";
import { percent, say, whole } from "./words.js";

const EVERY_MS = 1500;

export class Proposals {
  constructor(box, draft, { home, choose, preview, tell }) {
    Object.assign(this, { box, draft, home, choose, preview, tell, shown: null });
    this.list = box.querySelector("[data-offers]");
    this.words = box.querySelector("[data-search-words]");
    this.bar = box.querySelector("[data-search-bar]");
    this.form = box.querySelector("form");
    this.form?.addEventListener("submit", (event) => { event.preventDefault(); this.ask(); });
    this.look();
  }

  async ask() {
    const { by, many, keys, tolerance, seconds } = this.form.elements;
    const count = Number(many.value);
    const wish = { keys: [...keys.selectedOptions].map((one) => Number(one.value)), tolerance: Number(tolerance.value) / 100, seconds: Number(seconds.value) };
    wish[by.value] = by.value === "parts" ? Math.round(count) : count;
    try {
      this.show(await post(`${this.home}/proposals`, wish));
      this.wait();
    } catch (fault) {
      this.tell(fault.message);
    }
  }

  async look() {
    const found = await get(`${this.home}/proposals.json`).catch(() => null);
    if (!found) return;
    this.show(found);
    if (["waiting", "running"].includes(found.state)) this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), EVERY_MS);
  }

  show(found) {
    const open = ["waiting", "running"].includes(found.state);
    this.bar.hidden = !open;
    this.bar.value = found.share ?? 0;
    if (open) this.words.textContent = say("searching", { p: found.state === "waiting" ? say("waiting") : percent(found.share) });
    else if (found.error) this.words.textContent = say("failed", { e: found.error });
    else this.words.textContent = found.job ? say("found", { n: found.offers.length }) : "";
    this.job = found.job;
    this.list.replaceChildren(...(open ? [] : (found.offers ?? []).map((offer, number) => this.made(offer, number))));
  }

  made(offer, number) {
    const figures = this.list.dataset;
    const pairs = [
      [figures.wordDeviation, percent(offer.deviation, 1)], [figures.wordMoved, whole(offer.moved)], [figures.wordCut, `${(offer.cut_m / 1000).toFixed(1)} km`],
      [figures.wordCompact, offer.compact.toFixed(2)], [figures.wordGrids, String(offer.grids)],
    ];
    const look = element("button", { type: "button", class: "act second small", "aria-pressed": "false", onclick: () => this.#look(offer, look) }, say("look"));
    return element("li", { class: "offer" },
      element("h4", {}, say("offer", { n: number + 1 }), number === 0 ? element("span", { class: "hint" }, say("first")) : null),
      element("dl", {}, ...pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
      element("div", { class: "acts" }, look, this.form ? element("button", { type: "button", class: "act small", onclick: () => this.#take(number) }, say("use")) : null));
  }

  #look(offer, button) {
    const on = this.shown !== offer;
    this.shown = on ? offer : null;
    for (const other of this.list.querySelectorAll("[aria-pressed]")) Object.assign(other, { ariaPressed: "false", textContent: say("look") });
    Object.assign(button, { ariaPressed: String(on), textContent: say(on ? "lookOff" : "look") });
    this.preview(on ? offer.part : null);
  }

  async #take(number) {
    this.shown = null;
    this.preview(null);
    await this.choose(this.job, number);
  }
}
