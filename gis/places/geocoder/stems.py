"""Stems: the rows of one compound, or of one house number without a name, brought together.

Before: `records.py`. After: the index holds stems, not rows: 200,000 buildings are some thousand
compounds, and a building is then one look into its stem.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from gis.places.geocoder.gazetteer import Place
from gis.places.geocoder.names import NameForm, name_form
from gis.places.geocoder.records import Record, record

SAME_PLACE_M = 250.0
SAME_DOOR_M = 60.0
SAME_COMPOUND_M = 1500.0
METRES_A_DEGREE = 111_195.0


@dataclass(slots=True)
class Stem:
    """A compound with its buildings, or a point of interest.

    Attributes
    ----------
    number : int
        Position in the index.
    names : tuple of NameForm
        Every name under which it is known.
    roads : dict of str to set of int
        House numbers by folded road.
    districts : frozenset of str
        District names without suffix.
    hints : frozenset of str
        Landmark pairs of the address.
    lon, lat : float
        Degrees, WGS-84: the compound's own row, else the middle of its buildings.
    place : Place
        The row that stands for the whole.
    whole : bool
        Whether `place` is the compound itself, and not one of its buildings.
    buildings : dict of (str, str) to Place
        Rows by building and entrance.
    """

    number: int
    names: tuple[NameForm, ...]
    roads: dict[str, set[int]]
    districts: frozenset[str]
    hints: frozenset[str]
    lon: float
    lat: float
    place: Place
    whole: bool
    buildings: dict[tuple[str, str], Place] = field(default_factory=dict)


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Give the distance of two near points in metres (plane approximation; error below 0.5 % within 50 km)."""
    east = (other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return METRES_A_DEGREE * math.hypot(east, other_lat - lat)


def stems(places: Sequence[Place]) -> list[Stem]:
    """Bring rows of one place together; the outcome does not depend on the order of the rows."""
    ordered = sorted(places, key=lambda place: (place.id, place.name, place.address, place.lon, place.lat))
    groups: dict[str, list[Record]] = defaultdict(list)
    for place in ordered:
        row = record(place)
        groups[row.names[0][0] if row.names else _road_key(row)].append(row)
    clusters = [cluster for key in groups for cluster in _clusters(groups[key])]
    return [_stem(number, cluster) for number, cluster in enumerate(clusters)]


def _road_key(row: Record) -> str:
    """Give the key of a row without a name: every house number is a place of its own."""
    return "|" + "|".join(sorted({f"{way.road}#{way.number}" for way in row.roads}))


def _clusters(rows: list[Record]) -> Iterable[list[Record]]:
    """Divide rows of one name by place."""
    clusters: list[list[Record]] = []
    for row in rows:
        home = next((cluster for cluster in clusters if _together(cluster[0], row)), None)
        if home is None:
            clusters.append([row])
        else:
            home.append(row)
    return clusters


def _together(first: Record, row: Record) -> bool:
    if first.districts != row.districts and first.districts and row.districts:
        return False
    if first.roads and row.roads and first.roads != row.roads and _at_door(first) and _at_door(row):
        return False
    same_address = first.roads == row.roads and bool(row.building or first.building)
    limit = SAME_COMPOUND_M if same_address else SAME_PLACE_M if row.names else SAME_DOOR_M
    return distance_m(first.place.lon, first.place.lat, row.place.lon, row.place.lat) <= limit


def _at_door(row: Record) -> bool:
    """Tell whether a row is a shop or house at its house number: two shops of one name are two places."""
    kind, level = row.place.attributes.get("kind"), row.place.level
    at_door = kind == "poi" or level == "roadno" or (kind, level) == ("building", "building")
    return at_door and not row.building


def _stem(number: int, rows: list[Record]) -> Stem:
    wholes = [row for row in rows if not row.building]
    chief = (wholes or rows)[0]
    ways: dict[str, set[int]] = {}
    for row in rows:
        for way in row.roads:
            ways.setdefault(way.road, set()).update({way.number} - {0})
    names: dict[str, frozenset[tuple[str, str]]] = {}
    for row in rows:
        for name, marks in row.names:
            names[name] = names[name] & marks if name in names else marks
    stem = Stem(
        number,
        tuple(name_form(name, marks) for name, marks in names.items()),
        ways,
        frozenset().union(*(row.districts for row in rows)),
        frozenset(pair for row in rows for part in row.hints.split("|") for pair in _pairs(part)),
        chief.place.lon if wholes else median(row.place.lon for row in rows),
        chief.place.lat if wholes else median(row.place.lat for row in rows),
        chief.place if wholes else _whole(chief, rows),
        bool(wholes),
    )
    for row in rows:
        if row.building:
            stem.buildings.setdefault((row.building, row.entrance), row.place)
    return stem


def _whole(chief: Record, rows: Sequence[Record]) -> Place:
    """Make a place of the compound itself, which has no row of its own."""
    lon, lat = median(row.place.lon for row in rows), median(row.place.lat for row in rows)
    return Place(
        "",
        chief.label or chief.place.name,
        chief.place.address if not chief.label else "",
        lon,
        lat,
        "compound",
    )


def _pairs(part: str) -> Iterable[str]:
    return (a + b for a, b in pairwise(part))
