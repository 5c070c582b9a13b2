"""Words to a door: the geocoder itself.

Before: `Place` rows and a text. After: an `Answer`. The steps: read the query (`asked`), find candidates
(`index`), compare (`compare`), weigh (`score`), judge (`confidence`), then go down to the building.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from gis.places.address import read
from gis.places.geocoder.alignment import BASE
from gis.places.geocoder.answer import ASK, AUTO, NONE, RADIUS_M, Answer, Candidate
from gis.places.geocoder.asked import Asked, asked
from gis.places.geocoder.compare import Comparison, compare
from gis.places.geocoder.confidence import ASK_FROM, AUTO_FROM, confidence, signals
from gis.places.geocoder.explain import agreed, conflicted, missing, question, reason
from gis.places.geocoder.features import IN_ROAD, NUMBER_AGREE
from gis.places.geocoder.gazetteer import Place
from gis.places.geocoder.index import CandidateSource, MemoryIndex
from gis.places.geocoder.lexicon import lexicon
from gis.places.geocoder.nameless import derived, names_nothing
from gis.places.geocoder.score import score
from gis.places.geocoder.stems import Stem, distance_m, stems

ONE_DOOR = 0.975
MOST_COMPARED = 14
MOST_CANDIDATES = 5
RIVAL_STRENGTH = 0.62
ELSEWHERE_M, SAME_NAME_M = 300.0, 500.0
_RELATIONS = ("对面", "斜对面", "对过", "旁", "隔壁", "附近", "东侧", "西侧", "南侧", "北侧", "后面", "前面")
_NEIGHBOUR_RADIUS_M = 100.0
_NAMED_SHARE = 0.7


class Ranked(NamedTuple):
    """A comparison with its score."""

    score: float
    comparison: Comparison


class Found(NamedTuple):
    """The row of a stem that answers, and how fine it is."""

    place: Place
    level: str
    lon: float
    lat: float
    radius_m: float


class Geocoder:
    """Finds the place that a text means among the loaded places.

    Parameters
    ----------
    places : sequence of Place
        The gazetteer; the order does not matter.
    source : CandidateSource, optional
        Another supplier of candidates, such as a database; then `places` is not looked at.
    auto_from : float
        Confidence from which an answer is placed without asking.

    Examples
    --------
    >>> home = Place("1", "吉祥嘉园", "玉茗大道9号", 116.36, 27.98)
    >>> Geocoder([home]).locate("玉茗大道9号吉祥嘉园3号楼2单元").place.id
    '1'
    """

    def __init__(
        self, places: Sequence[Place], source: CandidateSource | None = None, *, auto_from: float = AUTO_FROM
    ) -> None:
        if source is None:
            rows = stems(places)
            source = MemoryIndex(rows, lexicon(rows))
        self._source = source
        self._auto_from = auto_from

    def locate(self, text: str) -> Answer:
        """Find the place that a text means.

        Parameters
        ----------
        text : str
            An address, half an address, or a sentence with one in it.

        Returns
        -------
        Answer
            Never raises; a text without a place gives the decision none.
        """
        query = asked(text, self._source.lexicon)
        ranked = self.ranked(query)
        if not _named(ranked) and names_nothing(query):
            return self._door(text, query, ranked)
        sure = confidence(self.signals(query, ranked)) if ranked else 0.0
        if sure < ASK_FROM:
            return self._street(text, query, ranked, sure)
        decision = AUTO if sure >= self._auto_from else ASK
        return _answer(text, query, decision, sure, _found(query, ranked[0].comparison), ranked)

    def _door(self, text: str, query: Asked, ranked: Sequence[Ranked]) -> Answer:
        """Answer a text that names a house number, a crossing or a road, and no compound."""
        same = [row for row in ranked if row.comparison.features[NUMBER_AGREE]]
        if not same:
            return self._street(text, query, ranked, 0.0)
        home = same[0].comparison.stem
        rivals = [row for row in same if _elsewhere(home, row.comparison.stem)]
        sure = ONE_DOOR / (1 + len(rivals))
        found = _found(query, same[0].comparison)
        level = "roadno" if found.level == "compound" else found.level
        decision = AUTO if sure >= self._auto_from else ASK
        return _answer(text, query, decision, sure, found._replace(level=level), same)

    def _street(self, text: str, query: Asked, ranked: Sequence[Ranked], sure: float) -> Answer:
        """Answer with a place on a street, when no compound fits."""
        spot = derived(query, self._source.streets)
        if spot is None:
            return _answer(text, query, NONE, sure, None, ranked)
        found = Found(spot.place, spot.level, spot.place.lon, spot.place.lat, spot.radius_m)
        return _answer(text, query, ASK, spot.sure, found, ranked)

    def locate_all(self, texts: Iterable[str]) -> Iterator[Answer]:
        """Find the places of many texts, one after another."""
        return map(self.locate, texts)

    def ranked(self, query: Asked) -> list[Ranked]:
        """Give the compared candidates, the likeliest first."""
        words = self._source.lexicon
        near = self._source.candidates(query, MOST_COMPARED)
        least = 0.0
        ranked = []
        for stem, strength in near:
            if strength < least:
                break
            row = compare(query, stem, words)
            ranked.append(Ranked(score(row.features), row))
            if _literal(row):
                least = RIVAL_STRENGTH * near[0].strength
        ranked.sort(key=_order)
        return ranked

    def signals(self, query: Asked, ranked: Sequence[Ranked]) -> list[float]:
        """Give the signals of confidence for ranked candidates."""
        first = ranked[0]
        home = first.comparison.stem
        rival = next((row.score for row in ranked[1:] if _elsewhere(home, row.comparison.stem)), None)
        return signals(
            first.comparison.features, first.score, rival, relation=_by_relation(query, first.comparison)
        )


def _literal(row: Comparison) -> bool:
    """Tell whether the whole name stands in the query, letter by letter and not as a road."""
    match = row.match
    return match is not None and match.how <= BASE and not match.by_sound and not row.features[IN_ROAD]


def _named(ranked: Sequence[Ranked]) -> bool:
    """Tell whether the first candidate's name stands in the text."""
    match = ranked[0].comparison.match if ranked else None
    return match is not None and match.share > _NAMED_SHARE


