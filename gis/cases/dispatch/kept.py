"""What dispatch knows beside a case: rules, weights, the tree of areas, members' home grids - kept by version.

Before: the tables; the database raises a version with every change (`cases.reference`). After: `dispatch.decide`. A
report asks for the versions anyway, so that dispatch costs it no question of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases.dispatch.choosing import DEFAULT_WEIGHTS, Weight
from gis.cases.dispatch.rules import Matter, Rule, Rulebook
from gis.cases.models import CaseType
from gis.cases.reference import Kept, versions_of
from gis.geometry.measure import distance_m
from gis.settings import settings

# index: ix_dispatch_rule_draft_id
RULES = """
    SELECT r.code, r.category,
           CASE WHEN r.grid_id IS NOT NULL THEN 'grid' ELSE coalesce(a.level, '') END AS place_level,
           coalesce(r.grid_id, r.area_id) AS place_id,
           coalesce((SELECT v.name FROM grid_version v WHERE v.grid_id = r.grid_id
                     ORDER BY lower(v.valid) DESC LIMIT 1),
                    (SELECT v.name FROM area_version v WHERE v.area_id = r.area_id
                     ORDER BY lower(v.valid) DESC LIMIT 1), '') AS place,
           r.weekdays, r.from_min, r.to_min, r.level, r.organisation_id, coalesce(o.name, '') AS organisation,
           r.agency, r.skill, r.handling, r.note, lower(r.valid) AS begins, upper(r.valid) AS ends
    FROM dispatch_rule r LEFT JOIN area a ON a.id = r.area_id LEFT JOIN organisation o ON o.id = r.organisation_id
"""
_LIVE = text(f"{RULES} WHERE r.draft_id IS NULL")
_WEIGHTS = text("SELECT factor, points, zero_at, lower(valid), upper(valid) FROM dispatch_weight")
_AREAS = text(
    "SELECT area_id, parent_id, lower(valid), upper(valid) FROM area_version WHERE parent_id IS NOT NULL"
)
# indexes: ex_posting_valid, ex_grid_version_valid; the grid one was posted to first is home, members before leaders
_HOMES = text("""
    SELECT p.member_id, ST_X(spot.point), ST_Y(spot.point),
           greatest(lower(p.valid), lower(v.valid)), least(upper(p.valid), upper(v.valid))
    FROM posting p JOIN grid_version v ON v.grid_id = p.grid_id AND v.valid && p.valid
    JOIN grid g ON g.id = p.grid_id, LATERAL (SELECT ST_PointOnSurface(v.geom) AS point) spot
    WHERE p.role IN ('grid_leader', 'grid_member')
    ORDER BY p.member_id, p.role DESC, lower(p.valid), g.code
""")


def _within(at: datetime, begins: datetime | None, ends: datetime | None) -> bool:
    return (begins is None or begins <= at) and (ends is None or at < ends)


@dataclass(frozen=True)
class Tree:
    """Which area lies in which, with dates."""

    parents: Mapping[int, Sequence[tuple[int, datetime | None, datetime | None]]]

    def up(self, area_id: int, at: datetime) -> frozenset[int]:
        """Give an area and all areas above it at an instant."""
        found: set[int] = set()
        here: int | None = area_id
        while here is not None and here not in found:
            found.add(here)
            here = next(
                (parent for parent, *span in self.parents.get(here, ()) if _within(at, span[0], span[1])),
                None,
            )
        return frozenset(found)


@dataclass(frozen=True)
class Homes:
    """The middle of each member's own grid, in EPSG:4490 degrees, with dates."""

    spots: Mapping[int, Sequence[tuple[float, float, datetime | None, datetime | None]]]

    def distances(self, member_ids: Sequence[int], lon: float, lat: float, at: datetime) -> dict[int, int]:
        """Measure how far some members' home grids are from a point, in whole metres; unknown ones are left out."""
        spots = {
            member_id: (spot[0], spot[1])
            for member_id in member_ids
            for spot in [self._home(member_id, at)]
            if spot is not None
        }
        if not spots:
            return {}
        from_lon, from_lat = zip(*spots.values(), strict=True)
        far = np.atleast_1d(distance_m(from_lon, from_lat, lon, lat))
        return {member_id: round(float(metres)) for member_id, metres in zip(spots, far, strict=True)}

    def _home(self, member_id: int, at: datetime) -> tuple[float, float, Any, Any] | None:
        return next(
            (spot for spot in self.spots.get(member_id, ()) if _within(at, spot[2], spot[3])),
            None,
        )


@dataclass(frozen=True)
class DatedWeights:
    """The weights a city has set, with dates; where it set none, `DEFAULT_WEIGHTS`."""

    rows: Sequence[tuple[str, Weight, datetime | None, datetime | None]]

    def at(self, at: datetime) -> dict[str, Weight]:
        """Give the weight of every factor at an instant."""
        own = {factor: weight for factor, weight, *span in self.rows if _within(at, span[0], span[1])}
        return dict(DEFAULT_WEIGHTS) | {
            factor: Weight(weight.points, weight.zero_at or DEFAULT_WEIGHTS[factor].zero_at)
            for factor, weight in own.items()
        }


@dataclass(frozen=True)
class Book:
    """Everything the decision needs beside the case and the people; `tree` is empty while no rule speaks of an area."""

    rules: Rulebook
    weights: DatedWeights
    homes: Homes
    tree: Tree

    def ruling(
        self,
        case_type: CaseType,
        grid_id: int | None,
        community_id: int | None,
        at: datetime,
        *,
        dates: bool = True,
    ) -> Rule | None:
        """Give the rule that speaks of a category in a place at an instant, or None."""
        if not self.rules.rules:
            return None
        areas = self.tree.up(community_id, at) if community_id is not None else frozenset()
        local = at.astimezone(settings().time_zone)
        matter = Matter(case_type.kind, case_type.code, grid_id, areas, local)
        return self.rules.ruling(matter, at if dates else None)


def _grouped(rows: Sequence[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for first, *rest in rows:
        found.setdefault(first, []).append(tuple(rest))
    return found


def read_rules(rows: Sequence[Any]) -> list[Rule]:
    """Read rules from rows of `RULES`."""
    return [Rule(*row) for row in rows]


def _read_live(session: Session) -> Rulebook:
    return Rulebook.of(read_rules(session.execute(_LIVE).all()))


def _read_weights(session: Session) -> DatedWeights:
    rows = session.execute(_WEIGHTS)
    return DatedWeights([(row[0], Weight(row[1], row[2]), row[3], row[4]) for row in rows])


def _read_homes(session: Session) -> Homes:
    return Homes(_grouped(session.execute(_HOMES).all()))


def read_tree(session: Session) -> Tree:
    """Read which area lies in which."""
    return Tree(_grouped(session.execute(_AREAS).all()))


_NO_TREE = Tree({})
_rules = Kept(("dispatch_rules",), _read_live)
_weights = Kept(("dispatch_weights",), _read_weights)
_homes = Kept(("postings", "grids"), _read_homes)
_tree = Kept(("areas",), read_tree)


def book(session: Session, versions: Mapping[str, int] | None = None) -> Book:
    """Give what is in force, read anew only where something has changed."""
    known = versions if versions is not None else versions_of(session)
    rules = _rules.get(session, known)
    return Book(
        rules,
        _weights.get(session, known),
        _homes.get(session, known),
        _tree.get(session, known) if rules.needs_areas else _NO_TREE,
    )


def tree(session: Session) -> Tree:
    """Give which area lies in which, whatever the rules."""
    return _tree.get(session, None)
