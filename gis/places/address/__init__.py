"""Addresses: from any text to the elements of an address.

Before: words of a resident or a file. After: `gis.places.geocoder` finds the place that they mean.
"""

from gis.places.address.cleaning import clean
from gis.places.address.reader import read
from gis.places.address.reading import Element, Reading

__all__ = ["Element", "Reading", "clean", "read"]
