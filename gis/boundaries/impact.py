"""The impact of a plan before anybody approves it: what changes hands, from whom to whom, grid by grid, and where.

Before: `switch`, `moved` - the very tables that adoption writes from. After: the impact page, its Excel, the letter for
residents, `wangge plan impact`. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries.models import BoundaryPlan, StoredUnits
from gis.boundaries.moved import DUE, Moved, Side, counts, due_visits, find_moved
from gis.boundaries.switch import Line, Switch, lines_at, switch_of

ROSTER_DAYS = 14
KINDS = ("household", "building", "case", "patrol", "visit")

# indexes: pk_member, pk_organisation
_NAMES = text("""
    SELECT 'member', id, name FROM member WHERE id = ANY(:members)
    UNION ALL SELECT 'organisation', id, name FROM organisation WHERE id = ANY(:organisations)
""")
# index: ex_shift_during
_ROSTER = text("""
    SELECT member_id, kind, lower(during), upper(during) FROM shift
    WHERE member_id = ANY(:members)
      AND during && tstzrange(CAST(:at AS timestamptz), CAST(:until AS timestamptz))
    ORDER BY member_id, lower(during)
""")
# indexes: ix_household_grid_id, ix_case_open_grid_id; what is published of a grid, on the lines of now
_FIGURES = text("""
    SELECT g.id,
           (SELECT count(*) FROM household h WHERE h.grid_id = g.id),
           (SELECT count(*) FROM "case" c WHERE c.grid_id = g.id AND c.closed_at IS NULL AND c.state <> 'reported'),
           (SELECT count(*) FROM building b WHERE b.grid_id = g.id)
    FROM unnest(CAST(:grids AS bigint[])) AS g (id)
""")
_SUBJECTS = {
    "household": "SELECT id, code, '' AS label FROM household",
    "building": "SELECT id, code, name AS label FROM building",
    "case": 'SELECT id, number AS code, place_label AS label FROM "case"',
    "patrol": "SELECT id, code, '' AS label FROM patrol",
}
_SUBJECTS["visit"] = _SUBJECTS["household"]


@dataclass(frozen=True)
class Hands:
    """What goes from one person to another; `giver` is "" for ground that nobody had."""

    giver: str
    taker: str
    households: int
    buildings: int
    cases: int
    patrols: int
    visits: int


@dataclass(frozen=True)
class GridFigure:
    """A grid's published figures before and after; a new grid has no `before`, an ended one no `after`."""

    code: str
    name: str
    before: dict[str, int] | None
    after: dict[str, int] | None


@dataclass(frozen=True)
class RosterLine:
    """A line of the roster of somebody who gives or takes: duty or leave in the days after the change."""

    member: str
    kind: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Ground:
    """Ground that goes from one grid to another; EPSG:4490, degrees."""

    from_code: str
    to_code: str
    shape: Any


@dataclass(frozen=True)
class Impact:
    """All that a plan changes.

    Attributes
    ----------
    hands : tuple of Hands
        By giver and taker; people who keep what they had are not in it.
    totals : dict
        `household`, `building`, `case`, `patrol`, `visit`: how many change hands.
    renumbered : int
        Households whose grid has another code and whose member stays.
    grids : tuple of GridFigure
    roster : tuple of RosterLine
    ground : tuple of Ground
    """

    hands: tuple[Hands, ...]
    totals: dict[str, int]
    renumbered: int
    grids: tuple[GridFigure, ...]
    roster: tuple[RosterLine, ...]
    ground: tuple[Ground, ...]

    @property
    def empty(self) -> bool:
        """Tell whether the plan leaves every line, grid and person as they are."""
        return not (self.hands or self.renumbered or self.grids or self.ground)

    @property
    def sentence(self) -> str:
        """Say in Chinese what approving would do, in numbers."""
        if self.empty:
            return "网格线和现在一样，没有什么要移交。"
        takers = "、".join(dict.fromkeys(one.taker for one in self.hands))
        if not takers and not self.renumbered:
            return "没有人员变动，也没有户换网格。"
        if not takers:
            return f"没有人员变动；{self.renumbered} 户的网格编码改变。"
        return f"{self.totals['household']} 户、{self.totals['case']} 件在办案件将移交给 {takers}。"

    @property
    def sentence_en(self) -> str:
        """Say the same in English."""
        if self.empty:
            return "The lines are as they are today; nothing changes hands."
        takers = ", ".join(dict.fromkeys(one.taker for one in self.hands))
        if not takers and not self.renumbered:
            return "Nobody's work changes, and no household changes its grid."
        if not takers:
            return f"Nobody's work changes; {self.renumbered} households get another grid code."
        return f"{self.totals['household']} households and {self.totals['case']} open cases go to {takers}."


