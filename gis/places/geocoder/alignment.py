"""Where in a query a name stands, and how much of it is there: letter by letter, by sound, or with a slip.

Before: `names.py` and `asked.py`. After: `compare.py`.
"""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import partial_ratio_alignment

from gis.places.geocoder.asked import Asked
from gis.places.geocoder.keys import BOUNDARY
from gis.places.geocoder.names import NameForm, ending_at

_LEAST_RATIO = 45.0
_ENDING_WEIGHT = 0.35
_LEAST_SWAP, _SWAP_SHARE = 3, 0.9
_LEAST_PART = 2
_PAD = 8 * BOUNDARY  # so that what follows a name does not change how it is aligned
_ROAD_ENDS = ("路", "街", "道", "巷")
EXACT, BASE, CORE, PART, SLIP = range(5)


class Match(NamedTuple):
    """How a name stands in a query.

    Attributes
    ----------
    how : int
        EXACT: the whole name; BASE: without phase or side; CORE: without its ending; PART: some of its letters and no
        others; SLIP: with changes.
    share : float
        Share of the name's weight that is there, 0 to 1; the generic ending weighs little.
    by_sound : float
        Share of the matched letters that agree by sound only.
    start, end : int
        Span in the folded query.
    ending : str
        "" same, "missing" where the query leaves it out, "conflict" where it has another.
    """

    how: int
    share: float
    by_sound: float
    start: int
    end: int
    ending: str


def match_name(name: NameForm, asked: Asked) -> Match | None:
    """Find a name in a query, the strictest way first; None where too little of it is there."""
    if 2 * len(name.letters & asked.all_letters) < len(name.letters):
        return None
    for how, text, sounds in ((EXACT, name.full, name.full_sound), (BASE, name.base, name.base_sound)):
        if sounds not in asked.sounds:  # what sounds differently is written differently
            continue
        at = _where(text, asked.free, asked.folded)
        if at >= 0:
            return Match(how, 1.0, 0.0, at, at + len(text), "")
        at = _where(sounds, asked.free_sounds, asked.sounds)
        if at >= 0:
            return Match(how, 1.0, _changed(text, asked.folded[at : at + len(text)]), at, at + len(text), "")
    return _core(name, asked) or _slip(name, asked)


def _where(text: str, free: str, folded: str) -> int:
    """Find a text, better outside of roads and districts than in them."""
    at = free.find(text)
    return at if at >= 0 else folded.find(text)


def _changed(text: str, other: str) -> float:
    return sum(a != b for a, b in zip(text, other, strict=True)) / len(text)


def _core(name: NameForm, asked: Asked) -> Match | None:
    """Find the name without its generic ending."""
    if not name.ending or len(name.core) < _LEAST_PART or name.core_sound not in asked.sounds:
        return None
    at = asked.free.find(name.core)
    if at < 0 and name.core.endswith(_ROAD_ENDS):
        at = asked.folded.find(name.core)
    by_sound = 0.0
    if at < 0:
        at = asked.free_sounds.find(name.core_sound)
        if at < 0:
            return None
        by_sound = _changed(name.core, asked.folded[at : at + len(name.core)])
    end = at + len(name.core)
    other = ending_at(asked.folded, end)
    whole = len(name.core) + _ENDING_WEIGHT * len(name.ending)
    state = "conflict" if other else "missing"
    return Match(CORE, len(name.core) / whole, by_sound, at, end + len(other), state)


def _slip(name: NameForm, asked: Asked) -> Match | None:
    """Find the name with letters changed, left out or put in."""
    shared = len(name.letters & asked.letters)
    if 2 * shared < len(name.letters) or shared < _LEAST_PART:
        return None
    if shared == len(name.letters):
        swapped = _swapped(name, asked)
        if swapped is not None:
            return swapped
    found = partial_ratio_alignment(name.base_sound, asked.free_sounds + _PAD, score_cutoff=_LEAST_RATIO)
    if found is None:
        return None
    start, end = found.dest_start, found.dest_end
    window = asked.free_sounds[start:end]
    matched = by_sound = 0.0
    first = last = -1
    core = len(name.core)
    blocks = [block for block in Indel.opcodes(name.base_sound, window) if block.tag == "equal"]
    for block in blocks:
        for offset in range(block.src_end - block.src_start):
            place, there = block.src_start + offset, start + block.dest_start + offset
            weight = 1.0 if place < core else _ENDING_WEIGHT
            matched += weight
            by_sound += weight * (name.base[place] != asked.folded[there])
            first = there if first < 0 else first
            last = there
    if first < 0:
        return None
    whole = core + _ENDING_WEIGHT * len(name.ending)
    letters = sum(block.src_end - block.src_start for block in blocks)
    how = PART if letters == last + 1 - first and letters >= _LEAST_PART else SLIP
    start, end = (first, last + 1) if how == PART else (start, max(end, last + 1))
    return Match(how, matched / whole, by_sound / matched, start, end, "")


def _swapped(name: NameForm, asked: Asked) -> Match | None:
    """Find the name with two neighbouring letters swapped."""
    sounds = name.base_sound
    if len(sounds) < _LEAST_SWAP:
        return None
    for at in range(len(sounds) - 1):
        start = asked.free_sounds.find(sounds[:at] + sounds[at + 1] + sounds[at] + sounds[at + 2 :])
        if start >= 0:
            return Match(SLIP, _SWAP_SHARE, 0.0, start, start + len(sounds), "")
    return None
