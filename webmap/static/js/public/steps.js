// One question a screen on a telephone: words, place, picture. The way back of the telephone goes one question back.
// On a wide screen the form stays whole. Before: report.js. After: nothing; without a script it is one form. `placed` is
// called when the question of the place comes into sight: a map that was made unseen has no size.

const NARROW = "(max-width: 640px)";
const LAST = 3;

export function stepByStep(form, placed) {
  const narrow = matchMedia(NARROW);
  const steps = [...form.querySelectorAll("[data-step]")];
  const part = (name) => form.querySelector(`[data-${name}]`);
  const word = part("steps");
  let now = first(form, steps);

  const show = (step) => {
    now = step;
    const whole = !narrow.matches;
    form.classList.toggle("stepped", !whole);
    for (const one of steps) one.hidden = !whole && Number(one.dataset.step) !== step;
    document.querySelector("[data-ask-head]").classList.toggle("ask-later", !whole && step > 1);
    part("similar").classList.toggle("ask-later", !whole && step !== 2);
    word.hidden = whole;
    word.textContent = word.dataset.word.replace("{n}", step);
    part("back").hidden = whole || step === 1;
    part("next").hidden = whole || step === LAST;
    part("final").hidden = !whole && step !== LAST;
    if (whole || step === 2) placed();
  };
  const go = (step) => {
    show(step);
    window.scrollTo(0, 0);
    steps[step - 1].querySelector("textarea, input:not([type=hidden])").focus({ preventScroll: true });
  };

  part("next").addEventListener("click", () => {
    if (!answered(form, now)) return;
    history.pushState({ step: now + 1 }, "");
    go(now + 1);
  });
  part("back").addEventListener("click", () => (history.state?.step > 1 ? history.back() : go(now - 1)));
  window.addEventListener("popstate", ({ state }) => narrow.matches && go(state?.step ?? 1));
  // The key "enter" in a field sends a form by its first button: on a telephone it means the next question.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !narrow.matches || now === LAST || event.defaultPrevented || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    part("next").click();
  });
  narrow.addEventListener("change", () => show(now));
  show(now);
}

// After a fault the form opens at the question it is about.
function first(form, steps) {
  const about = document.querySelector("[data-fault]")?.dataset.fault;
  const found = about && steps.find((one) => one.dataset.holds.split(" ").includes(about));
  return found ? Number(found.dataset.step) : 1;
}

function answered(form, step) {
  if (step === 1) return form.elements.text.reportValidity();
  const placed = form.elements.where.value.trim() !== "" || form.elements.lon.value !== "";
  form.querySelector("[data-place-missing]").hidden = placed;
  if (!placed) form.elements.where.focus();
  return placed;
}
