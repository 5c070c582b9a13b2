"""Communities and grids: blocks joined until every grid carries about the same.

Before: `blocks`, `buildings`. After: `frames` (the lines), `organisation` (a branch a grid). The river and
中山路 part the four communities; the lightest group of blocks joins its lightest neighbour, rather across a
lane than across an arterial, until the wanted number of grids is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from data.sample.blocks import Block, polygons
from data.sample.names import numeral
from data.sample.streets import Street
from data.sample.terrain import Terrain
from data.sample.zones import HECTARE_M2

GRIDS = 60
HOUSEHOLDS_PER_HA = 4.0
LEAST_SHARED_M = 25.0
ARTERIAL_COST = 1.7
BAND_M = 260.0
PASSES = 12
GIVE = 0.75
LEAST_GAIN = 0.8
COMMUNITIES = {"NW": "文化社区", "NE": "和平社区", "SW": "建设社区", "SE": "南湖社区"}


class Border(NamedTuple):
    """Between two blocks: what joining them costs, and how long their shared line is."""

    cost: float
    length_m: float


Borders = dict[tuple[int, int], Border]


@dataclass
class GridPlan:
    """A grid in metres: its blocks, ground, community and code."""

    blocks: list[int]
    ground: BaseGeometry
    community: str
    code: str = ""
    name: str = ""


def community_of(blocks: list[Block], terrain: Terrain, streets: list[Street]) -> list[str]:
    """Name each block's community key (NW, NE, SW, SE): by the side of the river and of 中山路."""
    north = _side(terrain, terrain.river, lambda part: part.centroid.y)
    spine = next(street.line for street in streets if street.name == "中山路")
    east = _side(terrain, _long(spine), lambda part: part.centroid.x)
    middles = [block.face.representative_point() for block in blocks]
    return [("N" if north.contains(m) else "S") + ("E" if east.contains(m) else "W") for m in middles]


def _side(terrain: Terrain, line: LineString, key: object) -> Polygon:
    parts = [part for part in split(terrain.outline, line).geoms if isinstance(part, Polygon)]
    return max(parts, key=key)  # type: ignore[call-overload, no-any-return]


def _long(line: LineString) -> LineString:
    points = np.asarray(line.coords)
    points[0] += 0.2 * (points[0] - points[1])
    points[-1] += 0.2 * (points[-1] - points[-2])
    return LineString(points)


def make_grids(
    blocks: list[Block], communities: list[str], homes: list[int], streets: list[Street]
) -> list[GridPlan]:
    """Join blocks to `GRIDS` grids.

    Parameters
    ----------
    blocks, communities, homes : lists of equal length
        The blocks, the community key of each, and the households on each.
    streets : list of Street
        To know which shared lines are arterials.

    Returns
    -------
    list of GridPlan
        Sorted by community; every block in exactly one grid.
    """
    weight = [h + HOUSEHOLDS_PER_HA * b.face.area / HECTARE_M2 for h, b in zip(homes, blocks, strict=True)]
    shared = _shared(blocks, streets)
    plans: list[GridPlan] = []
    mine_of = {key: [index for index, name in enumerate(communities) if name == key] for key in COMMUNITIES}
    counts = _quota([sum(weight[i] for i in mine) for mine in mine_of.values()])
    for (key, mine), count in zip(mine_of.items(), counts, strict=True):
        for group in _even_out(_join(mine, weight, shared, count), weight, shared):
            ground = shapely.coverage_union_all([blocks[i].face for i in group])
            plans.append(GridPlan(sorted(group), ground, key))
    return plans


def _quota(loads: list[float]) -> list[int]:
    """Share out the grids by load, the largest remainders first."""
    exact = GRIDS * np.array(loads) / sum(loads)
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: GRIDS - int(counts.sum())]] += 1
    return [int(count) for count in counts]


def _shared(blocks: list[Block], streets: list[Street]) -> Borders:
    """Give, for each two neighbouring blocks, the cost of joining them and the length of their line."""
    faces = [block.face for block in blocks]
    tree = STRtree(faces)
    wide = shapely.union_all([s.line for s in streets if s.highway in {"primary", "secondary"}]).buffer(1.0)
    borders: Borders = {}
    for one, other in sorted(
        zip(*(ids.tolist() for ids in tree.query(faces, predicate="intersects")), strict=True)
    ):
        if one < other:
            line = faces[one].intersection(faces[other])
            if line.length > LEAST_SHARED_M:
                across = line.intersection(wide).length > line.length / 2
                border = Border(ARTERIAL_COST if across else 1.0, line.length)
                borders[one, other] = borders[other, one] = border
    return borders


