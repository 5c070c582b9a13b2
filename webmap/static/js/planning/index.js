// The planner's table: ties the map, the tools, the table, the lists and the server together.
// Before: every module of this folder. After: nothing. The server keeps the truth; each edit is answered with what changed.

import { element } from "../map/page.js";
import { onTheme } from "../map/palette.js";
import { Draft } from "./draft.js";
import { Faults } from "./faults.js";
import { drawnMap } from "./ground.js";
import { UnitsLayer } from "./layer.js";
import { UnitList } from "./list.js";
import { Proposals } from "./proposals.js";
import { get, line, post } from "./server.js";
import { Shapes } from "./shapes.js";
import { Table } from "./table.js";
import { tabs } from "./tabs.js";
import { Tools } from "./tools.js";
import { say, whole } from "./words.js";

const box = document.querySelector("[data-editor]");
const home = box.dataset.editor;
const drawn = "drawn" in box.dataset;
const part = (name) => box.querySelector(`[data-${name}]`);
const status = (sentence) => { part("status").textContent = sentence; };
const inLine = line();

status(say("loading"));
tabs(part("tabs"));
const [ground, whole_] = await Promise.all([get(box.dataset.ground), get(`${home}/draft.json`)]);
const shapes = new Shapes(ground);
const draft = new Draft(ground, shapes);
const view = {
  get part() { return view.preview ?? draft.part; },
  today: draft.today, hue: draft.hue, preview: null, chosen: null, marked: new Set(), warned: new Set(),
  get held() { return draft.held; },
  nobody: (key) => draft.parts.get(key)?.nobody,
  name: (key) => (view.preview ? "" : draft.name(key)),
  short: (key) => (view.preview ? "" : draft.short(key)),
};
const map = drawnMap(part("map"), shapes.bounds(Array.from({ length: shapes.size }, (_, unit) => unit)));
const layer = new UnitsLayer(shapes, view);
onTheme(() => layer.recolour());

const current = part("current");
const other = part("other");
const table = new Table(part("grids"), draft, { choose: (key) => { choose(key); zoom(key); }, filter: part("filter"), more: part("more-rows") });
new Faults(part("faults"), draft, { show: showFault, count: part("fault-count"), more: part("more-faults") });
const list = new UnitList(part("units"), draft, { of: part("of"), more: part("more-units"), look: lookAt });
new Proposals(part("proposals"), draft, { home, choose: take, preview, tell: status });

draft.listen((change) => {
  if (change.all || change.parts || gridsChanged()) selects();
  layer.soon(null);
  heads();
});

let known = "";
function gridsChanged() {
  return known !== draft.used().join();
}

// The choosers hold every grid that has ground; what was chosen stays chosen while it has any.
function selects() {
  known = draft.used().join();
  for (const select of box.querySelectorAll("select[data-grids-of]")) {
    const before = [...select.selectedOptions].map((one) => one.value);
    const first = select.querySelector("option[data-first]");
    select.replaceChildren(...(first ? [first] : []), ...draft.used().map((key) => element("option", { value: key }, draft.name(key))));
    for (const one of select.options) if (before.includes(one.value)) one.selected = true;
  }
  if (draft.used().includes(view.chosen)) current.value = view.chosen;
  else choose(Number(current.value));
}

function heads() {
  part("moved").textContent = draft.moved.units ? say("moved", { u: whole(draft.moved.units), h: whole(draft.moved.homes) }) : say("same");
  for (const [name, on] of [["undo", draft.undo], ["redo", draft.redo]]) if (part(name)) part(name).disabled = !on;
  const submit = part("submit");
  if (!submit) return;
  submit.setAttribute("aria-disabled", String(Boolean(draft.blocked)));
  part("blocked").textContent = draft.blocked;
}

function choose(key) {
  view.chosen = key;
  current.value = key;
  table.mark(key);
  const locked = draft.parts.get(key)?.locked ?? false;
  if (part("lock")) part("lock").textContent = part("lock").dataset[locked ? "off" : "on"];
  if (part("name")) part("name").value = draft.name(key);
  if (Number(part("of").value) !== key) {
    part("of").value = key;
    part("of").dispatchEvent(new Event("change"));
  }
  layer.soon(null);
}

function zoom(key) {
  const units = draft.unitsOf(key);
  if (units.length) map.fitBounds(L.latLngBounds(shapes.bounds(units)).pad(0.15), { animate: false });
}

function lookAt(unit) {
  view.marked = new Set(unit === null ? [] : [unit]);
  if (unit !== null) {
    const bounds = L.latLngBounds(shapes.bounds([unit]));
    if (!map.getBounds().contains(bounds)) map.setView(bounds.getCenter(), map.getZoom(), { animate: false });
  }
  layer.soon(null);
}

function showFault(fault) {
  const [west, south, east, north] = fault.bounds;
  view.warned = new Set(fault.units.length ? fault.units : fault.key === null ? [] : draft.unitsOf(fault.key));
  map.fitBounds(L.latLngBounds([south, west], [north, east]).pad(0.3), { animate: false, maxZoom: 17 });
  if (fault.key !== null) choose(fault.key);
  status(`${fault.key === null ? say("wholePlan") : draft.name(fault.key)}：${fault.says}`);
}

function preview(labels) {
  view.preview = labels ? Int32Array.from(labels) : null;
  if (labels) for (const key of new Set(labels)) if (!draft.hue.has(key)) draft.hue.set(key, key % 6);
  layer.soon(null);
}

