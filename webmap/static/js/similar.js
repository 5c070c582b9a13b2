// While a report is written: cases nearby that look like it, and categories its words may mean. Both are offers.
// Before: report.html. After: a button `join` adds one's voice; a proposal chooses in the list of categories.

const WAIT_MS = 500;
const ENGLISH = document.documentElement.lang.startsWith("en");
const SAY = ENGLISH
  ? {
      title: "Already reported nearby",
      hint: "If it is the same matter, add your voice: you get a link of your own and are told what happens.",
      join: "It is the same: add my voice",
      about: (one) => [one.place, `${one.distance_m} m away`, one.since, one.state],
      propose: (one) => `${one.name}${one.percent === null ? "" : ` · ${one.percent}%`}`,
    }
  : {
      title: "附近已有人反映",
      hint: "如果是同一件事，可以加上您的声音：您会有自己的查询链接，有进展同样告诉您。",
      join: "就是这件，加上我的声音",
      about: (one) => [one.place, `相距约 ${one.distance_m} 米`, one.since, one.state],
      propose: (one) => `${one.name}${one.percent === null ? "" : ` · ${one.percent}%`}`,
    };

const form = document.querySelector("form[data-report]");
if (form) watch(form);

function watch(form) {
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    asked += 1;
    const mine = asked;
    const found = await fetchSimilar(form);
    if (found && mine === asked) show(form, found);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  };
  for (const name of ["input", "change", "placechosen", "pinned"]) form.addEventListener(name, soon);
  // the small map sets its hidden fields without an event
  const pin = form.querySelector("[data-pick] [data-said]");
  if (pin) new MutationObserver(soon).observe(pin, { childList: true, characterData: true, subtree: true });
}

async function fetchSimilar(form) {
  const given = new FormData(form);
  const number = (name) => (given.get(name) ? Number(given.get(name)) : null);
  const body = {
    text: given.get("text"),
    where: given.get("where"),
    category: given.get("category"),
    lon: number("lon"),
    lat: number("lat"),
  };
  if (!body.text.trim()) return { similar: [], categories: [] };
  try {
    const answer = await fetch("/similar.json", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": given.get("csrf_token") },
      body: JSON.stringify(body),
    });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // it is an offer: the form works without it
  }
}

function show(form, { similar, categories }) {
  const panel = form.querySelector("[data-similar]");
  panel.hidden = similar.length === 0;
  panel.replaceChildren(...(similar.length ? [made("h2", SAY.title), made("p", SAY.hint, "hint"), list(similar)] : []));
  const offers = form.querySelector("[data-proposals]");
  const chosen = form.elements.category.value;
  offers.hidden = categories.length === 0 || chosen !== "";
  offers.replaceChildren(made("span", offers.dataset.hint, "hint"), ...categories.map((one) => proposal(form, one)));
}

function list(similar) {
  const rows = made("ul", "", "similar-list");
  for (const one of similar) {
    const row = made("li");
    const join = made("button", SAY.join, "act second");
    Object.assign(join, { name: "join", value: one.number });
    row.append(made("strong", one.category), made("span", SAY.about(one).filter(Boolean).join(" · "), "hint"), join);
    rows.append(row);
  }
  return rows;
}

function proposal(form, one) {
  const button = made("button", SAY.propose(one), "act second small");
  button.type = "button";
  if (one.words.length) button.title = one.words.join(ENGLISH ? ", " : "、");
  button.addEventListener("click", () => {
    const select = form.elements.category;
    select.value = one.code;
    select.closest("details").open = true;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    select.focus();
  });
  return button;
}

function made(name, words = "", className = "") {
  const element = document.createElement(name);
  element.textContent = words;
  if (className) element.className = className;
  return element;
}
