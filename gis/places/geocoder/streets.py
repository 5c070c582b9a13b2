"""House numbers between known ones, crossings and roads: places that no row of the gazetteer names.

Before: `stems.py` knows some numbers of a street. After: `geocoder.py` asks here when a text names a door, a
crossing or a road, and no compound. How a street counts (odd and even on two sides, or all in one row)
differs by city and street: it is learnt from the street's own numbers, and may be set.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median
from typing import NamedTuple

from gis.places.geocoder.gazetteer import Place
from gis.places.geocoder.stems import Stem, distance_m
from gis.places.geocoder.ways import NO_WAYS, Ways

SPLIT, JOINT = "split", "joint"
_SHORTER = 0.8
_LEAST_DOORS = 4
_WIDEST_GAP_M = 1500.0
_FARTHEST_NUMBER = 20
_CROSSING_M = 400.0
CLOSE_M = 60.0
_LEAST_RADIUS_M = 30.0
_PLAUSIBLE_M = 15_000.0


class Door(NamedTuple):
    """A known house number and where it is (degrees, WGS-84)."""

    number: int
    lon: float
    lat: float


class Spot(NamedTuple):
    """A derived position: degrees, WGS-84, and the radius in metres within which the true one lies."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Street:
    """A street of one district.

    Attributes
    ----------
    doors : tuple of Door
        Sorted by number.
    rule : str
        split: odd and even numbers run on their own sides; joint: one row.
    points : tuple of (float, float)
        Positions of everything that has this road in its address, degrees.
    """

    doors: tuple[Door, ...]
    rule: str
    points: tuple[tuple[float, float], ...]


class Streets:
    """All streets of a gazetteer.

    Parameters
    ----------
    stems : sequence of Stem
        Compounds and house numbers with their roads.
    rules : mapping of str to str
        split or joint by folded road name, where a city has settled it.
    ways : Ways, optional
        Roads and crossings that have rows of their own.
    """

    def __init__(
        self, stems: Sequence[Stem], rules: Mapping[str, str] | None = None, ways: Ways = NO_WAYS
    ) -> None:
        self._ways = ways
        doors: dict[tuple[str, str], list[Door]] = defaultdict(list)
        points: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for stem in stems:
            district = min(stem.districts, default="")
            for road, numbers in stem.roads.items():
                points[road, district].append((stem.lon, stem.lat))
                doors[road, district] += [Door(number, stem.lon, stem.lat) for number in numbers]
        for road in ways.roads.keys() - {road for road, _ in points}:
            points[road, ""] += ways.roads[road]
        self._streets: dict[str, dict[str, Street]] = defaultdict(dict)
        for (road, district), spots in points.items():
            known = tuple(sorted(doors[road, district]))
            rule = (rules or {}).get(road) or learnt_rule(known)
            self._streets[road][district] = Street(known, rule, tuple(spots))

    def street(self, road: str, districts: frozenset[str]) -> Street | None:
        """Give a road's street: in a named district, else the one with the most known places."""
        found = self._streets.get(road)
        if not found:
            return None
        for district in sorted(districts):
            if district in found:
                return found[district]
        return max(found.items(), key=lambda item: (len(item[1].points), item[0]))[1]

    def door(self, road: str, number: int, districts: frozenset[str]) -> Spot | None:
        """Give where a house number must be, between its known neighbours; None where they are too far."""
        street = self.street(road, districts)
        return interpolated(street, number) if street else None

    def between(self, road: str, number: int, districts: frozenset[str]) -> Spot | None:
        """Give where a house number is whose known neighbours stand close together; else None."""
        street = self.street(road, districts)
        return tightly(street, number) if street else None

    def crossings(self, road: str, other: str) -> Sequence[Place]:
        """Give the gazetteer's own crossings of two folded road names, which are in alphabetical order."""
        return self._ways.crossings.get((road, other), ())

    def crossing(self, first: str, second: str, districts: frozenset[str]) -> Spot | None:
        """Give where two roads cross: between the two nearest places of them; None where they are far apart."""
        one, other = self.street(first, districts), self.street(second, districts)
        if one is None or other is None:
            return None
        both = set(one.points) & set(other.points)
        if both:
            lon, lat = median(point[0] for point in both), median(point[1] for point in both)
            spread = max(distance_m(lon, lat, *point) for point in both)
            return Spot(lon, lat, max(spread, 3 * _LEAST_RADIUS_M)) if spread < _CROSSING_M else None
        gap, point, there = min((distance_m(*a, *b), a, b) for a in one.points for b in other.points)
        if gap > _CROSSING_M:
            return None
        return Spot((point[0] + there[0]) / 2, (point[1] + there[1]) / 2, max(gap, 3 * _LEAST_RADIUS_M))

    def road(self, road: str, districts: frozenset[str]) -> Spot | None:
        """Give the middle of a road and half its known extent."""
        street = self.street(road, districts)
        if street is None:
            return None
        lon, lat = median(point[0] for point in street.points), median(point[1] for point in street.points)
        reach = max(distance_m(lon, lat, *point) for point in street.points)
        return Spot(lon, lat, max(reach, 100.0)) if reach < _PLAUSIBLE_M else None


