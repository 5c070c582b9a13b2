// Covering parts of a picture: drag a patch, or add one and move it by keyboard; the numbers beside say the same.
// Before: public/picture.html, whose numbers alone do without a script. After: the server paints, see gis/cases/covering.py.

const FIELDS = ["left", "top", "width", "height"];
const NEW = { left: 40, top: 40, width: 20, height: 20 };
const LEAST = 0.5;
const STEP = 1;

const form = document.querySelector("form[data-cover]");
if (form) begin(form);

function begin(form) {
  const stage = form.querySelector("[data-stage]");
  const list = form.querySelector("[data-parts]");
  for (const name of ["[data-help]", "[data-add]"]) form.querySelector(name).hidden = false;
  for (const name of ["[data-plain-help]", "[data-look]"]) form.querySelector(name).hidden = true;
  form.classList.add("drawing");
  const rows = [...list.querySelectorAll("[data-part]")];
  const blank = rows[rows.length - 1].cloneNode(true);
  for (const row of rows) if (empty(row)) row.remove();
  const parts = { stage, list, blank };
  for (const row of list.querySelectorAll("[data-part]")) attach(parts, row);
  number(parts);
  form.querySelector("[data-add]").addEventListener("click", () => add(parts, NEW).patch.focus());
  stage.addEventListener("pointerdown", (event) => draw(parts, event));
}

function empty(row) {
  return FIELDS.every((name) => row.querySelector(`[name=${name}]`).value.trim() === "");
}

function add(parts, values) {
  const row = parts.blank.cloneNode(true);
  parts.list.append(row);
  const made = attach(parts, row);
  write(made, values);
  number(parts);
  return made;
}

// A row of numbers and its patch on the picture belong together.
function attach(parts, row) {
  const patch = document.createElement("button");
  patch.type = "button";
  patch.className = "patch";
  parts.stage.append(patch);
  const made = { row, patch, parts };
  row.querySelector("[data-drop]").hidden = false;
  row.querySelector("[data-drop]").addEventListener("click", () => drop(made));
  row.addEventListener("input", () => place(made, read(made)));
  patch.addEventListener("keydown", (event) => key(made, event));
  patch.addEventListener("pointerdown", (event) => drag(made, event));
  place(made, read(made));
  return made;
}

function drop({ row, patch, parts }) {
  row.remove();
  patch.remove();
  number(parts);
}

function number({ stage, list }) {
  const patches = stage.querySelectorAll(".patch");
  list.querySelectorAll("[data-part]").forEach((row, index) => {
    const words = list.dataset.word.replace("{n}", index + 1);
    row.querySelector("legend").textContent = words;
    row.querySelector("[data-drop]").setAttribute("aria-label", `${list.dataset.dropWord} ${words}`);
    patches[index].textContent = index + 1;
    patches[index].setAttribute("aria-label", words);
  });
}

function read({ row }) {
  return Object.fromEntries(FIELDS.map((name) => [name, Number(row.querySelector(`[name=${name}]`).value) || 0]));
}

function write(made, values) {
  const width = clamp(values.width, LEAST, 100);
  const height = clamp(values.height, LEAST, 100);
  const kept = { left: clamp(values.left, 0, 100 - width), top: clamp(values.top, 0, 100 - height), width, height };
  for (const name of FIELDS) made.row.querySelector(`[name=${name}]`).value = Math.round(kept[name] * 10) / 10;
  place(made, kept);
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

function place({ patch }, values) {
  for (const name of FIELDS) patch.style[name] = `${values[name]}%`;
}

function key(made, event) {
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    const next = made.parts.stage.querySelector(".patch:not(:focus)");
    drop(made);
    (next ?? form.querySelector("[data-add]")).focus();
    return;
  }
  const [x, y] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? [0, 0];
  if (!x && !y) return;
  event.preventDefault();
  const now = read(made);
  write(made, event.shiftKey ? { ...now, width: now.width + x, height: now.height + y } : { ...now, left: now.left + x, top: now.top + y });
}

function drag(made, event) {
  event.preventDefault();
  event.stopPropagation();
  made.patch.focus();
  const from = spot(made.parts.stage, event);
  const begun = read(made);
  follow(made.parts.stage, event, (here) => write(made, { ...begun, left: begun.left + here.x - from.x, top: begun.top + here.y - from.y }));
}

function draw(parts, event) {
  if (event.button !== 0) return;
  event.preventDefault();
  const from = spot(parts.stage, event);
  let made = null;
  follow(parts.stage, event, (here) => {
    const values = { left: Math.min(from.x, here.x), top: Math.min(from.y, here.y), width: Math.abs(here.x - from.x), height: Math.abs(here.y - from.y) };
    if (!made && values.width < LEAST && values.height < LEAST) return;
    made ??= add(parts, values);
    write(made, values);
  });
}

// Where the finger is, in per cent of the picture.
function spot(stage, event) {
  const box = stage.querySelector("[data-plain]").getBoundingClientRect();
  return { x: clamp(((event.clientX - box.left) / box.width) * 100, 0, 100), y: clamp(((event.clientY - box.top) / box.height) * 100, 0, 100) };
}

function follow(stage, begun, move) {
  stage.setPointerCapture(begun.pointerId);
  const moved = (event) => move(spot(stage, event));
  const ended = () => {
    stage.removeEventListener("pointermove", moved);
    for (const name of ["pointerup", "pointercancel"]) stage.removeEventListener(name, ended);
  };
  stage.addEventListener("pointermove", moved);
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, ended);
}
