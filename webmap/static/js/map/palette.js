// The colours of the map, read from the style sheet, so that light, dark and high contrast have one home.
// Before: css/tokens.css, css/map.css. After: rules.js.

const NAMES = [
  "paper", "water", "green", "field", "square", "rail", "road-major", "road-street", "road-lane", "bridge",
  "building", "building-line", "label", "label-soft", "halo", "water-label", "grid", "community", "subdistrict",
  "figure-1", "figure-2", "figure-3", "figure-4", "figure-5", "hatch", "chosen",
];

export const FONT = '"PingFang SC", "HarmonyOS Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif';

export function palette() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--map-${name}`).trim()]));
}

// Call when the page turns light or dark, by the system or by its own switch.
export function onTheme(work) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", work);
  new MutationObserver(work).observe(document.documentElement, { attributeFilter: ["data-theme", "data-contrast"] });
}

// Slanted lines on nothing: "no data".
export function hatch(colour) {
  const canvas = document.createElement("canvas");
  canvas.width = 8;
  canvas.height = 8;
  const context = canvas.getContext("2d");
  context.strokeStyle = colour;
  context.lineWidth = 1;
  for (const start of [-8, 0, 8]) {
    context.moveTo(start, 8);
    context.lineTo(start + 8, 0);
  }
  context.stroke();
  return canvas;
}
