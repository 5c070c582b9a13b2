// Labels on the canvas: text with a halo, in one or two lines, around a point or in the middle of a shape.
// Before: palette.js. After: rules.js. Each is a label symbolizer of protomaps-leaflet: place(layout, geometry, feature).

import { FONT } from "./palette.js";

const LINE = 1.3;

// `text(zoom, feature)` gives a list of lines, or nothing for no label; `middle` puts it into a shape's box.
export class HaloLabel {
  constructor({ text, size, weight = 400, fill, halo, middle = false, padding = 4 }) {
    Object.assign(this, { text, size, weight, fill, halo, middle, padding });
  }

  place(layout, geometry, feature) {
    const lines = this.text(layout.zoom, feature);
    if (!lines || lines.length === 0) return undefined;
    const fonts = lines.map((_, index) => `${index ? 400 : this.weight} ${index ? this.size - 1 : this.size}px ${FONT}`);
    const anchor = this.middle ? middleOf(geometry) : geometry[0][0];
    const width = Math.max(...lines.map((line, index) => widthOf(layout.scratch, line, fonts[index])));
    if (this.middle && !fits(geometry, width, this.size)) return undefined;
    const height = lines.length * this.size * LINE;
    const box = boxAround(anchor, width / 2 + this.padding, height / 2 + this.padding);
    return [{ anchor, bboxes: [box], draw: (context) => this.draw(context, lines, fonts, height) }];
  }

  draw(context, lines, fonts, height) {
    context.globalAlpha = 1;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = this.halo;
    context.fillStyle = this.fill;
    const step = this.size * LINE;
    lines.forEach((line, index) => {
      const y = -height / 2 + step * (index + 0.5);
      context.font = fonts[index];
      context.strokeText(line, 0, y);
      context.fillText(line, 0, y);
    });
  }
}

function widthOf(context, line, font) {
  context.font = font;
  return context.measureText(line).width;
}

function boxAround(point, x, y) {
  return { minX: point.x - x, minY: point.y - y, maxX: point.x + x, maxY: point.y + y };
}

function extent(geometry) {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const ring of geometry) {
    for (const { x, y } of ring) {
      box.minX = Math.min(box.minX, x);
      box.maxX = Math.max(box.maxX, x);
      box.minY = Math.min(box.minY, y);
      box.maxY = Math.max(box.maxY, y);
    }
  }
  return box;
}

function middleOf(geometry) {
  const box = extent(geometry);
  const point = geometry[0][0].clone();
  point.x = (box.minX + box.maxX) / 2;
  point.y = (box.minY + box.maxY) / 2;
  return point;
}

// A number may stand a little over the edge of its building, not far.
function fits(geometry, width, size) {
  const box = extent(geometry);
  return box.maxX - box.minX > width * 0.7 && box.maxY - box.minY > size * 0.7;
}