@dataclass(frozen=True)
class Detail:
    """One thing that changes hands."""

    code: str
    label: str
    giver: str
    taker: str
    from_code: str
    to_code: str


@dataclass(frozen=True)
class Moving:
    """What a plan moves, found once for the counts and the lists: its lines, the tables of `moved`, and the counts."""

    switch: Switch
    moved: Moved
    told: tuple[tuple[str, int | None, int, int], ...]
    now: datetime

    @property
    def pairs(self) -> list[tuple[int | None, int]]:
        """Name the grids and lines between which something changes hands."""
        found = dict.fromkeys((row[1], row[2]) for row in self.told)
        return [pair for pair in found if len(set(self.moved.hands(*pair))) > 1]


def moving(session: Session, plan: BoundaryPlan, now: datetime) -> Moving:
    """Find what a plan would move if it were adopted now; good until the transaction ends.

    Raises
    ------
    ConflictError
        The lines it starts from have changed.
    """
    switch = switch_of(session, plan, now)
    moved = find_moved(session, switch, now)
    return Moving(switch, moved, (*counts(session, moved), *_visits(session, moved, now)), now)


def impact(session: Session, plan: BoundaryPlan, now: datetime, found: Moving | None = None) -> Impact:
    """Work out what a plan would change if it were adopted now; `found` when `moving` was asked already.

    Raises
    ------
    ConflictError
        The lines it starts from have changed.
    """
    found = found or moving(session, plan, now)
    told, moved = list(found.told), found.moved
    names = _names(session, {side for row in told for side in moved.hands(row[1], row[2])})
    hands, totals, renumbered = _hands(moved, told, names)
    givers = {side for pair in found.pairs for side in moved.hands(*pair)}
    return Impact(
        hands,
        totals,
        renumbered,
        _grids(session, plan, found.switch, told, now),
        _roster(session, givers, names, plan.effective_at or now),
        _ground(session, plan, found.switch, now),
    )


def _visits(session: Session, moved: Moved, now: datetime) -> list[tuple[str, int | None, int, int]]:
    return [("visit", row[0], row[1], row[2]) for row in due_visits(session, moved, now)]


def _names(session: Session, people: set[Side]) -> dict[Side, str]:
    rows = session.execute(
        _NAMES,
        {
            "members": [side.member_id for side in people],
            "organisations": [side.organisation_id for side in people],
        },
    )
    known = {(row[0], row[1]): row[2] for row in rows}
    return {
        side: known.get(("member", side.member_id)) or known.get(("organisation", side.organisation_id), "")
        for side in people
    }


def _hands(
    moved: Moved, told: list[tuple[str, int | None, int, int]], names: Mapping[Side, str]
) -> tuple[tuple[Hands, ...], dict[str, int], int]:
    sums: dict[tuple[Side, Side], dict[str, int]] = {}
    totals, renumbered = dict.fromkeys(KINDS, 0), 0
    for kind, from_grid_id, key, many in told:
        giver, taker = moved.hands(from_grid_id, key)
        if giver == taker:
            renumbered += many if kind == "household" else 0
            continue
        of = sums.setdefault((giver, taker), dict.fromkeys(KINDS, 0))
        of[kind] += many
        totals[kind] += many
    rows = [
        Hands(names[giver], names[taker], *(of[kind] for kind in KINDS))
        for (giver, taker), of in sums.items()
    ]
    return tuple(sorted(rows, key=lambda one: (one.giver, one.taker))), totals, renumbered


