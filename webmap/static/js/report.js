// The report form with a script: the small map shows itself, and a page that was gone back to asks anew.
// Before: report.html. After: small_map.js.

import "./small_map.js";

// A form that the browser kept (bfcache) belongs to a report that was sent: give the next one its own number.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  const number = document.querySelector("form[data-report] [name=client_request_id]");
  number.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
});
