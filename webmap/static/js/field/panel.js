// What is chosen: one case with its acts, or one door with its visit; at the lower right, under the thumb.
// Before: form.js. After: index.js opens and closes it.

import { element } from "../map/page.js";
import { add } from "./queue.js";
import { DayForm, choice, labelled, text } from "./form.js";
import { top } from "./list.js";
import { say } from "./words.js";

const PICTURES = { act: [["before", "photoBefore"], ["after", "photoAfter"]], note: [["before", "photo"]] };

export function closeButton(close) {
  return element("button", { type: "button", class: "act link day-close", onclick: close }, say("close"));
}

export async function drawCase(box, one, day, { close, sent }) {
  const forms = one.moves.map((name) => moveForm(name, one, day, sent));
  await Promise.all(forms.map((form) => form.ready));
  const [main, others] = [forms.filter((form) => form.main), forms.filter((form) => !form.main)];
  box.replaceChildren(
    element("div", { class: "day-panel-head" }, element("div", {}, top(one, day), element("h2", {}, one.text)), closeButton(close)),
    element("p", { class: "quiet small" }, [one.category, one.place, one.grid, one.number].filter(Boolean).join(" · ")),
    element("p", { class: "day-ways" },
      one.lon === null ? null : element("a", { class: "act second small", href: `geo:${one.lat},${one.lon}` }, say("navigate")),
      element("a", { class: "act link small", href: `/cases/${one.id}` }, say("whole"))),
    ...main.map((form) => form.form),
    ...others.map((form) => element("details", { class: "day-other", open: form.status.textContent !== "" }, element("summary", {}, form.opener), form.form)),
  );
}

function moveForm(name, one, day, sent) {
  const asked = day.forms[name];
  const parts = [];
  if (asked.fields.includes("toward")) parts.push(labelled(say("toward"), element("input", { type: "text", name: "toward", maxlength: 100, list: "day-agencies" }), { hint: say("towardHint") }), element("datalist", { id: "day-agencies" }, ...day.agencies.map((words) => element("option", { value: words }))));
  if (asked.fields.includes("limit")) parts.push(labelled(say("moreDays"), element("input", { name: "days", type: "number", min: 1, max: 180, value: 2 })));
  if (asked.ask) {
    const { field, beside } = text("reason", { notes: ["note", "act"].includes(name) ? day.notes : [] });
    parts.push(labelled(asked.ask, field, { hint: asked.hint, optional: asked.optional }), ...beside);
  }
  if (asked.fields.includes("explained")) parts.push(element("label", { class: "tick" }, element("input", { type: "checkbox", name: "explained", value: "yes" }), element("span", {}, say("explained"))));
  const form = new DayForm({
    name: `move:${one.id}:${name}`, kind: "move", parts, kinds: (PICTURES[name] ?? []).map(([kind, word]) => [kind, say(word)]),
    button: asked.button, grave: asked.grave, main: asked.main, sent,
    body: (values, photos) => moveBody(name, one, asked, values, photos),
  });
  return Object.assign(form, { main: asked.main, opener: asked.opener });
}

function moveBody(name, one, asked, values, photos) {
  const reason = (values.reason ?? "").trim();
  if (asked.ask && !asked.optional && !reason) throw new Error(say("needed"));
  if (name === "note" && !reason && !photos.length) throw new Error(say("needed"));
  const body = { case: one.id, revision: one.revision, move: name, reason };
  if (asked.fields.includes("toward")) {
    body.toward = (values.toward ?? "").trim();
    if (!body.toward) throw new Error(say("toward"));
  }
  if (asked.fields.includes("limit")) body.days = Math.min(180, Math.max(1, Number(values.days) || 1));
  if (values.explained) body.explained = true;
  return body;
}

// A door: first why it is looked at, which is written down; then its visit.
export async function drawDoor(box, door, day, { close, sent, looked }) {
  const purposes = choice("purpose", Object.entries(day.purposes), { value: "visit" });
  const said = element("p", { class: "quiet small", role: "status" });
  const look = element("form", { class: "day-look", onsubmit: async (event) => {
    event.preventDefault();
    await add("look", { household: door.id, purpose: purposes.value });
    said.textContent = say("looked");
    look.hidden = true;
    looked();
    const duties = door.label.split("、").slice(1).join("、");
    box.append(duties ? element("p", {}, duties) : "", await visitForm(door.id, day, sent));
  } }, labelled(say("purpose"), purposes), element("button", { class: "act" }, say("look")));
  box.replaceChildren(
    element("div", { class: "day-panel-head" }, element("h2", {}, door.label.split("、")[0]), closeButton(close)),
    element("p", { class: "day-ways" }, element("a", { class: "act second small", href: `geo:${door.lat},${door.lon}` }, say("navigate"))),
    look, said,
  );
}

// The few words of a visit.
export async function visitForm(id, day, sent) {
  const kinds = day.visits.filter((one) => one.code !== "paper");
  const answers = element("select", { name: "answer" }, element("option", { value: "" }, say("choose")),
    ...kinds.map((one) => element("optgroup", { label: one.name }, ...one.answers.map(([code, words]) => element("option", { value: `${one.code}:${code}` }, words)))));
  const { field, beside } = text("words", { rows: 2 });
  field.maxLength = 300;
  const form = new DayForm({
    name: `visit:${id}`, kind: "visit", button: say("keepVisit"), sent,
    parts: [labelled(say("answer"), answers), labelled(say("more"), field, { optional: true }), ...beside],
    body: (values) => {
      const [template, answer] = (values.answer || "visit:").split(":");
      if (!answer) throw new Error(say("choose"));
      return { household: id, template, answer, words: (values.words ?? "").trim() };
    },
  });
  await form.ready;
  return form.form;
}
