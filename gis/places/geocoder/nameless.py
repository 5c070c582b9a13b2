"""Texts that name a door, a crossing or a road, and no compound.

Before: `asked.py`. After: `geocoder.py` answers from `streets.py` when `names_nothing`, or when no compound
fits.
"""

from __future__ import annotations

from typing import NamedTuple

from gis.places.geocoder.asked import Asked
from gis.places.geocoder.context import ends_like_a_name, is_head, is_matter
from gis.places.geocoder.gazetteer import Place
from gis.places.geocoder.keys import BOUNDARY
from gis.places.geocoder.streets import Spot, Streets, crossed

INTERPOLATED, CROSSED, ON_ROAD = 0.6, 0.5, 0.3
_CROSSING_WORDS = ("交叉", "交汇", "交界", "路口", "十字")


class Derived(NamedTuple):
    """A place that no row of the gazetteer names, how fine it is, and how sure."""

    place: Place
    level: str
    radius_m: float
    sure: float


def names_nothing(asked: Asked) -> bool:
    """Tell whether a text with a road has no word that could be a compound's name."""
    if not asked.roads:
        return False
    runs = [run for run in asked.free.split(BOUNDARY) if len(run) > 1 and not run.isdigit()]
    return not any(ends_like_a_name(run) or not (is_matter(run) or is_head(run)) for run in runs)


def derived(asked: Asked, streets: Streets) -> Derived | None:
    """Give the door, else the crossing, else the road that a text names; None where nothing is known of it."""
    for road, number in asked.roads:
        spot = streets.door(road, number, asked.districts) if number else None
        if spot is not None:
            return _derived(f"{road}{number}号", "roadno", spot, INTERPOLATED)
    if any(word in asked.folded for word in _CROSSING_WORDS):
        for first, second in crossed(asked.roads):
            spot = streets.crossing(first, second, asked.districts)
            if spot is not None:
                return _derived(f"{first}与{second}交叉口", "crossing", spot, CROSSED)
    for road, _ in asked.roads:
        spot = streets.road(road, asked.districts)
        if spot is not None:
            return _derived(road, "road", spot, ON_ROAD)
    return None


def _derived(name: str, level: str, spot: Spot, sure: float) -> Derived:
    return Derived(Place("", name, "", spot.lon, spot.lat, level), level, round(spot.radius_m, 1), sure)
