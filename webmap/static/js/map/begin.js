// The first call on a map: a name for ears, and a place for what pieces share. Before: nothing. After: every piece.

import { say } from "./words.js";

export function begin(map) {
  map.pieces = {};
  map.attributionControl?.remove();
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", say("map"));
}
