"""Who sees what on the map: staff see the work of their scope, everybody else the public part.

Before: `webmap.access`, `staff.roles`. After: `webmap.layers.views`, `webmap.town`.
"""

from __future__ import annotations

from flask import g
from sqlalchemy.orm import Session

from gis.staff.roles import Role, reach_of
from webmap.access import scope

WORK = "map.work"


def works() -> bool:
    """Say whether the person of this request may see the work on the map."""
    return g.account is not None and reach_of(Role(g.account.role), WORK) is not None


def may_count(session: Session, grid_id: int) -> bool:
    """Say whether the person may see the counts of a grid: it lies in their scope."""
    return works() and grid_id in scope(session, WORK).grid_ids
