// Handing over at leave without a network: days, a colleague of the branch, the cases that go; it waits like everything else.
// Before: form.js, contact.js. After: index.js opens it; with a network the page of leave says more.

import { element } from "../map/page.js";
import { DayForm, choice, labelled, text } from "./form.js";
import { closeButton } from "./panel.js";
import { say } from "./words.js";

const GIVEN = ["pre_check", "assigned", "accepted"];

export async function drawLeave(box, day, book, { close, sent }) {
  const tomorrow = new Date(Date.now() + 86400000).toLocaleDateString("sv");
  const [first, last] = ["first", "last"].map((name) => element("input", { type: "date", name, value: tomorrow, min: tomorrow }));
  const cases = day.cases.filter((one) => one.mine && !one.queued && GIVEN.includes(one.state));
  const { field, beside } = text("words");
  field.maxLength = 300;
  const form = new DayForm({
    name: "hand_over", kind: "hand_over", button: say("leaveSend"), sent,
    parts: [
      labelled(say("leaveFirst"), first), labelled(say("leaveLast"), last),
      labelled(say("leaveWhom"), choice("colleague", book.people.map(([id, name]) => [String(id), name]), { first: say("choose") })),
      element("fieldset", { class: "stack" }, element("legend", {}, say("leaveCases", { n: cases.length })), ...cases.map(tick)),
      labelled(say("leaveWords"), field, { optional: true }), ...beside,
    ],
    body: (values) => {
      if (!values.first || !values.last || values.last < values.first) throw new Error(say("leaveDays"));
      if (!values.colleague) throw new Error(say("leaveNobody"));
      const given = cases.filter((one) => values[`case-${one.id}`]).map((one) => [one.id, one.revision]);
      return { first: values.first, last: values.last, colleague: Number(values.colleague), cases: given, words: values.words.trim() };
    },
  });
  await form.ready;
  box.replaceChildren(
    element("div", { class: "day-panel-head" }, element("h2", {}, say("leave")), closeButton(close)),
    element("p", { class: "quiet small" }, say("leaveLater")), form.form);
}

function tick(one) {
  return element("label", { class: "tick" }, element("input", { type: "checkbox", name: `case-${one.id}`, value: "yes", checked: true }),
    element("span", {}, one.text, " ", element("span", { class: "quiet small" }, one.place || one.grid)));
}
