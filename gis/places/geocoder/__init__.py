"""The geocoder: from words to a door, with a confidence that can be trusted.

Before: `gis.places.address` reads texts; rows of places come from files or the database. After: cases,
search boxes and bulk files ask `Geocoder(places).locate(text)`.
"""

from gis.places.geocoder.answer import Answer, Candidate
from gis.places.geocoder.gazetteer import Alias, Place
from gis.places.geocoder.geocoder import Geocoder

__all__ = ["Alias", "Answer", "Candidate", "Geocoder", "Place"]
