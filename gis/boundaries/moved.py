"""What changes hands when lines change: households, buildings, open cases, rounds - found set by set in the database.

Before: `switch`. After: `impact` counts it, `adopt` writes it, `handover` puts it on sheets. On the line: the smaller
code, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries.switch import Switch
from gis.files.columns import GEOMETRY
from gis.loading.stage import stage

DUE_DAYS = 90
"""A household that nobody has called on for so long is due for a visit."""
# index: ix_visit_household_id_at
DUE = f"""NOT EXISTS (SELECT FROM visit v WHERE v.household_id = m.id
                        AND v.at > CAST(:at AS timestamptz) - make_interval(days => {DUE_DAYS}))"""
"""Of a household `m.id`: it is due at `:at`."""

_TYPES = {
    "key": "integer", "grid_id": "bigint", "code": "text", "name": "text", "community_id": "bigint", "kind": "text",
    "changed": "boolean", "restaffed": "boolean", "staff_of": "bigint", GEOMETRY: "geometry",
}  # fmt: skip

# indexes: ix_household_point, ix_building_geom, ix_case_open_point, ix_patrol_starts_at
_THINGS = {
    "household": ("household", "t.point", "t.point", "TRUE"),
    "building": ("building", "ST_PointOnSurface(t.geom)", "t.geom", "TRUE"),
    "case": ('"case"', "t.point", "t.point", "t.closed_at IS NULL AND t.state <> 'reported'"),
    "patrol": ("patrol", "ST_LineInterpolatePoint(t.route, 0.5)", "t.route", "t.starts_at >= :at"),
}
# index: ix_grid_version_geom_valid; a round goes where it likes: it moves only where the line under its
# middle does, by more than a centimetre
_STAYED = """(to_grid_id IS NOT NULL AND NOT grid_id = ANY(:ended) AND EXISTS (
        SELECT FROM grid_version v WHERE v.grid_id = found.to_grid_id AND v.valid @> CAST(:at AS timestamptz)
          AND ST_DWithin(v.geom, found.point, 1e-7)))"""
_FIND = """
    INSERT INTO {moved} (kind, id, from_grid_id, key)
    SELECT '{kind}', id, grid_id, key FROM (
        SELECT DISTINCT ON (t.id) t.id, t.grid_id, l.key, l.grid_id AS to_grid_id, l.restaffed, {point} AS point
        FROM {lines} l JOIN {table} t ON {shape} && l.geometry AND ST_Covers(l.geometry, {point})
        WHERE {where} ORDER BY t.id, l.code) AS found
    WHERE (grid_id IS DISTINCT FROM to_grid_id AND NOT {stayed})
       OR (grid_id IS NOT DISTINCT FROM to_grid_id AND restaffed)
"""
# indexes: ix_posting_grid_id, ex_grid_branch_valid, ex_grid_version_valid, ix_organisation_area_id
_PEOPLE = text("""
    SELECT g.id, who.member_id, coalesce(branch.organisation_id, committee.id)
    FROM unnest(CAST(:grids AS bigint[])) AS g (id)
    LEFT JOIN LATERAL (
        SELECT p.member_id FROM posting p JOIN member m ON m.id = p.member_id
        WHERE p.grid_id = g.id AND p.valid @> CAST(:at AS timestamptz) AND p.role IN ('grid_leader', 'grid_member')
          AND (m.left_at IS NULL OR m.left_at > :at)
        ORDER BY p.role, m.code LIMIT 1) who ON TRUE
    LEFT JOIN grid_branch branch ON branch.grid_id = g.id AND branch.valid @> CAST(:at AS timestamptz)
    LEFT JOIN LATERAL (
        SELECT o.id FROM grid_version v JOIN organisation o ON o.area_id = v.community_id
        WHERE v.grid_id = g.id AND v.valid @> CAST(:at AS timestamptz) AND o.kind IN ('committee', 'general_branch')
        ORDER BY o.kind, o.code LIMIT 1) committee ON TRUE
