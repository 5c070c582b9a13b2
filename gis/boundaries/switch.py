"""What an adoption is to do to the lines: which grids end, which begin with which ground, code and people.

Before: a plan's draft, or the lines from before an adoption that is reversed. After: `moved` works out what changes
hands, `impact` shows it, `adopt` writes it. A grid keeps its code while its line moves; ground that is split or merged
gets new codes, and a code that has ended is never used again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries.layout import Layout, Part, Terrain
from gis.boundaries.models import BoundaryPlan, StoredUnits
from gis.boundaries.queries import layout_of, terrain_of
from gis.errors import ConflictError

# index: ix_grid_version_community_id
_LINES = text("""
    SELECT v.grid_id, g.code, v.name, v.community_id, v.kind, ST_AsBinary(v.geom), lower(v.valid)
    FROM grid_version v JOIN grid g ON g.id = v.grid_id
    WHERE v.community_id = ANY(:areas) AND v.kind <> 'micro' AND v.valid @> CAST(:at AS timestamptz) ORDER BY g.code
""")
# index: ix_grid_version_community_id; lines that somebody has loaded for a later day
_LATER = text("""
    SELECT count(*) FROM grid_version v
    WHERE v.community_id = ANY(:areas) AND v.kind <> 'micro' AND lower(v.valid) > CAST(:at AS timestamptz)
""")
_CODES = text("SELECT code FROM grid WHERE code LIKE ANY(:prefixes)")
_COMMUNITY_CODES = text("SELECT id, code FROM area WHERE id = ANY(:areas)")
MOST_IN_COMMUNITY = 999
ROUNDING_DEG = 8e-9
"""Less than a millimetre, anywhere on earth: what cutting units and writing files do to a line."""


@dataclass(frozen=True)
class Standing:
    """A grid as it stands at an instant; `since` is when this version of it began."""

    grid_id: int
    code: str
    name: str
    community_id: int
    kind: str
    shape: Any
    since: datetime


@dataclass(frozen=True)
class Line:
    """A grid as it is to be.

    Attributes
    ----------
    key : int
        Its number in the switch.
    grid_id : int or None
        None for a new grid, whose `code` is new too.
    shape : MultiPolygon
        EPSG:4490, degrees.
    changed : bool
        Whether a new version begins; others only stand beside.
    staff_of : int
        The grid whose branch and members it has, as they were at `staff_at`.
    members : tuple of int
        Who is to work there instead, where the plan says so.
    noticed : bool
        Whether anybody on the ground notices: other units, name or people. A line whose neighbour moves begins anew
        too, so that both fit to the last digit, and nobody need hear of that.
    """

    key: int
    grid_id: int | None
    code: str
    name: str
    community_id: int
    kind: str
    shape: Any
    changed: bool
    staff_of: int | None
    members: tuple[int, ...] = ()
    noticed: bool = True


@dataclass(frozen=True)
class Came:
    """Ground that goes from one grid to another: the key it comes to, and how it came about."""

    from_grid_id: int
    key: int
    kind: str
    area_m2: float


@dataclass(frozen=True)
class Switch:
    """All lines of some communities as they are to be, the grids that end, and which ground came from which grid."""

    area_ids: tuple[int, ...]
    lines: tuple[Line, ...]
    ended: tuple[int, ...]
    came: tuple[Came, ...]
    staff_at: datetime


def lines_at(session: Session, area_ids: Sequence[int], at: datetime) -> list[Standing]:
    """Give the grids of communities at an instant, by code."""
    rows = session.execute(_LINES, {"areas": list(area_ids), "at": at})
    return [
        Standing(row[0], row[1], row[2], row[3], row[4], shapely.from_wkb(bytes(row[5])), row[6])
        for row in rows
    ]


def switch_of(session: Session, plan: BoundaryPlan, at: datetime) -> Switch:
    """Work out what adopting a plan at an instant would do to the lines.

    Raises
    ------
    ConflictError
        The lines have changed since the plan's units were cut, or others are loaded for a later day.
    """
    units = session.get_one(StoredUnits, plan.unit_set_id)
    now = lines_at(session, units.area_ids, at)
    if plan.reverses_id is not None:
        from gis.boundaries.reverse import restoring

        return restoring(session, plan, now, at)
    base = lines_at(session, units.area_ids, units.base_at)
    later = session.execute(_LATER, {"areas": units.area_ids, "at": at}).scalar_one()
    if later or [(one.grid_id, one.since) for one in base] != [(one.grid_id, one.since) for one in now]:
        raise ConflictError(
            "方案所依据的边界已经变化，请按现在的边界重新编制。"
            " The lines this plan starts from have changed; make it anew from today's."
        )
    terrain, layout = terrain_of(session, plan.unit_set_id), layout_of(session, plan)
    return from_layout(session, terrain, layout, now, at)


def from_layout(
    session: Session, terrain: Terrain, layout: Layout, now: Sequence[Standing], at: datetime
) -> Switch:
    """Turn a draft into lines."""
    areas = sorted(set(terrain.community.tolist()))
    flow = _flow(terrain, layout)
    renewed = _renewed(terrain, layout, flow)
    standing = {one.grid_id: one for one in now}
    codes = NewCodes(session, areas)
    lines = []
    for key in layout.used:
        part = layout.parts[key]
        if part.nobody:
            continue
        fresh = part.grid_id is None or key in renewed
        before = standing.get(part.grid_id) if part.grid_id is not None else None
        shape = _shape(terrain, layout, key, before)
        lines.append(
            Line(
                key,
                None if fresh else part.grid_id,
                codes.next(part.community_id) if fresh else part.code,
                part.name,
                part.community_id,
                before.kind if before else "comprehensive",
                shape,
                fresh or before is None or shape is not before.shape or part.name != before.name
                or key in layout.members,
                _staff_of(layout, part),
                layout.members.get(key, ()),
                fresh or before is None or part.name != before.name or key in layout.members
                or not _same(terrain, layout, key),
            )
        )  # fmt: skip
    kept = {line.grid_id for line in lines}
    ended = tuple(
        part.grid_id for part in terrain.parts if part.grid_id is not None and part.grid_id not in kept
    )
    return Switch(tuple(areas), tuple(lines), ended, _came(terrain, layout, flow, renewed), at)


def _flow(terrain: Terrain, layout: Layout) -> NDArray[np.float64]:
    """Give how much ground (square metres) goes from each of today's parts to each part."""
    flow = np.zeros((len(terrain.parts), len(layout.parts)))
    np.add.at(flow, (terrain.today, layout.part), terrain.units.area_m2)
    return flow


