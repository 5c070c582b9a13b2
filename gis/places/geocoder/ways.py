"""Rows of the gazetteer that are a road or a crossing: a case is on them, but they are no compound.

Before: `gazetteer.py`. After: `streets.py` answers for them; `stems.py` gets everything else, so that a road's own row
never stands against a door of this road.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gis.places.address.cleaning import clean
from gis.places.address.roads import roads
from gis.places.geocoder.gazetteer import Place
from gis.places.geocoder.keys import fold

_CROSSING = re.compile(r"(.+[路街道巷弄里线])[与和、](.+?)(?:交叉路?口|交汇处|十字路口|路口|交口)")
Point = tuple[float, float]
Pair = tuple[str, str]


BRIDGE = "桥"
_BRIDGE = re.compile(r"(.+[路街道巷弄里线])(?:跨[河江线])?大?桥")


class Ways(NamedTuple):
    """Roads and crossings by folded names.

    Attributes
    ----------
    roads : mapping of str to sequence of (float, float)
        Where the rows of a road and its crossings lie, degrees.
    crossings : mapping of (str, str) to sequence of Place
        Crossings by their two roads in alphabetical order.
    """

    roads: Mapping[str, Sequence[Point]]
    crossings: Mapping[Pair, Sequence[Place]]


NO_WAYS = Ways({}, {})


def divided(places: Sequence[Place]) -> tuple[list[Place], Ways]:
    """Divide a gazetteer into places and ways; the outcome of the ways does not depend on the order."""
    others: list[Place] = []
    points: dict[str, list[Point]] = defaultdict(list)
    crossings: dict[Pair, list[Place]] = defaultdict(list)
    for place in sorted(places, key=_order):
        pair = _pair(place) if place.level == "crossing" else None
        if pair is not None:
            crossings[pair].append(place)
            for road in set(pair) - {BRIDGE}:
                points[road].append((place.lon, place.lat))
        elif _is_road(place):
            points[fold(clean(place.name).text)].append((place.lon, place.lat))
        else:
            others.append(place)
    return others, Ways(dict(points), dict(crossings))


def _order(place: Place) -> tuple[str, str, float, float]:
    return place.id, place.name, place.lon, place.lat


def _pair(place: Place) -> Pair | None:
    name = clean(place.name).text
    bridge, match = _BRIDGE.fullmatch(name), _CROSSING.fullmatch(name)
    if bridge is not None:
        return pair_of(fold(bridge.group(1)), BRIDGE)
    return pair_of(fold(match.group(1)), fold(match.group(2))) if match else None


def pair_of(road: str, other: str) -> Pair:
    """Give two roads in alphabetical order; a bridge is the crossing of its road with `BRIDGE`, which comes last."""
    return (road, other) if other == BRIDGE or (road < other and road != BRIDGE) else (other, road)


def _is_road(place: Place) -> bool:
    """Tell whether a row is a road: by its level, or because it has no address and its name is a road's."""
    if place.level or place.address or place.aliases or not place.name:
        return place.level == "road"
    name = clean(place.name).text
    found = roads(name)
    return bool(found) and (found[0].start, found[0].end) == (0, len(name))
