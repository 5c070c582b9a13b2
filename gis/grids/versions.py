"""How new the map's layers are: the versions that tiles are cached by, when lines changed, the day their data is from.

Before: `grids.models` (the database raises a version with every change). After: `webmap.layers`.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from threading import Lock

from cachetools import LRUCache, cached
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.direct import ask

_VERSIONS = text("SELECT layer, version FROM layer_version")
_CHANGED_AT = text("SELECT max(changed_at) FROM layer_version")
# a walk over all versions, once for each version of the layers
_LINES_CHANGED = text("""
    SELECT at FROM (
        SELECT lower(valid) AS at FROM grid_version UNION SELECT upper(valid) FROM grid_version
        UNION SELECT lower(valid) FROM area_version UNION SELECT upper(valid) FROM area_version) AS found
    WHERE at IS NOT NULL ORDER BY at
""")
KEPT = 8


def layer_versions(session: Session) -> dict[str, int]:
    """Give the version of each layer that holds data."""
    return dict(ask(session, _VERSIONS, {}))


def changed_at(session: Session) -> datetime | None:
    """Give the instant of the last change of any layer, or None for an empty map."""
    found: datetime | None = session.scalar(_CHANGED_AT)
    return found


def line_changes(session: Session, versions: dict[str, int] | None = None) -> tuple[datetime, ...]:
    """Give the instants at which any line, name or parent of grids and areas changed or will change, in order.

    Parameters
    ----------
    versions : dict, optional
        Those of the layers, when they are known already: each process keeps what it read for them.
    """
    known = layer_versions(session) if versions is None else versions
    return _changes(session, (known.get("grids", 0), known.get("areas", 0)))


@cached(LRUCache(KEPT), key=lambda _, versions: versions, lock=Lock())
def _changes(session: Session, versions: tuple[int, int]) -> tuple[datetime, ...]:
    del versions  # they only say for how long it is true
    return tuple(session.scalars(_LINES_CHANGED))


def lines_mark(session: Session, versions: dict[str, int], at: datetime) -> int:
    """Give how many of these changes are past at an instant: two instants with the same number have the same lines."""
    return bisect_right(line_changes(session, versions), at)
