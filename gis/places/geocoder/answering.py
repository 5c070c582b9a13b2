"""Putting an answer together: the first place, the candidates in words, the question, the reason.

Before: `geocoder.py` decides. After: an `Answer`, whose words are made only when somebody looks at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from gis.places.address import read
from gis.places.geocoder.answer import Answer, Candidate
from gis.places.geocoder.asked import Asked
from gis.places.geocoder.compare import Comparison
from gis.places.geocoder.descend import Found, found_in
from gis.places.geocoder.explain import agreed, conflicted, missing, reason
from gis.places.geocoder.questions import question

MOST_CANDIDATES = 5


class Ranked(NamedTuple):
    """A comparison with its score."""

    score: float
    comparison: Comparison


class Verdict(NamedTuple):
    """What is answered: the decision, how sure, and where (None: nowhere)."""

    decision: str
    sure: float
    found: Found | None


def answer_of(text: str, query: Asked, verdict: Verdict, ranked: Sequence[Ranked]) -> Answer:
    """Put an answer together."""
    decision, sure, found = verdict
    ranked = ranked[: MOST_CANDIDATES + 1]  # an answer that is kept shall not keep more than it can show
    several = partial(_candidates, query, ranked, found)
    level = found.level if found else ""
    return Answer(
        text,
        decision,
        level,
        round(sure, 4),
        found.lon if found else None,
        found.lat if found else None,
        found.radius_m if found else 0.0,
        found.place if found else None,
        several,
        lambda: question(decision, several(), wants_building=_wants_building(query, found, ranked)),
        lambda: reason(decision, level, several(most=1)),
        partial(read, text),
    )


def _candidates(
    query: Asked, ranked: Sequence[Ranked], first: Found | None, most: int = MOST_CANDIDATES
) -> list[Candidate]:
    """Tell the first candidates in words; duplicates of one place count once."""
    chosen: list[Candidate] = []
    if first is not None and _is_derived(query, first, ranked):
        on_road = (
            (("道路", 0.0), ("门牌号", 0.0))
            if first.level == "roadno" and first.place.id
            else (("道路", 0.0),)
        )
        chosen.append(Candidate(first.place, 0.0, on_road, (), (), first.level, first.lon, first.lat))
    for row in ranked:
        if len(chosen) >= most:
            break
        found = found_in(query, row.comparison)
        if any(one.place == found.place for one in chosen):
            continue
        evidence = (agreed(row.comparison), conflicted(row.comparison), missing(row.comparison))
        chosen.append(
            Candidate(found.place, round(row.score, 3), *evidence, found.level, found.lon, found.lat)
        )
    return chosen


def _is_derived(query: Asked, first: Found, ranked: Sequence[Ranked]) -> bool:
    """Tell whether a place is none of the compared ones: an interpolated number, a crossing, a door."""
    return all(found_in(query, row.comparison).place != first.place for row in ranked)


def _wants_building(query: Asked, found: Found | None, ranked: Sequence[Ranked]) -> bool:
    """Tell whether a building would lead on: the compound's are known, and the text names none."""
    if found is None or found.level != "compound" or not ranked:
        return False
    return bool(ranked[0].comparison.stem.buildings) and not query.building
