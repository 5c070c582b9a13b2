"""Which grids the map draws and counts: all but micro-grids, which lie inside the others; and their communities.

Before: `grids.models`. After: `webmap.layers.figures`, `webmap.planning.dates`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gis.grids.models import Area, AreaLevel, AreaVersion, GridKind, GridVersion


# index: ex_grid_version_valid
def grids_shown(session: Session, grid_ids: Collection[int], at: datetime) -> frozenset[int]:
    """Give those of some grids that are drawn at an instant."""
    query = select(GridVersion.grid_id).where(
        GridVersion.grid_id.in_(grid_ids), GridVersion.kind != GridKind.MICRO, GridVersion.valid.contains(at)
    )
    return frozenset(session.scalars(query))


# indexes: ix_grid_version_community_id, ex_area_version_valid
def communities_shown(
    session: Session, area_ids: Collection[int], grid_ids: Collection[int], at: datetime
) -> dict[int, str]:
    """Give the names of the communities among some areas, and of those that some grids lie in, by code."""
    around = select(GridVersion.community_id).where(
        GridVersion.grid_id.in_(grid_ids), GridVersion.valid.contains(at)
    )
    query = (
        select(Area.id, AreaVersion.name)
        .join(AreaVersion, AreaVersion.area_id == Area.id)
        .where(Area.level == AreaLevel.COMMUNITY, AreaVersion.valid.contains(at))
        .where(or_(Area.id.in_(area_ids), Area.id.in_(around)))
    )
    return {row[0]: row[1] for row in session.execute(query.order_by(Area.code))}


# index: a walk over the present versions; a map of the whole town is made once, for a meeting
def every_grid(session: Session, at: datetime) -> frozenset[int]:
    """Give every grid that is drawn at an instant."""
    query = select(GridVersion.grid_id).where(
        GridVersion.kind != GridKind.MICRO, GridVersion.valid.contains(at)
    )
    return frozenset(session.scalars(query))
