// The wall: map and numbers that follow what happens; nobody presses anything here. Before: map.js, live.js.

import { listen } from "./live.js";
import { boardMap } from "./map.js";

const box = document.querySelector("#wall-map");
const board = box && boardMap(box, { ask: () => "", still: true });

listen(async () => {
  const answer = await fetch("/board/wall/part");
  if (!answer.ok || answer.redirected) return;
  document.querySelector("#wall-part").outerHTML = await answer.text();
  board?.refresh();
});