def learnt_rule(doors: Sequence[Door]) -> str:
    """Learn how a street counts: the shorter walk from number to number is the street's own order."""
    whole = _walk(doors)
    sides = _walk([door for door in doors if door.number % 2]) + _walk(
        [door for door in doors if not door.number % 2]
    )
    return SPLIT if len(doors) >= _LEAST_DOORS and sides < _SHORTER * whole else JOINT


def _walk(doors: Sequence[Door]) -> float:
    return sum(distance_m(a.lon, a.lat, b.lon, b.lat) for a, b in pairwise(doors))


def interpolated(street: Street, number: int) -> Spot | None:
    """Place a house number between its known neighbours by the street's own rule.

    Parameters
    ----------
    street : Street
        With its known doors and its rule.
    number : int
        The number wanted.

    Returns
    -------
    Spot or None
        A known number is where it is; beyond the last known one, its spot while the gap is small.
    """
    doors = street.doors
    if street.rule == SPLIT:
        doors = tuple(door for door in doors if door.number % 2 == number % 2) or doors
    at = bisect_left(doors, (number,))
    around = [*doors[at : at + 1], *doors[at - 1 : at]] if at else list(doors[:1])
    if not around:
        return None
    if around[0].number == number or len(around) == 1:
        near = around[0]
        gap = abs(near.number - number)
        return Spot(near.lon, near.lat, _LEAST_RADIUS_M + 10.0 * gap) if gap <= _FARTHEST_NUMBER else None
    above, below = around
    span_m = distance_m(below.lon, below.lat, above.lon, above.lat)
    if span_m > _WIDEST_GAP_M:
        return None
    share = (number - below.number) / (above.number - below.number)
    lon, lat = below.lon + share * (above.lon - below.lon), below.lat + share * (above.lat - below.lat)
    return Spot(lon, lat, max(_LEAST_RADIUS_M, span_m / 4))


def tightly(street: Street, number: int) -> Spot | None:
    """Place a number that stands between two known ones of its side, no farther apart than `CLOSE_M`."""
    step = 2 if street.rule == SPLIT else 1
    own = [door for door in street.doors if not (door.number - number) % step and door.number != number]
    at = bisect_left(own, (number,))
    if not 0 < at < len(own):
        return None
    below, above = own[at - 1], own[at]
    span_m = distance_m(below.lon, below.lat, above.lon, above.lat)
    if span_m > CLOSE_M or above.number - below.number > _FARTHEST_NUMBER:
        return None
    share = (number - below.number) / (above.number - below.number)
    lon, lat = below.lon + share * (above.lon - below.lon), below.lat + share * (above.lat - below.lat)
    return Spot(lon, lat, max(_LEAST_RADIUS_M, span_m / 2))


def crossed(roads: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """Give the pairs of roads of a text that may cross."""
    names = list(dict.fromkeys(road for road, _ in roads))
    return list(combinations(names, 2))
