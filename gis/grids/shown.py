"""Which grids the map draws and counts: all but micro-grids, which lie inside the others.

Before: `grids.models`. After: `webmap.layers.figures`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.grids.models import GridKind, GridVersion


# index: ex_grid_version_valid
def grids_shown(session: Session, grid_ids: Collection[int], at: datetime) -> frozenset[int]:
    """Give those of some grids that are drawn at an instant."""
    query = select(GridVersion.grid_id).where(
        GridVersion.grid_id.in_(grid_ids), GridVersion.kind != GridKind.MICRO, GridVersion.valid.contains(at)
    )
    return frozenset(session.scalars(query))
