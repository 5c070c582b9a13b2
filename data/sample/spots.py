"""Places as people say them: a spot has its true point and several ways of naming it.

Before: buildings, compounds, roads and places with their names. After: `cases` picks a spot for a complaint.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point

from data.sample.compounds import Compound
from data.sample.names import numeral
from data.sample.organisation import Row
from data.sample.roads import Road
from data.sample.yard import Raised

CORNERS = {"东北角": (1, 1), "西北角": (-1, 1), "东南角": (1, -1), "西南角": (-1, -1)}
CORNER_M = 24.0
LANDMARKS = {"school", "clinic", "market", "park", "station", "office"}


@dataclass(frozen=True)
class Spot:
    """A place in metres, the code it truly is, and the words for it, the plainest first."""

    x: float
    y: float
    ref: str
    words: tuple[str, ...]


def make_spots(
    built: list[Raised],
    codes: list[str],
    compounds: list[Compound],
    roads: list[tuple[str, Road]],
    places: list[Row],
) -> dict[str, list[Spot]]:
    """Give the spots by kind: flat, tower, home, village, compound, road, shop, crossing, bridge, landmark, nickname."""
    spots: dict[str, list[Spot]] = defaultdict(list)
    for raised, code in zip(built, codes, strict=True):
        for kind, spot in _of_building(raised, code, compounds):
            spots[kind].append(spot)
    spots["compound"] = [_compound(compound) for compound in compounds]
    spots["crossing"] = [spot for node in _crossings(roads) for spot in node]
    spots["bridge"] = [_bridge(code, road) for code, road in roads if road.bridge and road.name]
    for row in places:
        if row["kind"] in LANDMARKS or row["kind"] == "nickname":
            kind = "nickname" if row["kind"] == "nickname" else "landmark"
            spots[kind].append(_named(row))
    return dict(spots)


def _of_building(raised: Raised, code: str, compounds: list[Compound]) -> Iterator[tuple[str, Spot]]:
    middle = raised.doors[0]
    door = f"{raised.road}{raised.number}"
    if raised.kind in {"slab", "tower"}:
        for unit, at in enumerate(raised.doors, start=1):
            spot = Spot(at.x, at.y, code, _flat_words(raised, unit, compounds[raised.compound]))
            yield "flat", spot
            if raised.kind == "tower":
                yield "tower", spot
    elif raised.kind == "farm":
        yield "home", Spot(middle.x, middle.y, code, (door, f"{door}院"))
        yield (
            "village",
            Spot(
                middle.x, middle.y, code, (f"{door}门前", f"{door}旁边", f"{door}门口的路上", f"{door}附近")
            ),
        )
    elif raised.use == "shop" and raised.name:
        words = (
            f"{door}{raised.name}",
            f"{raised.road}的{raised.name}门口",
            f"{door}{raised.name}门口",
            f"{raised.name}（{door}）",
        )
        yield "shop", Spot(middle.x, middle.y, code, words)
    elif raised.kind == "house":
        yield "home", Spot(middle.x, middle.y, code, (door, f"{door}院", f"{door}大杂院"))
    if raised.road and raised.kind in {"row", "house"}:
        words = (door, f"{door}门口", f"{door}附近", f"{door}门前", f"{door}旁", f"样例街道{door}")
        yield "road", Spot(middle.x, middle.y, code, words)


def _flat_words(raised: Raised, unit: int, compound: Compound) -> tuple[str, ...]:
    number = int(raised.name.removesuffix("号楼"))
    name, room = compound.name, f"{min(raised.floors, 5)}0{1 + unit % 2}"
    nick = (compound.aliases.split(";") or [name])[0] or name
    return (
        f"{name}{number}号楼{unit}单元", f"{name}{number}号楼{unit}单元", f"{name}{number}栋{unit}单元", f"{name}{number}号楼",
        f"{name}{numeral(number)}号楼{numeral(unit)}单元", f"{name}{number}幢{unit}单元", f"{nick}{number}号楼{unit}单元",
        f"{compound.address}{name}{number}号楼{unit}单元", f"{name}{number}-{unit}-{room}", f"我们{name}{number}号楼{unit}单元",
        f"样例街道{compound.address}{name}{number}号楼", f"{name}的{number}号楼{unit}单元{min(raised.floors, 5)}楼",
    )  # fmt: skip


def _compound(compound: Compound) -> Spot:
    name, nick = compound.name, (compound.aliases.split(";") or [""])[0] or compound.name
    words = (
        name,
        f"{name}大门口",
        f"{name}院里",
        f"{name}里面",
        f"{nick}门口",
        f"{compound.address}{name}",
        f"我们{name}",
    )
    at = compound.inner.interpolate(0.6, normalized=True)
    return Spot(at.x, at.y, compound.code, words)


def _crossings(roads: list[tuple[str, Road]]) -> Iterator[list[Spot]]:
    """Give each junction of two named roads, as a whole and by its four corners."""
    at: dict[tuple[float, float], dict[str, str]] = defaultdict(dict)
    for code, road in roads:
        for x, y in (road.line.coords[0], road.line.coords[-1]):
            if road.name and road.highway not in {"track", "service"}:
                at[round(x, 2), round(y, 2)].setdefault(road.name, code)
    for (x, y), names in sorted(at.items()):
        if len(names) == 2:  # noqa: PLR2004 - a crossing of two roads
            (a, code), (b, _) = names.items()
            whole = (
                f"{a}和{b}交叉口",
                f"{a}与{b}路口",
                f"{a}{b}交叉口",
                f"{b}和{a}交口",
                f"{a}、{b}十字路口",
            )
            yield [
                Spot(x, y, code, whole),
                *(_corner(x, y, code, (a, b), name, way) for name, way in CORNERS.items()),
            ]


def _corner(x: float, y: float, code: str, names: tuple[str, str], corner: str, way: tuple[int, int]) -> Spot:
    words = (f"{names[0]}和{names[1]}交叉口{corner}", f"{names[0]}与{names[1]}路口{corner}")
    return Spot(x + way[0] * CORNER_M, y + way[1] * CORNER_M, code, words)


def _bridge(code: str, road: Road) -> Spot:
    at: Point = road.line.interpolate(0.5, normalized=True)
    words = (f"{road.name}跨河桥", f"样例河{road.name}桥", f"{road.name}桥上", f"滨河北路{road.name}桥头")
    return Spot(at.x, at.y, code, words)


def _named(row: Row) -> Spot:
    name = str(row["name"])
    words = (f"{name}门口", f"{name}旁边", name, f"{name}那儿", f"{name}附近")
    if row["kind"] == "nickname":
        words = (f"{name}那儿", f"{name}旁边", name, f"{name}底下那块", f"{name}跟前")
    return Spot(float(str(row["x"])), float(str(row["y"])), str(row["code"]), words)


class GridAt:
    """Answers which grid a point in degrees lies in; on a line, the smaller code."""

    def __init__(self, codes: list[str], shapes: list[shapely.geometry.base.BaseGeometry]) -> None:
        self.codes = codes
        self.tree = shapely.STRtree(shapes)

    def __call__(self, lon: float, lat: float) -> str:
        """Give the grid's code, or an empty text outside."""
        found = self.tree.query(Point(lon, lat), predicate="intersects")
        return min((self.codes[int(index)] for index in np.atleast_1d(found)), default="")
