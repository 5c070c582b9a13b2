"""How new the map's layers are: the versions that tiles are cached by, and the day their data is from.

Before: `grids.models` (the database raises a version with every change). After: `webmap.layers`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.direct import ask

_VERSIONS = text("SELECT layer, version FROM layer_version")
_CHANGED_AT = text("SELECT max(changed_at) FROM layer_version")


def layer_versions(session: Session) -> dict[str, int]:
    """Give the version of each layer that holds data."""
    return dict(ask(session, _VERSIONS, {}))


def changed_at(session: Session) -> datetime | None:
    """Give the instant of the last change of any layer, or None for an empty map."""
    found: datetime | None = session.scalar(_CHANGED_AT)
    return found