def _order(row: Ranked) -> tuple[float, int]:
    return -row.score, row.comparison.stem.number


def _elsewhere(home: Stem, other: Stem) -> bool:
    limit = (
        SAME_NAME_M
        if home.names and other.names and home.names[0].full == other.names[0].full
        else ELSEWHERE_M
    )
    return distance_m(home.lon, home.lat, other.lon, other.lat) > limit


def _by_relation(query: Asked, comparison: Comparison) -> bool:
    """Tell whether the text says that the place is opposite or beside the matched one."""
    if comparison.match is None or not query.relation:
        return False
    return query.cleaned.text.startswith(_RELATIONS, comparison.match.end)


def _found(query: Asked, comparison: Comparison) -> Found:
    """Go from the stem down to the building, where the text names one that is known."""
    stem = comparison.stem
    level = stem.place.level or ("compound" if stem.whole else "building")
    if _by_relation(query, comparison):
        return Found(stem.place, level, stem.lon, stem.lat, RADIUS_M["compound"] + _NEIGHBOUR_RADIUS_M)
    building = query.building
    if building and stem.buildings:
        place = stem.buildings.get((building, query.entrance))
        if place is not None and query.entrance:
            return Found(place, "entrance", place.lon, place.lat, RADIUS_M["entrance"])
        place = stem.buildings.get((building, "")) or _any_entrance(stem, building)
        if place is not None:
            return Found(place, "building", place.lon, place.lat, RADIUS_M["building"])
    if not stem.whole and len(stem.buildings) > 1:
        level = "compound"
    return Found(stem.place, level, stem.lon, stem.lat, RADIUS_M.get(level, RADIUS_M["compound"]))


def _any_entrance(stem: Stem, building: str) -> Place | None:
    return next((place for (number, _), place in stem.buildings.items() if number == building), None)


def _answer(
    text: str, query: Asked, decision: str, sure: float, found: Found | None, ranked: Sequence[Ranked]
) -> Answer:
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
        lambda: question(decision, several()),
        lambda: reason(decision, level, several(most=1)),
        partial(read, text),
    )


def _candidates(
    query: Asked, ranked: Sequence[Ranked], first: Found | None, most: int = MOST_CANDIDATES
) -> list[Candidate]:
    """Tell the first candidates in words; duplicates of one place count once."""
    chosen: list[Candidate] = []
    if (
        first is not None
        and not first.place.id
        and not any(row.comparison.stem.place == first.place for row in ranked)
    ):
        chosen.append(
            Candidate(first.place, 0.0, (("道路", 0.0),), (), (), first.level, first.lon, first.lat)
        )
    for row in ranked:
        if len(chosen) >= most:
            break
        found = _found(query, row.comparison)
        if any(one.place == found.place for one in chosen):
            continue
        evidence = (agreed(row.comparison), conflicted(row.comparison), missing(row.comparison))
        chosen.append(
            Candidate(found.place, round(row.score, 3), *evidence, found.level, found.lon, found.lat)
        )
    return chosen
