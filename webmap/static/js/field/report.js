// Something seen on the way is reported: words, place, pictures; several drafts, also without a network.
// Before: form.js, map.js. After: index.js opens it; the number of the action is the number of the report.

import { element } from "../map/page.js";
import { DayForm, choice, labelled, text } from "./form.js";
import { closeButton } from "./panel.js";
import { dropDraft, drafts } from "./queue.js";
import { number } from "./store.js";
import { say } from "./words.js";

export async function drawReport(box, day, { close, sent, put, aside, form = null }) {
  const kept = await drafts("report:");
  const name = form ?? kept[0]?.form ?? `report:${number()}`;
  const again = (other) => drawReport(box, day, { close, sent, put, aside, form: other });
  const made = reportForm(name, day, { sent: (body) => { put(null); sent(body); }, put, aside });
  await made.ready;
  const others = kept.filter((one) => one.form !== name);
  box.replaceChildren(
    element("div", { class: "day-panel-head" }, element("h2", {}, say("reportTitle")), closeButton(() => { put(null); close(); })),
    kept.length ? element("details", { class: "day-other" }, element("summary", {}, `${say("drafts")} (${kept.length})`),
      element("ul", { class: "day-drafts" }, ...others.map((one) => draftRow(one, again))),
      element("button", { type: "button", class: "act second", onclick: () => again(`report:${number()}`) }, say("newDraft"))) : "",
    made.form,
  );
  made.showPoint();
  return { pick: made.pick };
}

function draftRow(one, again) {
  const words = [one.values.text, one.values.where].filter(Boolean).join(" · ") || say("photoCount", { n: one.photos.length });
  return element("li", {},
    element("button", { type: "button", class: "act second small", onclick: () => again(one.form) }, words.slice(0, 40)),
    element("button", { type: "button", class: "act link small", onclick: async () => { await dropDraft(one.form, one); await again(null); } }, say("dropDraft")));
}

function reportForm(name, day, { sent, put, aside }) {
  const { field, beside } = text("text");
  const where = element("input", { type: "text", name: "where", maxlength: 200 });
  const [lon, lat] = ["lon", "lat"].map((one) => element("input", { type: "hidden", name: one }));
  const marked = element("p", { class: "quiet small", role: "status" });
  const pick = (point) => {
    [lon.value, lat.value] = [point.lng.toFixed(7), point.lat.toFixed(7)];
    lon.dispatchEvent(new Event("input", { bubbles: true }));
    showPoint();
  };
  const showPoint = () => {
    put(lon.value ? { lon: Number(lon.value), lat: Number(lat.value) } : null);
    marked.textContent = lon.value ? say("marked") : "";
  };
  const here = element("button", { type: "button", class: "act second small", onclick: () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => pick({ lng: coords.longitude, lat: coords.latitude }), () => { marked.textContent = say("hereRefused"); }, { enableHighAccuracy: true, timeout: 10000 },
  ) }, say("here"));
  const onMap = aside && element("button", { type: "button", class: "act second small day-on-map", onclick: () => {
    const bar = aside({ pick: (point) => { pick(point); bar.picked(); }, done: () => onMap.focus() });
  } }, say("onMap"));
  const form = new DayForm({
    name, kind: "report", button: say("send"), sent, kinds: [["before", say("photo")]],
    parts: [labelled(say("what"), field), ...beside, labelled(say("where"), where, { hint: say("whereHint") }),
      element("p", { class: "day-ways" }, onMap ?? "", here, marked), lon, lat,
      labelled(say("category"), choice("category", day.types.map((one) => [one.code, one.name]), { first: say("categoryBySystem") }))],
    body: (values) => {
      const body = { text: values.text.trim(), where: values.where.trim(), category: values.category };
      if (!body.text) throw new Error(say("needed"));
      if (values.lon) Object.assign(body, { lon: Number(values.lon), lat: Number(values.lat) });
      else if (!body.where) throw new Error(say("needWhere"));
      return body;
    },
  });
  return Object.assign(form, { pick, showPoint });
}
