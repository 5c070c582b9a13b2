// What others do, as it happens: a line from the server says that something moved, then the screen asks what of it
// concerns it. Nothing jumps: rows change in place, rows that left stay until the next look, new ones are announced.
// Before: /board/events, /board/changes.json. After: index.js, wall.js.

const TOGETHER_MS = 120;
const OWN_LOOK_MS = 60_000;
const WITHOUT_LINE_MS = 4000;

// Call `work` when something moved, and every minute because time passes; `tell(on)` says whether the line stands.
export function listen(work, tell = () => {}) {
  let waiting = null;
  let without = null;
  let doubt = null;
  const soon = () => { waiting ??= setTimeout(async () => { await work().catch(() => {}); waiting = null; }, TOGETHER_MS); };
  const line = () => {
    const source = new EventSource("/board/events");
    source.addEventListener("open", () => { clearTimeout(doubt); clearInterval(without); doubt = without = null; tell(true); soon(); });
    source.addEventListener("moved", soon);
    source.addEventListener("error", () => {
      // a line ends by itself every few seconds and is opened anew; only one that stays away is news
      doubt ??= setTimeout(() => { tell(false); without ??= setInterval(soon, WITHOUT_LINE_MS); }, WITHOUT_LINE_MS);
      if (source.readyState === EventSource.CLOSED) setTimeout(line, WITHOUT_LINE_MS * 2);
    });
    window.addEventListener("pagehide", () => source.close(), { once: true });
  };
  line();
  setInterval(soon, OWN_LOOK_MS);
  return soon;
}

// Put what is otherwise into the list.
export function apply(list, pane, found) {
  for (const [name, count] of Object.entries(found.lanes)) laneCount(name || "all", count);
  for (const [id, html] of Object.entries(found.rows)) replaced(list, id, html, found.said[id]);
  for (const id of found.gone) left(list, id, found.said[id] ?? pane.dataset.wordsGone);
  list.querySelector("[data-total-word]").textContent = pane.dataset.wordsCount.replace("{n}", found.total);
  const button = list.querySelector("[data-fresh]");
  button.hidden = found.fresh === 0;
  button.textContent = pane.dataset.wordsNew.replace("{n}", found.fresh);
}

export function laneCount(name, count) {
  const place = document.querySelector(`[data-lane="${name}"]`);
  if (place) place.textContent = count;
}

function replaced(list, id, html, said) {
  const old = list.querySelector(`#case-${id}`);
  if (!old) return;
  const box = document.createElement("template");
  box.innerHTML = html.trim();
  const row = box.content.querySelector("tr");
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(row);
  row.classList.add("is-moved");
  row.querySelector(".moved").textContent = said ?? "";
  if (hadFocus) row.querySelector("[data-open]").focus();
}

function left(list, id, said) {
  const row = list.querySelector(`#case-${id}`);
  if (!row || row.classList.contains("is-gone")) return;
  row.classList.add("is-gone");
  row.querySelector(".moved").textContent = said;
  const tick = row.querySelector("input[type=checkbox]");
  if (tick) { tick.checked = false; tick.disabled = true; }
}

// What the screen shows, as the server asks for it: the rows, and the case that is open though no row of this page shows it.
export function shown(list, open) {
  const rows = [...list.querySelectorAll("tr[data-case]:not(.is-gone)")].map((row) => [row.dataset.case, row.dataset.revision]);
  if (open && !rows.some(([id]) => id === open.dataset.shown)) rows.push([open.dataset.shown, open.dataset.revision]);
  return rows.map((row) => row.join(":")).join(",");
}
