"""Figures of places for the coloured map: households of each grid.

Before: `places.models`. After: `webmap.layers.figures`.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

# index: ix_household_grid_id
_HOUSEHOLDS = text("""
    SELECT wanted.grid_id, count(h.id) FROM unnest(CAST(:grid_ids AS bigint[])) AS wanted(grid_id)
    LEFT JOIN household h ON h.grid_id = wanted.grid_id GROUP BY wanted.grid_id
""")


def households_by_grid(session: Session, grid_ids: Collection[int]) -> dict[int, int]:
    """Count today's households of each of some grids; a grid without any counts nought."""
    rows = session.execute(_HOUSEHOLDS, {"grid_ids": sorted(grid_ids)})
    return {row[0]: row[1] for row in rows}
