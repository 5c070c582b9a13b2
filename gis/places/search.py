"""Finding words among the loaded places: the geocoder on the database's gazetteer.

Before: `places.models`, `places.geocoder`. After: `cases.geocode`, the search box.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.places.models import Place

if TYPE_CHECKING:
    from gis.places.geocoder import Answer


def find(session: Session, words: str) -> Answer:
    """Find the place that words mean; never outside the loaded places."""
    from gis.places.geocoder import Geocoder
    from gis.places.geocoder.gazetteer import Alias
    from gis.places.geocoder.gazetteer import Place as Known

    rows = session.execute(
        select(Place, func.ST_X(Place.point), func.ST_Y(Place.point))
        .where(Place.ended_at.is_(None))
        .order_by(Place.id)
    )
    known = [
        Known(
            id=str(place.id),
            name=place.name,
            address=place.address,
            lon=lon,
            lat=lat,
            aliases=tuple(Alias(alias, place.source) for alias in place.aliases),
        )
        for place, lon, lat in rows
    ]
    return Geocoder(known).locate(words)
