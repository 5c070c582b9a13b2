"""`python -m tests.bench.town`: the geocoder on a town's own gazetteer, with the words of its own cases.

Before: `data.sample`. After: a reader of the figures; `make bench`. The gazetteer has what `places.gazetteer` makes of
the town's tables: compounds, buildings, house numbers, roads, crossings, communities, points of interest, nicknames.
True are the grid that a case lies in and the place that it is about; a point on the line between two grids is in both.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
import shapely

from data.sample import Town, make_town
from gis.places.geocoder import Alias, Answer, Geocoder, Place
from gis.places.geocoder.stems import METRES_A_DEGREE

SEEDS = (1, 2, 3, 4)
NEAR_M = 100.0
ON_THE_LINE_M = 1.0
_UNSAID = ("track", "service")


class Told(NamedTuple):
    """A case with its answer: its true grid and how far the answer lies from its true place (metres)."""

    text: str
    answer: Answer
    right: bool
    off_m: float | None


def gazetteer(town: Town) -> list[Place]:
    """Make the places of a town as its database has them."""
    return [*_compounds(town), *_buildings(town), *_roads(town), *_crossings(town), *_named(town)]


def _compounds(town: Town) -> Iterator[Place]:
    for row in town.compounds.itertuples():
        at = row.geometry.representative_point()
        aliases = tuple(Alias(name) for name in row.aliases.split(";") if name)
        yield Place(row.code, row.name, row.address, at.x, at.y, "", aliases, {"kind": "compound"})


def _buildings(town: Town) -> Iterator[Place]:
    names = dict(zip(town.compounds["code"], town.compounds["name"], strict=True))
    for row in town.buildings.itertuples():
        at = row.geometry.representative_point()
        name = names.get(row.compound_code, "") + row.name
        level = "building" if name else ""
        yield Place(
            row.code, name, row.road + row.house_number, at.x, at.y, level, attributes={"kind": "building"}
        )


def _roads(town: Town) -> Iterator[Place]:
    for name, rows in town.roads[town.roads["name"] != ""].groupby("name"):
        whole = shapely.union_all(rows.geometry.to_numpy())
        at = whole.interpolate(whole.project(whole.centroid)) if whole.geom_type == "LineString" else None
        at = at or shapely.get_point(shapely.shortest_line(whole, whole.centroid), 0)
        yield Place(f"road:{name}", str(name), "", at.x, at.y, "road", attributes={"kind": "road"})


def _crossings(town: Town) -> Iterator[Place]:
    ends: dict[tuple[float, float], set[str]] = defaultdict(set)
    for row in town.roads[town.roads["name"] != ""].itertuples():
        for at in (row.geometry.coords[0], row.geometry.coords[-1]):
            ends[at].add(row.name)
    for (lon, lat), names in sorted(ends.items()):
        for one, other in combinations(sorted(names), 2):
            name = f"{one}与{other}交叉口"
            yield _crossing(name, lon, lat)
    for row in town.roads[town.roads["bridge"] & (town.roads["name"] != "")].itertuples():
        at = row.geometry.interpolate(0.5, normalized=True)
        yield _crossing(f"{row.name}桥", at.x, at.y)


def _crossing(name: str, lon: float, lat: float) -> Place:
    return Place(f"{name}:{lon}:{lat}", name, "", lon, lat, "crossing", attributes={"kind": "crossing"})


def _named(town: Town) -> Iterator[Place]:
    for row in town.places.itertuples():
        kind = "nickname" if row.kind == "nickname" else "poi"
        yield Place(row.code, row.name, row.address, row.lon, row.lat, "", attributes={"kind": kind})
    for row in town.boundaries[town.boundaries["level"] == "community"].itertuples():
        at = row.geometry.representative_point()
        yield Place(row.code, row.name, "", at.x, at.y, "community", attributes={"kind": "community"})


def tell(town: Town) -> list[Told]:
    """Answer the words of all cases whose place is known."""
    geocoder = Geocoder(gazetteer(town))
    grids = town.boundaries[town.boundaries["level"] == "grid"]
    ground = dict(zip(grids["code"], grids.geometry, strict=True))
    shapes = _shapes(town)
    cases = town.cases[town.cases["true_grid_code"] != ""]
    out = []
    for row in cases.itertuples():
        answer = geocoder.locate(row.text)
        placed = answer.lon is not None and answer.lat is not None
        right = placed and _off_m(ground[row.true_grid_code], answer) <= ON_THE_LINE_M
        off_m = _off_m(shapes[row.true_place], answer) if placed and row.true_place in shapes else None
        out.append(Told(row.text, answer, right, off_m))
    return out


def _shapes(town: Town) -> dict[str, shapely.Geometry]:
    shapes: dict[str, shapely.Geometry] = {}
    for frame in (town.compounds, town.buildings, town.roads):
        shapes |= dict(zip(frame["code"], frame.geometry, strict=True))
    points = shapely.points(town.places["lon"], town.places["lat"])
    return shapes | dict(zip(town.places["code"], points, strict=True))


def _off_m(shape: shapely.Geometry, answer: Answer) -> float:
    point = shapely.Point(answer.lon, answer.lat)
    near = shapely.get_coordinates(shapely.shortest_line(shape, point))
    east, north = (near[1] - near[0]) * METRES_A_DEGREE * np.array([np.cos(np.radians(point.y)), 1.0])
    return float(np.hypot(east, north))


def counted(told: list[Told]) -> Counter[str]:
    """Count auto-right, auto-wrong, ask and none."""
    return Counter(
        ("auto right" if one.right else "auto wrong")
        if one.answer.decision == "auto"
        else one.answer.decision
        for one in told
    )


def main() -> None:
    """Print the figures of some sample towns."""
    print("town  cases  auto right  auto wrong    ask   none  within 100 m of auto  texts/s on a core")
    for seed in SEEDS:
        town = make_town(seed)
        begin = time.process_time()
        told = tell(town)
        rate = len(told) / (time.process_time() - begin)
        shares = {name: count / len(told) for name, count in counted(told).items()}
        auto = [one.off_m for one in told if one.answer.decision == "auto" and one.off_m is not None]
        print(
            f"{seed:4d}  {len(told):5d}  {shares.get('auto right', 0):10.3f}  {shares.get('auto wrong', 0):10.4f}"
            f"  {shares.get('ask', 0):5.3f}  {shares.get('none', 0):5.3f}"
            f"  {np.mean(np.array(auto) <= NEAR_M):20.4f}  {rate:17.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
