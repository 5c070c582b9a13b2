// The report form with a script: the small map shows itself, places are offered as one types, and a page that was gone back to asks anew.
// Before: report.html. After: small_map.js, search.js.

import { offerPlaces } from "./search.js";
import "./similar.js";
import "./small_map.js";

const where = document.querySelector("form[data-report] [name=where]");
if (where) offerPlaces(where);

// A form that the browser kept (bfcache) belongs to a report that was sent: give the next one its own number.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  const number = document.querySelector("form[data-report] [name=client_request_id]");
  number.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
});
