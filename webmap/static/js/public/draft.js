// What was written of a report stays in this tab until it has arrived: an old telephone throws the page away while its
// camera is open, and a line may break while it is sent. Only in this tab (sessionStorage), never the telephone number.
// Before: report.js. After: sent.js forgets it when the answer is there.

const KEY = "report-draft";
const KEPT = ["text", "where", "category", "lon", "lat"];

export function keepWords(form) {
  const store = storage();
  if (!store) return;
  if (!("given" in form.dataset)) restore(form, store);
  const keep = () => {
    const words = Object.fromEntries(KEPT.map((name) => [name, form.elements[name].value]));
    if (Object.values(words).some(Boolean)) store.setItem(KEY, JSON.stringify(words));
    else store.removeItem(KEY);
  };
  for (const name of ["input", "change", "placechosen"]) form.addEventListener(name, keep);
  window.addEventListener("pagehide", keep);
}

// The report has arrived: nothing of it stays behind.
export function forgetWords() {
  storage()?.removeItem(KEY);
}

function restore(form, store) {
  let words = {};
  try {
    words = JSON.parse(store.getItem(KEY) ?? "{}");
  } catch {
    store.removeItem(KEY);
  }
  for (const name of KEPT) if (words[name] && !form.elements[name].value) form.elements[name].value = words[name];
}

// A browser may refuse to keep anything: then nothing is kept.
function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
