"""The close look: which elements of a query agree with a stem, which conflict, which are missing.

Before: `index.py`. After: `score.py` weighs the features, `explain.py` tells them in words.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from gis.places.geocoder import features as f
from gis.places.geocoder.alignment import EXACT, PART, SLIP, Match, match_name
from gis.places.geocoder.asked import Asked
from gis.places.geocoder.context import around
from gis.places.geocoder.keys import pair
from gis.places.geocoder.lexicon import Lexicon
from gis.places.geocoder.names import Marks, NameForm, ending_at, qualifiers
from gis.places.geocoder.stems import Stem

_MOST_MASS = 12.0
_ENDING_MASS = 0.3
_MOST_RARITY = 7.0
_MOST_LETTERS = 8
_MOST_HINTS = 6
_NEAR_NUMBER = 6
_HALF = 0.5
_OUTER = frozenset(("road", "note"))


class Comparison(NamedTuple):
    """A stem compared with a query: features in the order of `FEATURES`, and the name that matched."""

    stem: Stem
    features: list[float]
    name: NameForm | None
    match: Match | None


def compare(asked: Asked, stem: Stem, lexicon: Lexicon) -> Comparison:
    """Compare a query with a stem, by the name that fits best."""
    row = [0.0] * len(f.FEATURES)
    best: tuple[float, NameForm, Match] | None = None
    for name in stem.names:
        match = match_name(name, asked)
        if match is not None:
            rank = (
                match.share * len(name.core if match.ending == "conflict" else name.base)
                - match.by_sound
                - (match.how == SLIP)
            )
            if best is None or rank > best[0]:
                best = (rank, name, match)
    if best is not None:
        _name(row, asked, best[1], best[2], lexicon)
    _address(row, asked, stem, lexicon)
    row[f.ADDRESS_ONLY] = float(row[f.NUMBER_AGREE] > 0 and row[f.NAME_SHARE] < _HALF)
    return Comparison(stem, row, best[1] if best else None, best[2] if best else None)


def _name(row: list[float], asked: Asked, name: NameForm, match: Match, lexicon: Lexicon) -> None:
    """Fill in how the name stands in the query."""
    row[f.NAME] = match.share * min(_mass(name, lexicon), _MOST_MASS) / _MOST_MASS
    row[f.NAME_SHARE] = match.share
    row[f.NAME_SOUND] = match.by_sound
    row[f.ENDING_SOUND] = float(match.by_sound > 0 and _other_ending(asked, name, match))
    row[f.NAME_SLIP] = float(match.how == SLIP)
    row[f.NAME_PART] = float(match.how == PART)
    row[f.ENDING_CONFLICT] = float(match.ending == "conflict")
    row[f.ENDING_MISSING] = float(match.ending == "missing")
    row[f.IN_ROAD] = asked.explained(match.start, match.end) / max(1, match.end - match.start)
    row[f.SLIP_KNOWN] = _slip_known(asked, match, lexicon) if match.how == SLIP else 0.0
    row[f.LENGTH] = min(len(name.base) * match.share, _MOST_LETTERS) / _MOST_LETTERS
    _qualifiers(row, asked, name, match)
    loose = around(asked, name, match)
    row[f.LEFT_LOOSE], row[f.LEFT_NAME] = loose.left, loose.left_inside
    row[f.RIGHT_LOOSE], row[f.RIGHT_NAME], row[f.LATER] = loose.right, float(loose.another), loose.later


def _mass(name: NameForm, lexicon: Lexicon) -> float:
    """Give how much a name tells; the ending counts little."""
    core = lexicon.mass(name.core_sound)
    return core + _ENDING_MASS * (lexicon.mass(name.base_sound) - core)


def _other_ending(asked: Asked, name: NameForm, match: Match) -> bool:
    """Tell whether the query writes another usual ending that only sounds like the name's own."""
    size = len(name.ending)
    written = asked.folded[match.end - size : match.end]
    return bool(size) and written != name.ending and ending_at(asked.folded, match.end - size) == written


def _slip_known(asked: Asked, match: Match, lexicon: Lexicon) -> float:
    """Give the share of the written pairs that other names have too."""
    keys = [pair(a, b) for a, b in pairwise(asked.sounds[match.start : match.end])]
    return sum(key in lexicon.pair_rows for key in keys) / max(1, len(keys))


def _qualifiers(row: list[float], asked: Asked, name: NameForm, match: Match) -> None:
    """Compare phase, side, area and yard; those inside the matched words belong to the name itself."""
    theirs, ours = name.qualifiers, asked.marks
    if not ours and not theirs:
        return
    if match.how == EXACT:
        row[f.QUALIFIER_AGREE] = float(bool(theirs))
        theirs = frozenset(one for one in theirs if one[0] in _OUTER)
        ours -= qualifiers(name.full)
    elif ours:
        ours -= qualifiers(asked.folded[match.start : match.end])
    for kind, value in theirs:
        given = _given(kind, value, asked, ours)
        other = f.QUALIFIER_CONFLICT if given else f.QUALIFIER_MISSING
        row[f.QUALIFIER_AGREE if value in given else other] = 1.0
    row[f.QUALIFIER_EXTRA] = float(bool(ours) and all(kind in _OUTER for kind, _ in name.qualifiers))


def _given(kind: str, value: str, asked: Asked, ours: Marks) -> list[str]:
    """Give what the query says about one kind of mark."""
    if kind == "note":
        return [value] if value in asked.folded else []
    if kind == "road":
        return [road for road, _ in asked.roads]
    return [other for other_kind, other in ours if other_kind == kind]


def _address(row: list[float], asked: Asked, stem: Stem, lexicon: Lexicon) -> None:
    """Fill in how roads, numbers, district and landmarks agree."""
    if asked.roads and stem.roads:
        _roads(row, asked, stem, lexicon)
    if asked.districts and stem.districts:
        conflict = asked.districts.isdisjoint(stem.districts)
        row[f.DISTRICT_CONFLICT if conflict else f.DISTRICT_AGREE] = 1.0
    if stem.hints:
        row[f.HINTS] = min(len(stem.hints & asked.pairs), _MOST_HINTS) / _MOST_HINTS


def _roads(row: list[float], asked: Asked, stem: Stem, lexicon: Lexicon) -> None:
    known = False
    for road, number in asked.roads:
        known = known or road in lexicon.roads
        numbers = stem.roads.get(road)
        if numbers is None:
            continue
        row[f.ROAD_AGREE] = max(
            row[f.ROAD_AGREE], min(lexicon.road_rarity(road), _MOST_RARITY) / _MOST_RARITY
        )
        if number and numbers:
            row[_number(number, numbers)] = 1.0
    if row[f.NUMBER_AGREE]:
        row[f.NUMBER_NEAR] = row[f.NUMBER_CONFLICT] = 0.0
    row[f.ROAD_CONFLICT] = float(known and not row[f.ROAD_AGREE])


def _number(number: int, numbers: set[int]) -> int:
    """Give the feature that a house number speaks for."""
    gap = min(abs(number - one) for one in numbers)
    if gap == 0:
        return f.NUMBER_AGREE
    return f.NUMBER_NEAR if gap <= _NEAR_NUMBER else f.NUMBER_CONFLICT
