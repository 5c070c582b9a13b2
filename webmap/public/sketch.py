"""A small map as a drawing (SVG): one grid with its roads, houses and neighbours, without a script and on paper.

Before: `places.sketch`, `staff.cards`. After: `/grids/<code>/map.svg`. Its colours stand in the drawing, light as paper
is; names of roads lie along them, and one that finds no room is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import shapely
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from gis.places.sketch import Part

WIDTH = 480.0
MARGIN = 0.08
"""Of the larger side of the grid: so much ground around it is shown."""
SHAPE = (0.62, 1.1)
"""Height over width of the drawing lies between these, however the grid lies."""
BROAD = ("motorway", "trunk", "primary", "secondary")
MIDDLE = ("tertiary", "residential", "unclassified", "living_street", "pedestrian", "road")
LETTER = 14.0
INK = {
    "paper": "#fbfaf7", "water": "#cfe2ea", "green": "#dfe9d6", "building": "#e7e2d8", "edge": "#cfc8ba",
    "road": "#ffffff", "kerb": "#c9c5bc", "line": "#88867f", "brand": "#00787d", "ink": "#26241f", "quiet": "#636059",
}  # fmt: skip

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A window of the earth (degrees) on a drawing of `width` by `height` units."""

    sides: Bounds
    width: float
    height: float

    def put(self, shape: BaseGeometry) -> BaseGeometry:
        """Give a shape in units of the drawing, y downwards."""
        west, _, east, north = self.sides
        x = self.width / (east - west)
        y = self.height / (north - self.sides[1])
        return affine_transform(shape, [x, 0, 0, -y, -west * x, north * y])


def frame_of(shape: BaseGeometry) -> Frame:
    """Choose the window around a grid: some ground on every side, not too flat and not too tall."""
    west, south, east, north = shape.bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = (east - west) * squeeze, north - south
    room = max(wide, high) * MARGIN
    wide, high = wide + 2 * room, high + 2 * room
    wide, high = max(wide, high / SHAPE[1]), max(high, wide * SHAPE[0])
    lon, lat, half = (west + east) / 2, (south + north) / 2, wide / squeeze / 2
    return Frame((lon - half, lat - high / 2, lon + half, lat + high / 2), WIDTH, WIDTH * high / wide)


def drawing(shape: BaseGeometry, parts: Sequence[Part], frame: Frame, title: str) -> str:
    """Draw a grid.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        The grid, EPSG:4490 degrees.
    parts : sequence of Part
        What lies in the frame's window.
    title : str
        What the drawing says to those who cannot see it.
    """
    by = {
        name: [one for one in parts if one.layer == name]
        for name in ("ground", "building", "road", "compound", "grid")
    }
    inside = frame.put(shape)
    body = [
        *(_area(frame.put(one.shape), INK[one.kind]) for one in by["ground"]),
        *(_area(frame.put(one.shape), INK["building"], INK["edge"]) for one in by["building"]),
        *_roads(by["road"], frame),
        *(_outline(frame.put(one.shape), INK["line"], 1.5, dash=True) for one in by["grid"]),
        _area(inside, INK["brand"], opacity=0.09),
        _outline(inside, INK["brand"], 3),
        *_names([*by["road"], *by["compound"]], inside, frame),
    ]
    wide, high = f"{WIDTH:.0f}", f"{frame.height:.0f}"
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{escape(title)}</title>'
        f'<rect width="{wide}" height="{high}" fill="{INK["paper"]}"/>{"".join(body)}</svg>'
    )


def _path(shape: BaseGeometry) -> str:
    """Write lines and rings as a path; what is a point has none."""
    words = []
    for part in shapely.get_parts(shape):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            if ring.geom_type not in {"LineString", "LinearRing"}:
                continue
            spots = "L".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords)
            words.append(f"M{spots}{'Z' if part.geom_type == 'Polygon' else ''}")
    return "".join(words)


