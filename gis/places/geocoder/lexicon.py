"""What the gazetteer itself teaches: its roads, its districts, and how telling each pair of sounds is.

Before: `stems.py`. After: `asked.py` reads a query with it; names and roads are weighed by it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gis.places.geocoder.keys import pair, pairs, sound
from gis.places.geocoder.stems import Stem

_LEAST_DISTRICT_ROWS = 3


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of the gazetteer.

    Attributes
    ----------
    size : int
        Number of stems.
    roads : dict of str to int
        Folded road names and the number of stems on each.
    road_by_sound : dict of str to str
        The commonest road of each sound.
    districts : frozenset of str
        Two-character district keys.
    pair_rows : dict of str to int
        Number of stems whose name has a pair of sounds.
    """

    size: int
    roads: dict[str, int]
    road_by_sound: dict[str, str]
    districts: frozenset[str]
    pair_rows: dict[str, int]
    _known: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    def mass(self, sounds: str) -> float:
        """Give how much a piece of a name tells: the natural logarithms of the rarity of its pairs, summed."""
        known = self._known.get(sounds)
        if known is None:
            known = self._known[sounds] = sum(self.rarity(pair(a, b)) for a, b in pairwise(sounds))
        return known

    def rarity(self, key: str) -> float:
        """Give how rare a pair of sounds is among the names."""
        return math.log((self.size + 1) / (self.pair_rows.get(key, 0) + 0.5))

    def road_rarity(self, road: str) -> float:
        """Give how rare a road is among the addresses."""
        return math.log((self.size + 1) / (self.roads.get(road, 0) + 0.5))


def lexicon(stems: Sequence[Stem], roads_alone: Iterable[str] = ()) -> Lexicon:
    """Learn the words of the gazetteer; `roads_alone` have rows of their own, and perhaps nothing stands on them."""
    roads = Counter(road for stem in stems for road in stem.roads)
    roads.update(dict.fromkeys(roads_alone, 0))
    by_sound: dict[str, str] = {}
    for road, _ in sorted(roads.items(), key=lambda item: (-item[1], item[0])):
        by_sound.setdefault(sound(road), road)
    districts = Counter(district for stem in stems for district in stem.districts)
    least = max(_LEAST_DISTRICT_ROWS, len(stems) // 1000)
    return Lexicon(
        len(stems),
        dict(roads),
        by_sound,
        frozenset(name for name, rows in districts.items() if rows >= min(least, len(stems))),
        dict(Counter(key for stem in stems for key in _name_pairs(stem))),
    )


def _name_pairs(stem: Stem) -> Iterable[str]:
    return {key for name in stem.names for key in pairs(name.full_sound)}
