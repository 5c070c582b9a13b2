// Looking a household up without a network: among the doors of my grids that the tablet took along. First the purpose;
// what is shown is written down at the next contact, with it. Before: contact.js, panel.js. After: index.js opens it.

import { element } from "../map/page.js";
import { choice, labelled } from "./form.js";
import { closeButton, visitForm } from "./panel.js";
import { add } from "./queue.js";
import { say } from "./words.js";

const MOST = 30;

// Doors whose words hold every part that is looked for.
export function found(doors, words) {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  return parts.length ? doors.filter(([, said]) => parts.every((part) => said.toLowerCase().includes(part))) : [];
}

export function drawLookUp(box, day, book, { close, sent, looked }) {
  const words = element("input", { type: "search", name: "q", maxlength: 80, autocomplete: "off" });
  const purpose = choice("purpose", Object.entries(day.purposes), { first: say("choose") });
  const said = element("p", { class: "quiet small", role: "status" });
  const list = element("ul", { class: "day-found" });
  const search = async (event) => {
    event.preventDefault();
    const doors = found(book.doors, words.value);
    list.replaceChildren();
    if (!words.value.trim() || !purpose.value) {
      said.textContent = say(purpose.value ? "lookWords" : "lookPurpose");
      return (purpose.value ? words : purpose).focus();
    }
    const shown = doors.slice(0, MOST);
    if (shown.length) await add("look", { households: shown.map(([id]) => id), purpose: purpose.value });
    list.replaceChildren(...shown.map((door) => row(door)));
    said.textContent = shown.length ? say("lookFound", { n: shown.length }) : say("lookNone");
    if (doors.length > MOST) said.textContent += ` ${say("lookMore", { n: doors.length - MOST })}`;
    if (shown.length) looked();
    return undefined;
  };
  const row = ([id, label]) => element("li", {}, element("span", {}, label),
    element("button", { type: "button", class: "act second small", onclick: () => visit(id, label) }, say("keepVisit")));
  const visit = async (id, label) => {
    const form = await visitForm(id, day, sent);
    box.replaceChildren(head(label, close), form);
    form.querySelector("select").focus();
  };
  box.replaceChildren(head(say("lookUp"), close),
    element("form", { class: "stack", onsubmit: search },
      labelled(say("lookHint"), words), labelled(say("purpose"), purpose),
      element("p", { class: "quiet small" }, say("lookKept")), element("button", { class: "act broad" }, say("look"))),
    said, list);
  words.focus();
}

const head = (title, close) => element("div", { class: "day-panel-head" }, element("h2", {}, title), closeButton(close));
