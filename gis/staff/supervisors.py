"""Which organisation watches over a place on a level: community, subdistrict, district - never nobody.

Before: `staff.models`. After: `cases.overdue` hands it what was missed below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Supervisor:
    """An organisation that watches over a case."""

    organisation_id: int
    name: str


# indexes: ex_area_version_valid, ix_organisation_area_id
_OVER = text("""
    WITH RECURSIVE asked AS (
        SELECT * FROM unnest(CAST(:areas AS bigint[]), CAST(:levels AS text[])) WITH ORDINALITY
                      AS a (area_id, level, number)
    ), up AS (
        SELECT DISTINCT area_id AS start, area_id FROM asked WHERE area_id IS NOT NULL
        UNION ALL
        SELECT up.start, v.parent_id FROM up
        JOIN area_version v ON v.area_id = up.area_id AND v.valid @> CAST(:at AS timestamptz)
        WHERE v.parent_id IS NOT NULL
    ), ranks AS (
        SELECT * FROM unnest(ARRAY['grid', 'community', 'subdistrict', 'district', 'city']) WITH ORDINALITY
                      AS r (level, rank)
    )
    SELECT asked.number, coalesce(nearest.id, root.id), coalesce(nearest.name, root.name)
    FROM asked
    LEFT JOIN LATERAL (
        SELECT o.id, o.name FROM up
        JOIN area a ON a.id = up.area_id JOIN ranks r ON r.level = a.level
        JOIN organisation o ON o.area_id = a.id
        WHERE up.start = asked.area_id AND r.rank >= (SELECT rank FROM ranks WHERE ranks.level = asked.level)
          AND o.kind IN ('committee', 'general_branch') AND (o.ended_at IS NULL OR o.ended_at > :at)
        ORDER BY r.rank, o.kind, o.code LIMIT 1
    ) nearest ON TRUE
    LEFT JOIN LATERAL (
        SELECT o.id, o.name FROM organisation o
        WHERE o.parent_id IS NULL AND (o.ended_at IS NULL OR o.ended_at > :at) ORDER BY o.code LIMIT 1
    ) root ON TRUE
    ORDER BY asked.number
""")


def over(session: Session, places: Sequence[tuple[int | None, str]], at: datetime) -> list[Supervisor | None]:
    """Give who watches over each place on a level, in their order.

    Parameters
    ----------
    places : sequence of (area id or None, level)
        A place in no area belongs to the topmost organisation.

    Returns
    -------
    list of Supervisor or None
        The committee of the area on that level, else of the next one above, else the topmost organisation; None only
        where there is no organisation at all.
    """
    if not places:
        return []
    areas, levels = zip(*places, strict=True)
    rows = session.execute(_OVER, {"areas": list(areas), "levels": list(levels), "at": at}).all()
    return [Supervisor(row[1], row[2]) if row[1] is not None else None for row in rows]