def _grids(
    session: Session,
    plan: BoundaryPlan,
    switch: Switch,
    told: list[tuple[str, int | None, int, int]],
    now: datetime,
) -> tuple[GridFigure, ...]:
    """Give the published figures of every grid that changes, before and after."""
    areas = session.get_one(StoredUnits, plan.unit_set_id).area_ids
    standing = {one.grid_id: one for one in lines_at(session, areas, now)}
    before = {
        row[0]: {"household": row[1], "case": row[2], "building": row[3]}
        for row in session.execute(_FIGURES, {"grids": sorted(standing)})
    }
    after: dict[int, dict[str, int]] = {
        line.key: dict(before.get(line.grid_id or 0, {"household": 0, "case": 0, "building": 0}))
        for line in switch.lines
    }
    key_of: dict[int | None, int] = {
        line.grid_id: line.key for line in switch.lines if line.grid_id is not None
    }
    for kind, from_grid_id, key, many in told:
        if kind in after[key] and key_of.get(from_grid_id) != key:
            after[key][kind] += many
            if from_grid_id in key_of:
                after[key_of[from_grid_id]][kind] -= many
    found = [
        GridFigure(line.code, line.name, before.get(line.grid_id) if line.grid_id else None, after[line.key])
        for line in switch.lines
        if line.noticed
    ]
    found += [
        GridFigure(standing[grid_id].code, standing[grid_id].name, before[grid_id], None)
        for grid_id in switch.ended
    ]
    return tuple(sorted(found, key=lambda one: one.code))


def _roster(
    session: Session, people: set[Side], names: Mapping[Side, str], at: datetime
) -> tuple[RosterLine, ...]:
    by_id = {side.member_id: names[side] for side in people if side.member_id}
    rows = session.execute(
        _ROSTER, {"members": sorted(by_id), "at": at, "until": at + timedelta(days=ROSTER_DAYS)}
    )
    return tuple(RosterLine(by_id[row[0]], row[1], row[2], row[3]) for row in rows)


def _ground(session: Session, plan: BoundaryPlan, switch: Switch, now: datetime) -> tuple[Ground, ...]:
    """Give the ground that goes over, as the lines before and after overlap."""
    areas = session.get_one(StoredUnits, plan.unit_set_id).area_ids
    old = {one.grid_id: one for one in lines_at(session, areas, now)}
    lines: dict[int, Line] = {line.key: line for line in switch.lines}
    found = []
    for came in switch.came:
        before, line = old[came.from_grid_id], lines[came.key]
        shared = shapely.intersection(before.shape, line.shape)
        parts = shapely.get_parts(shared)
        areal = parts[shapely.get_dimensions(parts) == 2]  # noqa: PLR2004 - areas
        found.append(Ground(before.code, line.code, shapely.multipolygons(areal)))
    return tuple(found)


def details(
    session: Session,
    plan: BoundaryPlan,
    kind: str,
    now: datetime,
    *,
    found: Moving | None = None,
    most: int | None = None,
    skip: int = 0,
) -> list[Detail]:
    """List what of a kind (one of `KINDS`) changes hands, by code; all of it, or `most` rows after the first `skip`."""
    found = found or moving(session, plan, now)
    moved, pairs = found.moved, found.pairs
    rows = session.execute(
        text(f"""
            SELECT m.from_grid_id, m.key, s.code, s.label, coalesce(g.code, ''), l.code
            FROM {moved.moved} m JOIN ({_SUBJECTS[kind]}) s ON s.id = m.id JOIN {moved.lines} l ON l.key = m.key
            JOIN unnest(CAST(:froms AS bigint[]), CAST(:keys AS int[])) AS p (from_grid_id, key)
              ON p.key = m.key AND p.from_grid_id IS NOT DISTINCT FROM m.from_grid_id
            LEFT JOIN grid g ON g.id = m.from_grid_id
            WHERE m.kind = :kind{f" AND {DUE}" if kind == "visit" else ""} ORDER BY s.code, s.id
            LIMIT :most OFFSET :skip"""),
        {
            "kind": "household" if kind == "visit" else kind,
            "froms": [pair[0] for pair in pairs],
            "keys": [pair[1] for pair in pairs],
            "most": most,
            "skip": skip,
        }
        | ({"at": now} if kind == "visit" else {}),
    ).all()
    names = _names(session, {side for row in rows for side in moved.hands(row[0], row[1])})
    sides = [moved.hands(row[0], row[1]) for row in rows]
    return [
        Detail(row[2], row[3], names[giver], names[taker], row[4], row[5])
        for row, (giver, taker) in zip(rows, sides, strict=True)
    ]
