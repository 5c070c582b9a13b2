"""Finding words among the loaded places: the geocoder on the database's gazetteer.

Before: `places.candidates`. After: `cases.geocode`, the search box. Nothing is held in memory but the statistics of the
names, so a process answers at once after its start, and a nickname is known to all processes as soon as it is taught.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from gis.places.candidates import geocoder
from gis.places.geocoder import Answer


def find(session: Session, words: str) -> Answer:
    """Find the place that words mean; never outside the loaded places."""
    return geocoder(session).locate(words)
