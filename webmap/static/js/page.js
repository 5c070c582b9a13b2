// What every page does with a script: menus close, a form is sent once, wide tables are within reach. Pages work without it.

for (const menu of document.querySelectorAll("details[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A second tap on a slow line must not send twice; the way back (bfcache) frees the button again.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented) return;
  const buttons = event.target.querySelectorAll("button:not([type=button])");
  setTimeout(() => buttons.forEach((button) => { button.disabled = true; }));
  window.addEventListener("pageshow", () => buttons.forEach((button) => { button.disabled = false; }), { once: true });
});

for (const box of document.querySelectorAll("[data-all]")) {
  box.addEventListener("change", () => {
    for (const one of document.querySelectorAll(`input[name="${box.dataset.all}"]`)) one.checked = box.checked;
  });
}

for (const select of document.querySelectorAll("[data-send]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// A table wider than its place is moved sideways: by keyboard too, though nothing in it takes the focus.
function reach() {
  for (const sheet of document.querySelectorAll(".sheet")) {
    const hidden = sheet.scrollWidth > sheet.clientWidth;
    if (hidden && !sheet.querySelector("a, button, input, select")) {
      sheet.tabIndex = 0;
      sheet.setAttribute("role", "region");
      sheet.setAttribute("aria-label", sheet.closest("section, main").querySelector("h1, h2, h3")?.textContent.trim() ?? document.title);
    }
  }
}

reach();
window.addEventListener("resize", reach);
