// A form of the day: fields, ready sentences, voice, pictures; what is typed is kept as a draft until it is sent.
// Before: photos.js, queue.js, voice.js. After: panel.js, report.js.

import { element } from "../map/page.js";
import { shown, take } from "./photos.js";
import { add, draft, dropDraft, dropPhoto, keepDraft } from "./queue.js";
import { voiceButton } from "./voice.js";
import { say } from "./words.js";

const KEEP_AFTER_MS = 250;

export const labelled = (word, field, { hint = "", optional = false } = {}) => element("label", { class: "field" },
  element("span", { class: "label" }, word, optional ? element("span", { class: "hint-inline" }, ` ${say("optional")}`) : null),
  hint ? element("span", { class: "hint" }, hint) : null, field);

export function choice(name, options, { first = null, value = "" } = {}) {
  return element("select", { name }, first === null ? null : element("option", { value: "" }, first),
    ...options.map(([code, words]) => element("option", { value: code, selected: code === value }, words)));
}

// A text with ready sentences above it and voice beside it.
export function text(name, { notes = [], rows = 2 } = {}) {
  const field = element("textarea", { name, rows, maxlength: 2000 });
  const ready = notes.map((words) => element("button", {
    type: "button", class: "act second small",
    onclick: () => {
      field.value = field.value.trim() ? `${field.value.trim()}；${words}` : words;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    },
  }, words));
  const voice = voiceButton(field);
  return { field, beside: ready.length || voice ? [element("div", { class: "ready" }, ...ready, voice)] : [] };
}

export class DayForm {
  // `name` is the draft's; `kinds` are the pictures it takes: [[kind, word]]; `body(values)` gives the action's body, or
  // throws an Error with the sentence that is shown.
  constructor({ name, kind, parts, kinds = [], button, body, sent, grave = false, main = true }) {
    Object.assign(this, { name, kind, body, sent });
    this.photos = [];
    this.list = element("div", { class: "photos" });
    this.wrong = element("p", { class: "wrong", role: "alert", hidden: true });
    this.status = element("p", { class: "quiet small", role: "status" });
    this.form = element("form", { class: "stack", novalidate: true, "data-form": name, onsubmit: (event) => this.#submit(event), oninput: () => this.#soon() },
      this.wrong, ...parts, ...kinds.map(([photo, word]) => this.#photoField(photo, word)), kinds.length ? this.list : null,
      // what is said of the draft comes while a thumb is on its way: it must not move the button
      element("button", { class: `act ${grave ? "grave " : main ? "" : "second "}broad` }, button), this.status);
    this.ready = this.#restore();
  }

  values() {
    return Object.fromEntries(new FormData(this.form));
  }

  async #restore() {
    const kept = await draft(this.name);
    if (!kept) return;
    for (const box of this.form.querySelectorAll("[type=checkbox]")) box.checked = box.name in kept.values;
    for (const [name, value] of Object.entries(kept.values)) {
      const field = this.form.elements[name];
      if (field && field.type !== "checkbox") field.value = value;
    }
    this.photos = kept.photos;
    for (const photo of this.photos) this.#show(photo);
    this.status.textContent = say("draft");
  }

  #soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#keep(), KEEP_AFTER_MS);
  }

  async #keep() {
    if (this.gone) return;
    const values = Object.fromEntries(Object.entries(this.values()).filter(([, value]) => typeof value === "string"));
    await keepDraft(this.name, values, this.photos);
    this.status.textContent = say("draft");
  }

  #photoField(kind, word) {
    const input = element("input", { type: "file", accept: "image/*", multiple: true, class: "photo-input", "data-photo": kind });
    input.addEventListener("change", () => this.#take(input, kind));
    return labelled(word, input, { optional: true });
  }

  async #take(input, kind) {
    this.busy = true;
    this.status.textContent = say("photoWorking");
    this.#fault("");
    for (const file of [...input.files].slice(0, 10 - this.photos.length)) {
      try {
        const photo = await take(file, kind);
        this.photos.push(photo);
        await this.#show(photo);
      } catch {
        this.#fault(say("photoBad"));
      }
    }
    input.value = "";
    this.busy = false;
    await this.#keep();
  }

  async #show(photo) {
    const address = await shown(photo);
    const row = element("figure", { class: "photo", "data-picture": photo.request },
      element("img", { src: address, alt: say(photo.kind === "before" ? "photoBefore" : photo.kind === "after" ? "photoAfter" : "photo"), onload: () => URL.revokeObjectURL(address) }),
      element("button", { type: "button", class: "act second small", onclick: async () => {
        this.photos = this.photos.filter((one) => one !== photo);
        row.remove();
        await dropPhoto(photo.request);
        await this.#keep();
      } }, say("photoAway")));
    this.list.append(row);
  }

  #fault(sentence) {
    this.wrong.textContent = sentence;
    this.wrong.hidden = !sentence;
  }

  async #submit(event) {
    event.preventDefault();
    if (this.busy || this.gone) return;
    this.#fault("");
    let body;
    try {
      body = this.body(this.values(), this.photos);
    } catch (fault) {
      this.#fault(fault.message);
      this.form.querySelector("textarea, input, select")?.focus();
      return;
    }
    this.gone = true;
    clearTimeout(this.timer);
    try {
      await add(this.kind, body, this.photos);
      await dropDraft(this.name);
    } catch (fault) {
      this.gone = false;
      this.#fault(fault.message);
      return;
    }
    this.sent(body);
  }
}
