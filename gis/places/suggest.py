"""The search box: places as one types - letters, parts, pinyin, initials, house numbers - then the geocoder.

Before: `places.words`, `places.indexing`. After: `webmap.search`, pages that let somebody pick a place. Every question
is a range of an index; what was typed is kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.places.geocoder import Answer
from gis.places.search import find
from gis.places.words import typed, words_of

MOST = 8
FEW = 3
"""Below so many places found as typed, the geocoder is asked as well."""
SURE = 0.9
"""From this confidence on, what the geocoder found comes before buildings that only begin like the words."""
MOST_HEADS = 6
LONGEST_TYPED = 60
_LAST = "\U0010ffff"
_NUMBER = re.compile(r"\d{1,5}[a-z]?")
_UNIT = re.compile(r"(?:号楼|号院|栋|幢|座|楼|弄|号|h|d)")

# index: ix_place_word_word; extra letters, parts of names, roads and kilometres count against a word
BEGINNING = text("""
    SELECT stem, road, lon, lat, min(ln(1 + length(word) - length(CAST(:low AS text)))
                           + CASE form WHEN 0 THEN 0.0 WHEN 3 THEN 1.5 ELSE 0.5 END
                           + CASE WHEN stem IS NULL THEN 1.0 ELSE 0.0 END)
           + min(coalesce(least(2.0, 20 * sqrt(power((lon - CAST(:lon AS double precision))
                                                     * cos(radians(CAST(:lat AS double precision))), 2)
                                               + power(lat - CAST(:lat AS double precision), 2))), 0.0)) AS cost
    FROM place_word WHERE word >= :low AND word < :high
    GROUP BY stem, road, lon, lat ORDER BY cost, stem, road LIMIT :most""")
# index: pk_place_stem
STEMS = text("""
    SELECT number, place_id, kind, lon, lat, body -> 'place' AS place, body -> 'roads' AS roads
    FROM place_stem WHERE number = ANY(:stems)""")
# indexes: ix_place_part_road_number, pk_place
ROADS = text("""
    SELECT part.road, p.id, p.name, ST_X(p.point) AS lon, ST_Y(p.point) AS lat
    FROM place_part part JOIN place p ON p.id = part.place_id
    WHERE part.road = ANY(:roads) AND part.number = 0 AND p.ended_at IS NULL""")
# indexes: ix_place_part_stem_building, pk_place
BUILDINGS = text("""
    SELECT p.id, p.name, p.address, p.kind, ST_X(p.point), ST_Y(p.point)
    FROM place_part part JOIN place p ON p.id = part.place_id
    WHERE part.stem = ANY(:heads) AND part.building <> '' AND p.ended_at IS NULL
      AND (part.building = :number OR (:open AND starts_with(part.building, :number)))
    ORDER BY array_position(CAST(:heads AS integer[]), part.stem), length(part.building), part.building, part.entrance
    LIMIT :most""")
# indexes: ix_place_part_road_number, pk_place
DOORS = text("""
    SELECT p.id, p.name, p.address, p.kind, ST_X(p.point), ST_Y(p.point)
    FROM (SELECT DISTINCT ON (road, number) place_id, road, number FROM place_part
          WHERE road = ANY(:heads) AND number > 0
            AND (CAST(number AS text) = :number OR (:open AND starts_with(CAST(number AS text), :number)))
          ORDER BY road, number, building, place_id) part
    JOIN place p ON p.id = part.place_id
    WHERE p.ended_at IS NULL
    ORDER BY array_position(CAST(:heads AS text[]), part.road), part.number LIMIT :most""")


@dataclass(frozen=True)
class Suggestion:
    """A place that may be meant.

    Attributes
    ----------
    id : int or None
        Row of the gazetteer; None for a spot that was derived.
    label, detail : str
        Its name; its address, and by which other name it was found.
    level, kind : str
        How fine it is (building, compound, roadno …), and what it is (compound, road, poi …).
    lon, lat : float
        EPSG:4490, degrees.
    confidence : float or None
        What the geocoder says, 0 to 1; None where names were matched letter by letter.
    """

    id: int | None
    label: str
    detail: str
    level: str
    kind: str
    lon: float
    lat: float
    confidence: float | None = None


class Tail(NamedTuple):
    """A number after a name: 3 of 幸福小区3号楼; open while more digits may follow."""

    head: str
    number: str
    open: bool


def suggest(session: Session, words: str, near: tuple[float, float] | None = None) -> list[Suggestion]:
    """Give the places that somebody may be typing, the likeliest first.

    Parameters
    ----------
    session : Session
    words : str
        What is typed so far, in any script; or a whole address.
    near : (float, float), optional
        Longitude and latitude, degrees: nearer places come first among equals.

    Returns
    -------
    list of Suggestion
        Up to eight; none for words that begin no name and mean no place.
    """
    begun = typed(words)
    if not begun:
        return []
    numbered: list[Suggestion] = []
    named: list[Suggestion] = []
    if len(begun) <= LONGEST_TYPED:
        numbered = _numbered(session, begun, near)
        named = _named(session, begun, near)
    if named or len(numbered) >= FEW:
        return _once([*named, *numbered])[:MOST]
    located = _located(find(session, words))
    sure = [one for one in located if one.confidence is not None and one.confidence >= SURE]
    return _once([*sure, *numbered, *located])[:MOST]


def _once(found: Iterable[Suggestion]) -> list[Suggestion]:
    first: dict[tuple[str, float, float], Suggestion] = {}
    for one in found:
        first.setdefault((one.label, one.lon, one.lat), one)
    return list(first.values())


def _heads(session: Session, begun: str, near: tuple[float, float] | None, most: int) -> list[Any]:
    lon, lat = near or (None, None)
    given = {"low": begun, "high": begun + _LAST, "lon": lon, "lat": lat, "most": most}
    return list(session.execute(BEGINNING, given))


def _named(session: Session, begun: str, near: tuple[float, float] | None) -> list[Suggestion]:
    """Find names that begin like what was typed."""
    heads = _heads(session, begun, near, 2 * MOST)
    stems = [row.stem for row in heads if row.stem is not None]
    roads = [row.road for row in heads if row.road]
    rows = {row.number: row for row in session.execute(STEMS, {"stems": stems})} if stems else {}
    lines = {row.road: row for row in session.execute(ROADS, {"roads": roads})} if roads else {}
    return [_road(head, lines) if head.road else _whole(rows[head.stem], begun) for head in heads]


def _road(head: Any, lines: dict[str, Any]) -> Suggestion:
    """Give a road: where its own row is, else in the middle of what stands on it."""
    row = lines.get(head.road)
    if row is None:
        return Suggestion(None, head.road, "", "road", "road", head.lon, head.lat)
    return Suggestion(row.id, row.name, "", "road", "road", row.lon, row.lat)


def _whole(row: Any, begun: str) -> Suggestion:
    place = row.place
    label = place["name"] or place["address"]
    other = next((one["name"] for one in place["aliases"] if _begins(one["name"], begun)), "")
    by = f"又名 {other}" if other and not _begins(label, begun) else ""
    detail = " · ".join(part for part in (by, place["address"] if place["name"] else "") if part)
    return Suggestion(row.place_id, label, detail, place["level"] or "compound", row.kind, row.lon, row.lat)


def _begins(name: str, begun: str) -> bool:
    return any(word.text.startswith(begun) for word in words_of(typed(name)))


def _numbered(session: Session, begun: str, near: tuple[float, float] | None) -> list[Suggestion]:
    """Find buildings and house numbers of the names that stand before a number; the last number that has any."""
    for tail in tails(begun):
        heads = _heads(session, tail.head, near, MOST_HEADS)
        stems = [row.stem for row in heads if row.stem is not None]
        roads = [row.road for row in heads if row.road]
        found = _rows(session, BUILDINGS, stems, tail, "building") + _rows(
            session, DOORS, roads, tail, "roadno"
        )
        if found:
            return found
    return []


def _rows(session: Session, query: Any, heads: Sequence[Any], tail: Tail, level: str) -> list[Suggestion]:
    if not heads:
        return []
    given = {"heads": heads, "number": tail.number.upper(), "open": tail.open, "most": MOST}
    return [
        Suggestion(row[0], row[1] or row[2], row[2] if row[1] else "", level, row[3], row[4], row[5])
        for row in session.execute(query, given)
    ]


def tails(begun: str) -> Iterator[Tail]:
    """Part what was typed before each of its numbers, the last one first.

    Examples
    --------
    >>> [(tail.head, tail.number, tail.open) for tail in tails("幸福小区3号楼")]
    [('幸福小区', '3', False)]
    """
    for match in reversed([*_NUMBER.finditer(begun)]):
        if match.start():
            rest = begun[match.end() :]
            unit = _UNIT.match(rest)
            number = match.group()
            if number[-1].isalpha() and rest == "":
                yield Tail(begun[: match.start()], number, True)
                number = number[:-1]
            yield Tail(begun[: match.start()], number, not rest and unit is None)


def _located(answer: Answer) -> list[Suggestion]:
    """Give what the geocoder found; what it has no grounds for is not shown."""
    if answer.decision == "none":
        return []
    sure: list[float | None] = [answer.confidence]
    return [
        Suggestion(
            int(one.place.id) if one.place.id else None,
            one.place.name or one.place.address,
            one.place.address if one.place.name else "",
            one.level,
            one.place.attributes.get("kind", "derived"),
            one.lon,
            one.lat,
            sure.pop() if sure else None,
        )
        for one in answer.candidates
    ]
