// Service windows on a map, numbered as they are visited or listed. Before: map.js. After: nothing.

import { ground } from "./map.js";

for (const box of document.querySelectorAll("[data-outreach]")) {
  const spots = JSON.parse(box.dataset.outreach);
  const map = ground(box, spots.map(({ lon, lat }) => [lat, lon]), { snap: 0.25, nearest: 16 });
  for (const { lon, lat, mark, name } of spots) {
    const icon = L.divIcon({ className: "mark-place", iconSize: [26, 26], html: `<span class="stop">${Number(mark)}</span>` });
    L.marker([lat, lon], { icon, title: name, alt: name }).bindTooltip(escaped(name), { permanent: spots.length <= 12 && box.clientWidth > 700, direction: "right", offset: [12, 0] }).addTo(map);
  }
  box.dataset.ready = spots.length;
}

function escaped(words) {
  const made = document.createElement("span");
  made.textContent = words;
  return made.innerHTML;
}