def _area(shape: BaseGeometry, fill: str, stroke: str = "none", opacity: float = 1) -> str:
    seen = f' fill-opacity="{opacity}"' if opacity < 1 else ""
    return f'<path d="{_path(shape)}" fill="{fill}" fill-rule="evenodd"{seen} stroke="{stroke}" stroke-width="0.7"/>'


def _outline(shape: BaseGeometry, colour: str, width: float, *, dash: bool = False) -> str:
    dashed = ' stroke-dasharray="7 5"' if dash else ""
    line = f'stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"{dashed}'
    return f'<path d="{_path(shape)}" fill="none" {line}/>'


def _width(kind: str) -> float:
    return 8 if kind in BROAD else 5 if kind in MIDDLE else 2


def _roads(roads: Sequence[Part], frame: Frame) -> list[str]:
    """Draw the kerbs of all roads under the roads, so that crossings are open."""
    rows = sorted(((_width(one.kind), _path(frame.put(one.shape))) for one in roads), key=lambda row: row[0])
    line = '<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round" stroke-linejoin="round"/>'
    kerbs = [line.format(path, INK["kerb"], width + 1.6) for width, path in rows]
    return [*kerbs, *(line.format(path, INK["road"], width) for width, path in rows)]


def _names(named: Sequence[Part], inside: BaseGeometry, frame: Frame) -> list[str]:
    """Write names, the compounds of the grid first, then the longest roads; none over another, none cut by the edge."""
    page = shapely.box(4, 4, frame.width - 4, frame.height - 4)
    taken: list[BaseGeometry] = []
    words = []
    for name, x, y, turn, colour in _wanted(named, inside, frame):
        half = LETTER * _letters(name) / 2 + 3
        room = shapely.affinity.rotate(shapely.box(x - half, y - 11, x + half, y + 11), turn, origin=(x, y))
        if not page.contains(room) or any(room.intersects(one) for one in taken):
            continue
        taken.append(room)
        words.append(_word(name, x, y, turn, colour))
    return words


def _word(name: str, x: float, y: float, turn: float, colour: str) -> str:
    turned = f' transform="rotate({turn:.0f} {x:.1f} {y:.1f})"' if turn else ""
    halo = f'stroke="{INK["paper"]}" stroke-width="3.5" paint-order="stroke"'
    face = f'font-size="{LETTER:.0f}" font-family="Noto Sans CJK SC, PingFang SC, sans-serif"'
    spot = f'x="{x:.1f}" y="{y + 5:.1f}"{turned} text-anchor="middle"'
    return f'<text {spot} {face} fill="{colour}" {halo}>{escape(name)}</text>'


def _letters(name: str) -> float:
    return sum(1.0 if ord(sign) > 255 else 0.58 for sign in name)  # noqa: PLR2004 - Latin letters are narrow


def _wanted(
    named: Sequence[Part], inside: BaseGeometry, frame: Frame
) -> Iterable[tuple[str, float, float, float, str]]:
    """Give each name with where it wants to stand, how it is turned, and its colour, the more wanted first."""
    for one in named:
        spot = frame.put(one.shape)
        if one.layer == "compound" and inside.intersects(spot):
            x, y = spot.coords[0][:2]
            yield one.name, x, y, 0.0, INK["ink"]
    lines = [(frame.put(one.shape), one.name) for one in named if one.layer == "road" and one.name]
    for line, name in sorted(lines, key=lambda row: -row[0].length):
        for x, y, turn in _spots(line):
            yield name, x, y, turn, INK["quiet"]


def _spots(line: BaseGeometry) -> list[tuple[float, float, float]]:
    """Give the middle of a road's longest piece, with the slope of the piece there, never upside down."""
    longest = max(shapely.get_parts(line), key=lambda piece: piece.length)
    middle = longest.length / 2
    before, here, after = (longest.interpolate(middle + step).coords[0] for step in (-12, 0, 12))
    turn = math.degrees(math.atan2(after[1] - before[1], after[0] - before[0]))
    turn = turn - 180 if turn > 90 else turn + 180 if turn < -90 else turn  # noqa: PLR2004 - a right angle
    return [(here[0], here[1], turn)]
