// Tabs: one panel at a time, by click and by arrow keys. Without a script all panels stand one under the other.

export function tabs(list) {
  const buttons = [...list.querySelectorAll("[role=tab]")];
  const panel = (button) => document.getElementById(button.getAttribute("aria-controls"));
  const open = (chosen, focus) => {
    for (const button of buttons) {
      const on = button === chosen;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      panel(button).hidden = !on;
    }
    if (focus) chosen.focus();
  };
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[role=tab]");
    if (button) open(button, false);
  });
  list.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = step ? buttons[(at + step + buttons.length) % buttons.length] : { Home: buttons[0], End: buttons.at(-1) }[event.key];
    if (!to || at < 0) return;
    event.preventDefault();
    open(to, true);
  });
  // what was wrong with a form is seen at once
  open(buttons.find((button) => panel(button).querySelector(".wrong")) ?? buttons[0], false);
}