// One change: sent in its turn, answered with what changed; when it is refused the draft is fetched as it stands.
function send(address, body, words) {
  return inLine(async () => {
    box.dataset.busy = "";
    try {
      const change = await post(`${home}/${address}`, { ...body, revision: draft.revision });
      view.warned = new Set();
      draft.apply(change);
      status(words(change));
      return true;
    } catch (fault) {
      draft.take(await get(`${home}/draft.json`));
      status(fault.status === 409 && fault.message.includes("revision") ? say("again") : fault.message);
      return false;
    } finally {
      delete box.dataset.busy;
      box.dataset.answers = Number(box.dataset.answers ?? 0) + 1;
    }
  });
}

const changedUnits = (change) => change.units.reduce((sum, [, units]) => sum + units.length, 0);
const edit = (kind, given, words) => send("edits", { kind, ...given }, words ?? ((change) => say("done", { n: whole(changedUnits(change)) })));

function paint(units, key) {
  const homes = draft.households(units);
  return edit("paint", { units, part: key }, () => say("painted", { n: whole(units.length), h: whole(homes), g: draft.name(key) }));
}

function take(job, offer) {
  return send("choose", { job, offer }, () => say("used", { n: offer + 1 }));
}

map.on("mousemove", ({ containerPoint }) => {
  const unit = layer.under(containerPoint);
  part("hover").textContent = unit < 0 ? "" : say("unitSays", { n: unit + 1, h: whole(ground.counts.households[unit]), g: draft.name(draft.part[unit]) });
});
current.addEventListener("change", () => choose(Number(current.value)));
part("of").addEventListener("change", () => { if (Number(part("of").value) !== view.chosen) choose(Number(part("of").value)); });

if (drawn) {
  const two = () => {
    if (other.value !== "" && Number(other.value) !== view.chosen) return Number(other.value);
    status(say("chooseOther"));
    other.focus();
    return null;
  };
  const tools = new Tools(map, layer, draft, {
    hint: (sentence) => { part("hint").textContent = sentence; },
    lineButtons: part("line-acts"),
    act: {
      current: () => view.chosen,
      choose,
      painted: (units) => paint(units, view.chosen),
      hold: (unit) => {
        const on = !draft.held.has(unit);
        return edit("lock", { units: [unit], on }, () => say(on ? "held" : "freed", { n: 1 }));
      },
      drawn: (tool, corners) => {
        if (tool === "split") return edit("split_line", { part: view.chosen, line: corners }, () => say("split", { n: 2 }));
        const second = two();
        return second === null ? false : edit("line_along", { part: view.chosen, other: second, line: corners });
      },
    },
  });
  for (const radio of box.querySelectorAll("input[name=tool]")) radio.addEventListener("change", () => tools.use(radio.value));
  tools.use(box.querySelector("input[name=tool]:checked").value);
  const press = (name, work) => part(name).addEventListener("click", work);
  press("line-finish", () => tools.finish());
  press("line-back", () => tools.back());
  press("line-clear", () => tools.clear());
  press("undo", () => send("undo", {}, () => say("undone")));
  press("redo", () => send("redo", {}, () => say("redone")));
  press("merge", () => {
    const second = two();
    if (second !== null) edit("merge", { parts: [view.chosen, second], part: view.chosen }, () => say("merged", { g: draft.name(view.chosen) }));
  });
  press("swap", () => {
    const second = two();
    if (second !== null) edit("swap", { part: view.chosen, other: second });
  });
  press("lock", () => {
    const on = !draft.parts.get(view.chosen).locked;
    const key = view.chosen;
    edit("lock", { parts: [key], on }, () => say(on ? "locked" : "unlocked", { g: draft.name(key) })).then(() => choose(view.chosen));
  });
  press("give", () => {
    const units = [...list.ticked];
    if (!units.length) return status(say("chooseUnits"));
    list.clear();
    return paint(units, Number(part("to").value));
  });
  press("hold-units", () => {
    const units = [...list.ticked];
    if (!units.length) return status(say("chooseUnits"));
    const on = !units.every((unit) => draft.held.has(unit));
    return edit("lock", { units, on }, () => say(on ? "held" : "freed", { n: units.length })).then(() => list.all());
  });
  press("count", () => inLine(async () => {
    await post(`${home}/count`, { revision: draft.revision }).then(() => location.reload(), (fault) => status(fault.message));
  }));
  part("split-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const parts = Number(event.target.elements.parts.value);
    edit("split", { part: view.chosen, parts }, () => say("split", { n: parts }));
  });
  part("name-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value;
    edit("name", { part: view.chosen, name }, () => say("named", { g: name }));
  });
  part("scales-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const [weights, limits] = [{}, {}];
    for (const field of event.target.querySelectorAll("[data-weight]")) weights[field.dataset.weight] = field.value;
    for (const field of event.target.querySelectorAll("[data-limit]")) if (field.value.trim()) limits[field.dataset.limit] = field.dataset.percent === undefined ? Number(field.value) : Number(field.value) / 100;
    send("scales", { weights, limits }, () => say("weighed"));
  });
  part("submit").addEventListener("click", (event) => {
    if (!draft.blocked) return;
    event.preventDefault();
    status(draft.blocked);
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input[type=text], textarea")) return;
    const name = event.key.toLowerCase() === "z" ? (event.shiftKey ? "redo" : "undo") : event.key.toLowerCase() === "y" ? "redo" : null;
    if (!name || part(name).disabled) return;
    event.preventDefault();
    part(name).click();
  });
}

draft.take(whole_);
layer.addTo(map);
choose(draft.used()[0]);
status(say("ready", { n: whole(shapes.size), g: whole(draft.grids) }));
box.dataset.ready = "";