""")


@dataclass(frozen=True, order=True)
class Side:
    """Who answers first for a grid: its member, else its branch or committee; 0 for nobody."""

    member_id: int = 0
    organisation_id: int = 0

    @property
    def person(self) -> Side:
        """Give whom a sheet names: the member alone, or the organisation where there is none."""
        return Side(self.member_id) if self.member_id else self


@dataclass(frozen=True)
class Moved:
    """Names of the temporary tables of a switch, and who answers for each grid before and after it.

    `lines` has a row a grid as it is to be, `moved` a row a thing: `kind, id, from_grid_id, key`. `before` is by grid
    id, `after` by key.
    """

    lines: str
    moved: str
    before: dict[int, Side]
    after: dict[int, Side]

    def hands(self, from_grid_id: int | None, key: int) -> tuple[Side, Side]:
        """Give who gives and who takes what goes from a grid to a line."""
        return self.before.get(from_grid_id or 0, Side()).person, self.after[key].person


def find_moved(session: Session, switch: Switch, at: datetime) -> Moved:
    """Find what changes its grid, or its people, when a switch is made.

    Parameters
    ----------
    at : datetime
        An instant of the lines before it.
    """
    lines = _stage_lines(session, switch)
    moved = f"{lines}_moved"
    session.execute(
        text(
            f"CREATE TEMPORARY TABLE {moved} (kind text, id bigint, from_grid_id bigint, key integer) ON COMMIT DROP"
        )
    )
    for kind, (table, point, shape, where) in _THINGS.items():
        stayed = _STAYED if kind == "patrol" else "FALSE"
        words = {"table": table, "point": point, "shape": shape, "where": where, "stayed": stayed}
        sql = text(_FIND.format(moved=moved, lines=lines, kind=kind, **words))
        session.execute(sql, {"at": at, "ended": list(switch.ended)} if kind == "patrol" else {})
    session.execute(text(f"CREATE INDEX ON {moved} (kind, id)"))
    session.execute(text(f"ANALYZE {moved}"))
    return Moved(lines, moved, *_people(session, switch, at))


def _stage_lines(session: Session, switch: Switch) -> str:
    rows = [
        {
            "key": line.key, "grid_id": line.grid_id, "code": line.code, "name": line.name,
            "community_id": line.community_id, "kind": line.kind, "changed": line.changed,
            "restaffed": bool(line.members), "staff_of": line.staff_of, GEOMETRY: line.shape,
        }
        for line in switch.lines
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(_TYPES))
    frame = frame.astype({"grid_id": "Int64", "staff_of": "Int64"}).astype(
        {"grid_id": object, "staff_of": object}
    )
    name = stage(session, frame, _TYPES)
    session.execute(text(f"CREATE INDEX ON {name} (key)"))
    session.execute(text(f"ANALYZE {name}"))
    return name


def _people(session: Session, switch: Switch, at: datetime) -> tuple[dict[int, Side], dict[int, Side]]:
    grids = sorted({line.grid_id for line in switch.lines if line.grid_id is not None} | set(switch.ended))
    before = sides(session, grids, at)
    of = sorted({line.staff_of for line in switch.lines if line.staff_of is not None})
    begun = sides(session, of, switch.staff_at)
    after = {}
    for line in switch.lines:
        # a grid that goes on keeps the people it has now; only a new one begins with another's
        own = before if line.grid_id is not None else begun
        side = own.get(line.grid_id or line.staff_of or 0, Side())
        after[line.key] = Side(line.members[0], side.organisation_id) if line.members else side
    return before, after


def sides(session: Session, grids: Sequence[int], at: datetime) -> dict[int, Side]:
    """Give who answers first for each of some grids at an instant."""
    rows = session.execute(_PEOPLE, {"grids": list(grids), "at": at})
    return {row[0]: Side(row[1] or 0, row[2] or 0) for row in rows}


def counts(session: Session, moved: Moved) -> list[tuple[str, int | None, int, int]]:
    """Count what moves: kind, from which grid, to which key, how many."""
    rows = session.execute(
        text(
            f"""SELECT kind, from_grid_id, key, count(*) FROM {moved.moved}
                GROUP BY kind, from_grid_id, key ORDER BY kind, from_grid_id, key"""
        )
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def due_visits(session: Session, moved: Moved, at: datetime) -> list[tuple[int | None, int, int]]:
    """Count the households that move and are due for a visit: from which grid, to which key, how many."""
    rows = session.execute(
        text(
            f"""SELECT m.from_grid_id, m.key, count(*) FROM {moved.moved} m
                WHERE m.kind = 'household' AND {DUE}
                GROUP BY m.from_grid_id, m.key"""
        ),
        {"at": at},
    )
    return [(row[0], row[1], row[2]) for row in rows]
