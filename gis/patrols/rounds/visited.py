"""How long ago households were called on, at several instants: for coloured maps over months.

Before: `patrols.models`. After: `webmap.maps`. The households are today's; a visit after an
instant does not count at it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.rounds.queries import Visited

# indexes: ix_household_grid_id, ix_visit_household_id_at
_VISITED_AT = text("""
    SELECT last.number - 1, h.grid_id, count(*), sum(floor(extract(epoch FROM last.instant - last.at) / 86400))
    FROM (SELECT i.number, i.at AS instant, v.household_id, max(v.at) AS at
          FROM unnest(CAST(:at AS timestamptz[])) WITH ORDINALITY AS i(at, number)
          JOIN visit v ON v.at <= i.at GROUP BY 1, 2, 3) last
    JOIN household h ON h.id = last.household_id
    WHERE h.grid_id = ANY(CAST(:grid_ids AS bigint[]))
    GROUP BY 1, 2
""")


def visited_at(
    session: Session, grid_ids: Collection[int], instants: Sequence[datetime]
) -> dict[tuple[int, int], Visited]:
    """Give the households called on and the whole days since, by (number of the instant, grid).

    `households` counts those ever called on, as `visited` does; a grid where nobody was called on is absent.
    """
    rows = session.execute(_VISITED_AT, {"at": list(instants), "grid_ids": sorted(grid_ids)})
    return {(row[0], row[1]): Visited(row[2], row[2], int(row[3])) for row in rows}
