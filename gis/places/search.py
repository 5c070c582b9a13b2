"""Finding words among the loaded places: the geocoder on the database's gazetteer.

Before: `places.models`, `places.geocoder`. After: `cases.geocode`, the search box. A process keeps its geocoder as long
as the gazetteer does not change; whether it did is one look at its version.
"""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from gis.places.geocoder import Alias, Answer, Geocoder
from gis.places.geocoder import Place as Known
from gis.places.models import Place

LAYER = "places"
_VERSION = text("SELECT version FROM layer_version WHERE layer = :layer")
_kept: dict[int, Geocoder] = {}


def find(session: Session, words: str) -> Answer:
    """Find the place that words mean; never outside the loaded places."""
    return geocoder(session).locate(words)


def geocoder(session: Session) -> Geocoder:
    """Give the geocoder of the gazetteer as this session sees it."""
    version = session.scalar(_VERSION, {"layer": LAYER}) or 0
    if version not in _kept:
        _kept.clear()
        _kept[version] = Geocoder(load(session))
    return _kept[version]


def load(session: Session) -> list[Known]:
    """Read the gazetteer: every place that has not ended."""
    rows = session.execute(
        select(
            Place.id,
            Place.name,
            Place.address,
            func.ST_X(Place.point),
            func.ST_Y(Place.point),
            Place.aliases,
            Place.source,
        ).where(Place.ended_at.is_(None))
    )
    return [
        Known(
            str(row[0]),
            row[1],
            row[2],
            row[3],
            row[4],
            aliases=tuple(Alias(alias, row[6]) for alias in row[5]),
        )
        for row in rows
    ]
