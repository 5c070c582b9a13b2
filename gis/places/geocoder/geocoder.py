"""Words to a door: the geocoder itself.

Before: `Place` rows and a text. After: an `Answer`. The steps: read the query (`asked`), find candidates
(`index`), compare (`compare`), weigh (`score`), judge (`confidence`), then go down to the building.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gis.places.geocoder.alignment import BASE
from gis.places.geocoder.answer import ASK, AUTO, NONE, Answer
from gis.places.geocoder.answering import Ranked, Verdict, answer_of
from gis.places.geocoder.asked import Asked, asked
from gis.places.geocoder.compare import Comparison, compare
from gis.places.geocoder.confidence import ASK_FROM, AUTO_FROM, confidence, signals
from gis.places.geocoder.descend import Found, beside, by_relation, found_in
from gis.places.geocoder.exact import Exact, exact
from gis.places.geocoder.features import IN_ROAD, NUMBER_AGREE
from gis.places.geocoder.gazetteer import Place
from gis.places.geocoder.index import CandidateSource, MemoryIndex
from gis.places.geocoder.lexicon import lexicon
from gis.places.geocoder.nameless import derived, names_nothing
from gis.places.geocoder.score import score
from gis.places.geocoder.stems import Stem, distance_m, stems
from gis.places.geocoder.ways import divided

BESIDE_M = 150.0
ONE_DOOR = 0.975
MOST_COMPARED = 14
RIVAL_STRENGTH = 0.62
ELSEWHERE_M, SAME_NAME_M = 300.0, 500.0
_NAMED_SHARE = 0.7


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
    street_rules : mapping of str to str, optional
        How a street counts its house numbers, split or joint, where a city has settled it; else it is learnt.

    Examples
    --------
    >>> home = Place("1", "吉祥嘉园", "玉茗大道9号", 116.36, 27.98)
    >>> Geocoder([home]).locate("玉茗大道9号吉祥嘉园3号楼2单元").place.id
    '1'
    """

    def __init__(
        self,
        places: Sequence[Place],
        source: CandidateSource | None = None,
        *,
        auto_from: float = AUTO_FROM,
        street_rules: Mapping[str, str] | None = None,
    ) -> None:
        if source is None:
            others, ways = divided(places)
            rows = stems(others)
            source = MemoryIndex(rows, lexicon(rows, ways.roads), street_rules, ways)
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
        sharp = exact(query, self._source)
        if sharp is not None and not _named_elsewhere(sharp, ranked):
            return self._exact(text, query, sharp, ranked)
        if not _named(ranked) and names_nothing(query):
            return self._door(text, query, ranked)
        sure = confidence(self.signals(query, ranked)) if ranked else 0.0
        if sure < ASK_FROM:
            return self._street(text, query, ranked, sure)
        decision = AUTO if sure >= self._auto_from and sharp is None else ASK  # a door here and a name there
        return answer_of(text, query, Verdict(decision, sure, found_in(query, ranked[0].comparison)), ranked)

    def _exact(self, text: str, query: Asked, sharp: Exact, ranked: Sequence[Ranked]) -> Answer:
        """Answer a text that names a door or a crossing of the gazetteer."""
        sure = ONE_DOOR / sharp.places
        there = {stem.number for stem in sharp.stems}
        named = [row for row in ranked if row.comparison.stem.number in there and _literal(row.comparison)]
        found = found_in(query, named[0].comparison) if named else sharp.found
        rows = sorted(ranked, key=lambda row: found_in(query, row.comparison).place != found.place)
        decision = AUTO if sure >= self._auto_from else ASK
        return answer_of(text, query, Verdict(decision, sure, found), rows)

    def _door(self, text: str, query: Asked, ranked: Sequence[Ranked]) -> Answer:
        """Answer a text that names a house number, a crossing or a road, and no compound."""
        same = [row for row in ranked if row.comparison.features[NUMBER_AGREE]]
        if not same:
            return self._street(text, query, ranked, 0.0)
        home = same[0].comparison.stem
        rivals = [row for row in same if _elsewhere(home, row.comparison.stem)]
        sure = ONE_DOOR / (1 + len(rivals))
        found = found_in(query, same[0].comparison)
        level = "roadno" if found.level == "compound" else found.level
        decision = AUTO if sure >= self._auto_from else ASK
        return answer_of(text, query, Verdict(decision, sure, found._replace(level=level)), same)

    def _street(self, text: str, query: Asked, ranked: Sequence[Ranked], sure: float) -> Answer:
        """Answer with a place on a street, when no compound fits."""
        spot = derived(query, self._source.streets)
        if spot is None:
            return answer_of(text, query, Verdict(NONE, sure, None), ranked)
        found = Found(spot.place, spot.level, spot.place.lon, spot.place.lat, spot.radius_m)
        return answer_of(text, query, Verdict(ASK, spot.sure, found), ranked)

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
            first.comparison.features,
            first.score,
            rival,
            relation=by_relation(query, first.comparison) and not beside(query, first.comparison),
        )


def _literal(row: Comparison) -> bool:
    """Tell whether the whole name stands in the query, letter by letter and not as a road."""
    match = row.match
    return match is not None and match.how <= BASE and not match.by_sound and not row.features[IN_ROAD]


def _named_elsewhere(sharp: Exact, ranked: Sequence[Ranked]) -> bool:
    """Tell whether a text names, beside a door or crossing, a place that lies elsewhere, and none that lies there."""
    found = sharp.found
    stems = [row.comparison.stem for row in ranked if _literal(row.comparison)]
    return bool(stems) and all(
        distance_m(found.lon, found.lat, stem.lon, stem.lat) > BESIDE_M for stem in stems
    )


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