def _join(mine: list[int], weight: list[float], shared: Borders, count: int) -> list[list[int]]:
    groups = {index: [index] for index in mine}
    heavy = {index: weight[index] for index in mine}
    costs = {pair: border.cost for pair, border in shared.items() if pair[0] in groups and pair[1] in groups}
    while len(groups) > count:
        for light in sorted(groups, key=lambda g: (heavy[g], g)):
            near = [(heavy[b] * cost, b) for (a, b), cost in costs.items() if a == light]
            if near:
                break
        else:
            return list(groups.values())
        _merge(groups, heavy, costs, into=min(near)[1], gone=light)
    return list(groups.values())


def _even_out(groups: list[list[int]], weight: list[float], shared: Borders) -> list[list[int]]:
    """Hand blocks over a line where that brings two grids closer together and leaves both well shaped."""
    for _ in range(PASSES):
        of = {block: place for place, group in enumerate(groups) for block in group}
        given = 0
        for block, other in sorted(pair for pair in shared if pair[0] in of and pair[1] in of):
            giver, taker = groups[of[block]], groups[of[other]]
            if giver is not taker and _may_give(block, giver, taker, weight, shared):
                giver.remove(block)
                taker.append(block)
                of[block] = of[other]
                given += 1
        if not given:
            break
    return groups


def _may_give(block: int, giver: list[int], taker: list[int], weight: list[float], shared: Borders) -> bool:
    gap = sum(weight[b] for b in giver) - sum(weight[b] for b in taker)
    rest = [b for b in giver if b != block]
    if not rest or weight[block] >= GIVE * gap or not _in_one_piece(rest, shared):
        return False
    kept, gained = (_length(block, group, shared) for group in (rest, taker))
    return gained > LEAST_GAIN * kept


def _length(block: int, group: list[int], shared: Borders) -> float:
    """Give the length of a block's lines with a group, those along arterials counting little."""
    borders = [shared[block, other] for other in group if (block, other) in shared]
    return sum(border.length_m / border.cost**3 for border in borders)


def _in_one_piece(group: list[int], shared: Borders) -> bool:
    seen, todo = {group[0]}, [group[0]]
    while todo:
        here = todo.pop()
        near = [other for other in group if other not in seen and (here, other) in shared]
        seen.update(near)
        todo += near
    return len(seen) == len(group)


def _merge(
    groups: dict[int, list[int]],
    heavy: dict[int, float],
    costs: dict[tuple[int, int], float],
    *,
    into: int,
    gone: int,
) -> None:
    groups[into] += groups.pop(gone)
    heavy[into] += heavy.pop(gone)
    for (a, b), cost in list(costs.items()):
        if gone not in (a, b):
            continue
        del costs[a, b]
        a, b = into if a == gone else a, into if b == gone else b  # noqa: PLW2901 - the pair under its new name
        if a != b:
            costs[a, b] = min(cost, costs.get((a, b), cost))


def number_grids(plans: list[GridPlan], subdistrict: str) -> None:
    """Write codes and names: 12 digits of the community and 3 more, row by row from the north-west."""
    for place, (key, community) in enumerate(COMMUNITIES.items(), start=1):
        code = f"{subdistrict}{place:03d}"
        mine = sorted((plan for plan in plans if plan.community == key), key=_reading_order)
        for number, plan in enumerate(mine, start=1):
            plan.code, plan.name = f"{code}{number:03d}", f"{community}第{numeral(number)}网格"


def _reading_order(plan: GridPlan) -> tuple[int, float]:
    middle: Point = plan.ground.centroid
    return -int(middle.y // BAND_M), round(middle.x, 2)


def micro_grounds(plan: GridPlan, blocks: list[Block]) -> list[Polygon]:
    """Cut a grid into its blocks, its micro-grids."""
    return [part for index in plan.blocks for part in polygons(blocks[index].face)]
