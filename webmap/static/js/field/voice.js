// Speaking instead of typing, where the device can: the browser's own recognition. Hidden where there is none, and without
// a network, because most devices send what is said to their maker's service; the button says so. Before: nothing. After: form.js.

import { element } from "../map/page.js";
import { say } from "./words.js";

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

// A button that writes what is said into a field; null where the device has none.
export function voiceButton(field) {
  if (!Recognition) return null;
  const button = element("button", { type: "button", class: "act second small voice", "aria-pressed": "false" }, say("voice"));
  let running = null;
  const ended = () => { running = null; button.setAttribute("aria-pressed", "false"); button.textContent = say("voice"); };
  const shown = () => { button.hidden = !navigator.onLine; };
  button.addEventListener("click", () => {
    if (running) return running.stop();
    running = new Recognition();
    running.lang = document.documentElement.lang;
    running.onresult = (event) => {
      field.value += event.results[event.resultIndex][0].transcript;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    running.onend = ended;
    running.onerror = ended;
    running.start();
    button.setAttribute("aria-pressed", "true");
    button.textContent = say("voiceStop");
    return undefined;
  });
  window.addEventListener("online", shown);
  window.addEventListener("offline", shown);
  shown();
  return button;
}
