"""The grid card: what a grid is called, who answers for it, and how much it holds; the public part and the counts.

Before: `grids`, `places`, `staff` and `cases` models. After: `webmap.layers.views`. Names of members and their roles
are public on the card by rule; telephones are not on it, and counts go to staff or are left out when small.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases.queries import SOON
from gis.errors import NotFoundError
from gis.staff.models import PostingRole

FEWEST = 5
"""Smaller counts are not shown to the public."""

# indexes: ex_grid_version_valid, ex_area_version_valid, ex_grid_branch_valid, ix_posting_grid_id,
# ix_household_grid_id, ix_building_grid_id, ix_case_open_grid_id, ix_visit_household_id_at
_CARD = text("""
    WITH RECURSIVE here AS (
        SELECT v.grid_id, g.code, v.name, v.kind, v.community_id, lower(v.valid) AS since, v.geom
        FROM grid_version v JOIN grid g ON g.id = v.grid_id
        WHERE v.grid_id = :grid_id AND v.valid @> CAST(:at AS timestamptz)
    ), areas AS (
        SELECT v.area_id, v.parent_id, v.name, a.level, 1 AS step
        FROM here JOIN area_version v ON v.area_id = here.community_id JOIN area a ON a.id = v.area_id
        WHERE v.valid @> CAST(:at AS timestamptz)
        UNION ALL
        SELECT v.area_id, v.parent_id, v.name, a.level, areas.step + 1
        FROM areas JOIN area_version v ON v.area_id = areas.parent_id JOIN area a ON a.id = v.area_id
        WHERE v.valid @> CAST(:at AS timestamptz)
    ), branches AS (
        SELECT o.id, o.parent_id, o.name, o.kind, 1 AS step
        FROM grid_branch b JOIN organisation o ON o.id = b.organisation_id
        WHERE b.grid_id = :grid_id AND b.valid @> CAST(:at AS timestamptz)
        UNION ALL
        SELECT o.id, o.parent_id, o.name, o.kind, branches.step + 1
        FROM branches JOIN organisation o ON o.id = branches.parent_id
    )
    SELECT here.grid_id, here.code, here.name, here.kind, here.since,
        ARRAY[ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom)] AS bounds,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'level', level) ORDER BY step DESC), '[]')
         FROM areas) AS areas,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'kind', kind) ORDER BY step DESC), '[]')
         FROM branches) AS branches,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('name', m.name, 'role', p.role)
                         ORDER BY array_position(CAST(:roles AS text[]), p.role), m.code), '[]')
         FROM posting p JOIN member m ON m.id = p.member_id
         WHERE p.grid_id = :grid_id AND p.valid @> CAST(:at AS timestamptz)
           AND (m.left_at IS NULL OR m.left_at > :at)) AS members,
        (SELECT count(*) FROM household WHERE grid_id = :grid_id) AS households,
        (SELECT count(*) FROM building WHERE grid_id = :grid_id) AS buildings,
        cases.open, cases.late, cases.soon
    FROM here, LATERAL (
        SELECT count(*) AS open, count(*) FILTER (WHERE due_at < :at) AS late,
               count(*) FILTER (WHERE due_at >= :at AND due_at < :soon) AS soon
        FROM "case" WHERE grid_id = :grid_id AND closed_at IS NULL) cases
""")


def grid_card(session: Session, grid_id: int, at: datetime, *, counts: bool) -> dict[str, Any]:
    """Give a grid's card at an instant.

    Parameters
    ----------
    session : Session
    grid_id : int
    at : datetime
        Aware. Names, lines, branches and members are those of this instant; the counts are today's.
    counts : bool
        Whether the person may see the counts of this grid; otherwise cases are absent and small counts None.

    Raises
    ------
    NotFoundError
        When there is no such grid at that instant.
    """
    values = {"grid_id": grid_id, "at": at, "soon": at + SOON, "roles": list(PostingRole)}
    row = session.execute(_CARD, values).mappings().first()
    if row is None:
        raise NotFoundError("这一天没有这个网格。 There is no such grid on this day.", grid=grid_id)
    card = dict(row) | {"since": row["since"].isoformat() if row["since"] else None}
    if counts:
        return card
    public = {key: value for key, value in card.items() if key not in {"open", "late", "soon"}}
    return public | {key: _large(card[key]) for key in ("households", "buildings")}


def _large(count: int) -> int | None:
    return count if count >= FEWEST else None
