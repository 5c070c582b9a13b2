// The report form with a script: places are offered as one types, the map shows itself, pictures are made small before they
// go, on a telephone one question a screen, and what was written outlives a browser that the camera pushed out.
// Before: report.html, one form that works without any of this. After: search.js, similar.js, small_map.js, public/*.js.

import { keepWords } from "./public/draft.js";
import { shrinkPhotos } from "./public/photos.js";
import { stepByStep } from "./public/steps.js";
import { offerPlaces } from "./search.js";
import "./similar.js";

const form = document.querySelector("form[data-report]");
if (form) {
  keepWords(form); // before the map: it reads the pin that was kept
  offerPlaces(form.elements.where);
  shrinkPhotos(form);
  stepByStep(form, () => import("./small_map.js"));
}

// A form that the browser kept (bfcache) belongs to a report that was sent: give the next one its own number.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  const number = document.querySelector("form[data-report] [name=client_request_id]");
  number.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
});