def _renewed(terrain: Terrain, layout: Layout, flow: NDArray[np.float64]) -> set[int]:
    """Give the parts of today's grids that get a new code: a new grid is cut out of them, or another goes into them.

    A new grid is cut out of the one most of its ground comes from; a grid that loses all ground goes into the one that
    takes most of it.
    """
    found = set()
    used = set(layout.used)
    for part in layout.parts:
        if part.key in used and part.grid_id is None and not part.nobody:
            found.add(int(np.argmax(flow[:, part.key])))
    for part in terrain.parts:
        if part.key not in used and not part.nobody:
            found.add(int(np.argmax(flow[part.key])))
    return {key for key in found if key in used and layout.parts[key].grid_id is not None}


def _shape(terrain: Terrain, layout: Layout, key: int, before: Standing | None) -> Any:
    """Put a grid together from its units; today's own shape where nothing has changed but for rounding."""
    mine = layout.part == key
    whole = shapely.coverage_union_all(terrain.shapes[mine])
    if before is not None and _same(terrain, layout, key) and _as_it_was(whole, before.shape):
        return before.shape
    return shapely.normalize(shapely.multipolygons(shapely.get_parts(whole)))


def _as_it_was(whole: Any, before: Any) -> bool:
    """Say whether two shapes are one but for rounding: no corner is a millimetre off the other's line."""
    lines = shapely.boundary([whole, before])
    return bool(shapely.hausdorff_distance(lines[0], lines[1]) < ROUNDING_DEG)


def _same(terrain: Terrain, layout: Layout, key: int) -> bool:
    """Say whether a part has just the units that it has today."""
    return bool(((layout.part == key) == (terrain.today == key)).all())


def _staff_of(layout: Layout, part: Part) -> int | None:
    """Give the grid whose people a part begins with: its own, or that of the part it is like."""
    seen: set[int] = set()
    while part.grid_id is None and part.like is not None and part.key not in seen:
        seen.add(part.key)
        part = layout.parts[part.like]
    return part.grid_id


def _came(terrain: Terrain, layout: Layout, flow: NDArray[np.float64], renewed: set[int]) -> tuple[Came, ...]:
    found = []
    for old, new in zip(*np.nonzero(flow), strict=True):
        grid_id = terrain.parts[int(old)].grid_id
        fresh = int(new) in renewed or layout.parts[int(new)].grid_id is None
        if grid_id is None or (int(old) == int(new) and not fresh):
            continue
        kind = "moved"
        if fresh:
            kind = "merge" if np.count_nonzero(flow[:, new]) > 1 else "split"
        found.append(Came(grid_id, int(new), kind, float(flow[old, new])))
    return tuple(found)


class NewCodes:
    """New grid codes: the community's code and the next free number of three digits; none that ever was."""

    def __init__(self, session: Session, areas: Sequence[int]) -> None:
        self.codes: dict[int, str] = {
            row[0]: row[1] for row in session.execute(_COMMUNITY_CODES, {"areas": list(areas)})
        }
        prefixes = [re.sub(r"([%_\\])", r"\\\1", code) + "%" for code in self.codes.values()]
        self.taken = set(session.execute(_CODES, {"prefixes": prefixes}).scalars())

    def next(self, community_id: int) -> str:
        """Give the next code of a community."""
        prefix = self.codes[community_id]
        numbers = [
            int(code[len(prefix) :])
            for code in self.taken
            if code.startswith(prefix) and re.fullmatch(r"\d{3}", code[len(prefix) :])
        ]
        number = max(numbers, default=0) + 1
        if number > MOST_IN_COMMUNITY:
            raise ConflictError(
                f"社区 {prefix} 的网格编码已用完。 All grid codes of community {prefix} are used up.",
                community=prefix,
            )
        code = f"{prefix}{number:03d}"
        self.taken.add(code)
        return code
