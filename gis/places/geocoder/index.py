"""The index of keys: the stems that a query could mean.

Before: `stems.py`. After: `compare.py` looks closely at the few that come out. In memory the postings lie in
arrays; a database supplies candidates through the same `CandidateSource` with the same keys
(`place_keys`, `query_keys`).
"""

from __future__ import annotations

import gc
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from gis.places.geocoder.asked import Asked
from gis.places.geocoder.keys import pairs
from gis.places.geocoder.lexicon import Lexicon
from gis.places.geocoder.stems import Stem
from gis.places.geocoder.streets import Streets
from gis.places.geocoder.ways import NO_WAYS, Ways

_NUMBER_WEIGHT = 0.8
_ROAD_WEIGHT = 0.08
_HINT_WEIGHT = 0.15
_SKIP_WEIGHT = 0.5
_KEEP = 0.42
_ADDRESS_SCALE = 0.3
_WHOLE = 65536.0
_COMMONEST_SHARE = 0.04
_LEAST_COMMON = 60
_LARGE = 1000


class Near(NamedTuple):
    """A stem that a query could mean, and how strongly its keys say so (only ratios mean something)."""

    stem: Stem
    strength: float


class CandidateSource(Protocol):
    """Whatever supplies the stems that a query could mean."""

    lexicon: Lexicon
    streets: Streets

    def candidates(self, asked: Asked, most: int) -> list[Near]:
        """Give up to `most` stems, the strongest first."""

    def at_door(self, road: str, number: int) -> list[Stem]:
        """Give the stems that have a house number of a road, by their number."""


def place_keys(stem: Stem) -> dict[str, float]:
    """Give the keys of a stem: pairs of sounds of its names, its roads, its house numbers, its landmarks.

    Returns
    -------
    dict of str to float
        Weight of each key before rarity; 1 is a neighbouring pair of a name.
    """
    keys: dict[str, float] = {f"~{hint}": _HINT_WEIGHT for hint in stem.hints}
    for road, numbers in stem.roads.items():
        keys[f"@{road}"] = _ROAD_WEIGHT
        keys |= {f"@{road}#{number}": _NUMBER_WEIGHT for number in numbers}
    for name in stem.names:
        for pair in pairs(name.full_sound):
            keys[pair] = max(keys.get(pair, 0.0), _SKIP_WEIGHT if "_" in pair else 1.0)
    return keys


def query_keys(asked: Asked) -> set[str]:
    """Give the keys that a query looks up, but for landmarks."""
    keys = set(pairs(asked.outside))
    for road, number in asked.roads:
        keys.add(f"@{road}")
        if number:
            keys.add(f"@{road}#{number}")
    return keys


def hint_keys(asked: Asked) -> set[str]:
    """Give the keys for landmarks that a query looks up."""
    return {f"~{pair}" for pair in asked.pairs}


class MemoryIndex:
    """Postings in memory: for each key the stems that have it, with weights.

    Parameters
    ----------
    stems : sequence of Stem
        Numbered from 0 in their order.
    lexicon : Lexicon
        Learnt from the same stems.
    rules : mapping of str to str, optional
        How a street counts, by folded name: see `streets`.
    ways : Ways, optional
        Roads and crossings that have rows of their own.
    """

    def __init__(
        self,
        stems: Sequence[Stem],
        lexicon: Lexicon,
        rules: Mapping[str, str] | None = None,
        ways: Ways = NO_WAYS,
    ) -> None:
        self.stems = stems
        self.lexicon = lexicon
        self.streets = Streets(stems, rules, ways)
        self._postings = dict(_postings(stems))
        self._hints = frozenset(key[1:] for key in self._postings if key[0] == "~")
        if len(stems) >= _LARGE:
            gc.freeze()  # the collector need not walk a large index again and again; it holds no cycles

    def candidates(self, asked: Asked, most: int) -> list[Near]:
        """Give up to `most` stems, the strongest first; equal ones by their number."""
        postings = self._postings
        hits = [postings[key] for key in query_keys(asked) & postings.keys()]
        hits += [postings[f"~{pair}"] for pair in asked.pairs & self._hints]
        if not hits:
            return []
        rows = np.concatenate([hit[0] for hit in hits])
        weights = np.concatenate([hit[1] for hit in hits])
        total = np.bincount(rows, weights, len(self.stems))
        chosen = np.flatnonzero(total >= _KEEP * total.max())
        if len(chosen) > 1:
            chosen = chosen[np.argsort(-total[chosen], kind="stable")[:most]]
        return [
            Near(self.stems[row], strength)
            for row, strength in zip(chosen.tolist(), total[chosen].tolist(), strict=True)
        ]

    def at_door(self, road: str, number: int) -> list[Stem]:
        """Give the stems that have a house number of a road, by their number."""
        hit = self._postings.get(f"@{road}#{number}")
        return [] if hit is None else [self.stems[row] for row in sorted(hit[0].tolist())]


def _postings(stems: Sequence[Stem]) -> Iterable[tuple[str, tuple[NDArray[np.intp], NDArray[np.float64]]]]:
    """Collect the postings; a key that every other stem has tells nothing and is left out."""
    rows: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for stem in stems:
        for key, weight in place_keys(stem).items():
            rows[key].append((stem.number, weight))
    most = max(_LEAST_COMMON, _COMMONEST_SHARE * len(stems))
    norms = np.zeros(len(stems))
    kept = {key: hits for key, hits in rows.items() if len(hits) <= most}
    for key, hits in kept.items():
        if key[0] not in "@~":
            norms[[number for number, _ in hits]] += _rarity(len(stems), len(hits))
    scale = 1.0 / np.sqrt(np.maximum(norms, 1.0))
    for key, hits in kept.items():
        numbers = np.array([number for number, _ in hits], dtype=np.intp)
        weights = np.array([weight for _, weight in hits]) * _rarity(len(stems), len(hits))
        weights = weights * (scale[numbers] if key[0] not in "@~" else _ADDRESS_SCALE)
        yield key, (numbers, np.rint(weights * _WHOLE))  # whole numbers add up alike in every order


def _rarity(size: int, rows: int) -> float:
    return math.log((size + 1) / (rows + 0.5))
