"""Doors and crossings that the gazetteer itself has: a road with its number, a village with its number, two roads.

Before: `asked.py` reads the road and the number, `index.py` has the rows. After: `geocoder.py` places such a text
without asking, unless it names something else too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from gis.places.address.doors import HOUSENO
from gis.places.geocoder.answer import RADIUS_M
from gis.places.geocoder.asked import Asked
from gis.places.geocoder.context import ends_like_a_name
from gis.places.geocoder.descend import Found
from gis.places.geocoder.gazetteer import Place
from gis.places.geocoder.index import CandidateSource
from gis.places.geocoder.keys import BOUNDARY
from gis.places.geocoder.names import GENERIC
from gis.places.geocoder.stems import METRES_A_DEGREE, Stem, distance_m

ONE_PLACE_M, ONE_CROSSING_M = 100.0, 60.0
_BESIDE = re.compile(r"(?:大?杂?院)?(?:旁边?|隔壁|门口|门前|门外|大门|跟前)")
_AROUND = re.compile(r"(?:大?杂?院)?(?:附近|周边|周围|1带|一带)")
_ACROSS = re.compile(
    r"(?:大?杂?院)?(?:的?斜?对[面过]|[往向]?[东西南北]边?[侧面]?(?:大?约)?\d+多?米|[往向][东西南北前])"
)
_YARD = re.compile(r"^(?:大杂院|杂院|大院|小院|院子|院)")
_NAMES = re.compile("|".join(one for one in GENERIC if len(one) > 1))
_STOP = re.compile("[,。;!?]")
_CORNER = re.compile(r"的?([东西])([南北])角|的?([南北])([东西])角")
_TO_CORNER_M = 20.0
_BESIDE_M, _AROUND_M, _ACROSS_M = 60.0, 100.0, 120.0
_DOOR_KINDS = ("poi", "address", "nickname")


class Exact(NamedTuple):
    """What the gazetteer has for the words: the place, in how many places it could be, and the stems there."""

    found: Found
    places: int
    stems: Sequence[Stem]


def exact(asked: Asked, source: CandidateSource) -> Exact | None:
    """Give the door or the crossing that the words name, if it is in the gazetteer; else None."""
    stated = _stated(asked)
    if stated:
        return _door(asked, source, stated)
    return _crossing(asked, source) if asked.crossed else None


def _stated(asked: Asked) -> list[tuple[str, int, int]]:
    """Give the doors that the words name: road, number, end; the finest where one lies in the other."""
    finest: dict[int, tuple[str, int, int]] = {}
    for (road, number), end in zip(asked.roads, asked.ends, strict=True):
        if number:
            finest[end] = (road, number, end)
    return list(finest.values())


def _door(asked: Asked, source: CandidateSource, stated: Sequence[tuple[str, int, int]]) -> Exact | None:
    end = stated[0][2]
    if _another_building(asked, end) or _followed_by_name(asked, end):
        return None
    stems = _rightly(asked, [stem for road, number, _ in stated for stem in source.at_door(road, number)])
    if not stems:
        return _between(asked, source, stated)
    if not all(map(is_door, stems)):
        return None
    own = min(stems, key=lambda stem: (bool(stem.names), stem.place.level != "building", stem.number))
    several = {(road, number) for road, number, _ in stated}
    far = [stem for stem in stems if _apart_m(own, stem) > ONE_PLACE_M]
    places = 1 + len(far) if far or len(several) == 1 else len(several)
    radius_m, certain = _radius(asked, end, RADIUS_M["roadno"])
    found = Found(own.place, "roadno", own.place.lon, own.place.lat, radius_m)
    return Exact(found, places if certain else max(places, 2), stems)


def _between(asked: Asked, source: CandidateSource, stated: Sequence[tuple[str, int, int]]) -> Exact | None:
    """Give the place of a number between close neighbours of its side."""
    if len(stated) > 1:
        return None
    road, number, end = stated[0]
    spot = source.streets.between(road, number, asked.districts)
    if spot is None:
        return None
    radius_m, certain = _radius(asked, end, spot.radius_m)
    place = Place("", f"{road}{number}号", "", spot.lon, spot.lat, "roadno")
    certain = certain and radius_m <= _BESIDE_M
    return Exact(Found(place, "roadno", spot.lon, spot.lat, radius_m), 1 if certain else 2, ())


def _crossing(asked: Asked, source: CandidateSource) -> Exact | None:
    if asked.building or _followed_by_name(asked, asked.crossed_end):
        return None
    places = [place for pair in asked.crossed for place in source.streets.crossings(*pair)]
    if not places:
        return None
    first = places[0]
    far = [one for one in places if distance_m(first.lon, first.lat, one.lon, one.lat) > ONE_CROSSING_M]
    radius_m, certain = _radius(asked, asked.crossed_end, RADIUS_M["crossing"])
    found = Found(first, "crossing", *_corner(asked, first), max(radius_m, RADIUS_M["crossing"]))
    return Exact(found, 1 + len(far) if certain else 2 + len(far), ())


def _corner(asked: Asked, crossing: Place) -> tuple[float, float]:
    """Give the corner of a crossing that the words name, else the crossing itself (degrees)."""
    match = _CORNER.match(asked.cleaned.text, asked.crossed_end)
    if match is None:
        return crossing.lon, crossing.lat
    step = _TO_CORNER_M / METRES_A_DEGREE
    east, north = 2 * ("东" in match.group()) - 1, 2 * ("北" in match.group()) - 1
    return crossing.lon + east * step / math.cos(math.radians(crossing.lat)), crossing.lat + north * step


def is_door(stem: Stem) -> bool:
    """Tell whether a stem is a house number or a shop at one, and no compound that may reach far behind it."""
    place = stem.place
    if not stem.names or place.level == "roadno" or place.attributes.get("kind") in _DOOR_KINDS:
        return True
    return place.level == "building" and not stem.buildings


def _rightly(asked: Asked, stems: Sequence[Stem]) -> list[Stem]:
    """Leave out stems of other districts than the words name."""
    return [
        stem
        for stem in {stem.number: stem for stem in stems}.values()
        if not (asked.districts and stem.districts and asked.districts.isdisjoint(stem.districts))
    ]


def _apart_m(stem: Stem, other: Stem) -> float:
    return distance_m(stem.lon, stem.lat, other.lon, other.lat)


def _another_building(asked: Asked, end: int) -> bool:
    """Tell whether the words go on to a building behind the door."""
    return any(door.slot == HOUSENO and door.start >= end for door in asked.doors)


def _followed_by_name(asked: Asked, end: int) -> bool:
    """Tell whether the words right after are a compound's name, which the gazetteer may not have."""
    text = asked.folded[end:]
    stop = _STOP.search(asked.cleaned.text, end)
    run = _YARD.sub("", text[: stop.start() - end] if stop else text).partition(BOUNDARY)[0]
    head = re.split(r"\d", run)[0]
    return (len(head) > 1 and ends_like_a_name(head)) or _NAMES.search(run) is not None


def _radius(asked: Asked, end: int, least_m: float) -> tuple[float, bool]:
    """Give the radius that a word of nearness makes of a place, and whether it is still this place."""
    text = asked.cleaned.text
    if _ACROSS.match(text, end):
        return max(least_m, _ACROSS_M), False
    if _AROUND.match(text, end):
        return max(least_m, _AROUND_M), True
    return (max(least_m, _BESIDE_M), True) if _BESIDE.match(text, end) else (least_m, True)
