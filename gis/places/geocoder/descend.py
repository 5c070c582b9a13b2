"""From a compound down to its building and entrance, where the text names one that is known.

Before: `compare.py`. After: `answering.py`. A word of nearness right after the name (对面, 旁) stops the way
down: the text then means a neighbour, and gives a place and a radius, not a door.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gis.places.geocoder.alignment import BASE
from gis.places.geocoder.answer import RADIUS_M
from gis.places.geocoder.asked import Asked
from gis.places.geocoder.compare import Comparison
from gis.places.geocoder.context import tells_only_matter
from gis.places.geocoder.gazetteer import Place
from gis.places.geocoder.keys import BOUNDARY
from gis.places.geocoder.stems import Stem

_RELATIONS = ("对面", "斜对面", "对过", "旁", "隔壁", "附近", "东侧", "西侧", "南侧", "北侧", "后面", "前面")
_BESIDE = re.compile(r"附近的?|旁边?的?|隔壁的?")
_NEIGHBOUR_RADIUS_M = 100.0


class Found(NamedTuple):
    """The row of a stem that answers, and how fine it is."""

    place: Place
    level: str
    lon: float
    lat: float
    radius_m: float


def by_relation(query: Asked, comparison: Comparison) -> bool:
    """Tell whether the text says that the place is opposite or beside the matched one."""
    if comparison.match is None or not query.relation:
        return False
    return query.cleaned.text.startswith(_RELATIONS, comparison.match.end)


def beside(query: Asked, comparison: Comparison) -> bool:
    """Tell whether a complaint follows what is said to be beside the matched place, and no other place."""
    match = comparison.match
    if match is None or match.how > BASE or match.by_sound:
        return False
    near = _BESIDE.match(query.folded, match.end)
    if near is None:
        return False
    after = query.free[near.end() :].strip(BOUNDARY)
    return not after or tells_only_matter(after.partition(BOUNDARY)[0])


def found_in(query: Asked, comparison: Comparison) -> Found:
    """Go from the stem down to the building, where the text names one that is known."""
    stem = comparison.stem
    level = stem.place.level or ("compound" if stem.whole else "building")
    if by_relation(query, comparison):
        return Found(stem.place, level, stem.lon, stem.lat, RADIUS_M["compound"] + _NEIGHBOUR_RADIUS_M)
    building = query.building
    if building and stem.buildings:
        place = stem.buildings.get((building, query.entrance))
        if place is not None and query.entrance:
            return Found(place, "entrance", place.lon, place.lat, RADIUS_M["entrance"])
        place = stem.buildings.get((building, "")) or _any_entrance(stem, building)
        if place is not None:
            return Found(place, "building", place.lon, place.lat, RADIUS_M["building"])
    if not stem.whole and len(stem.buildings) > 1:
        level = "compound"
    return Found(stem.place, level, stem.lon, stem.lat, RADIUS_M.get(level, RADIUS_M["compound"]))


def _any_entrance(stem: Stem, building: str) -> Place | None:
    return next((place for (number, _), place in stem.buildings.items() if number == building), None)
