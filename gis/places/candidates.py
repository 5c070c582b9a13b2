"""Candidates out of PostGIS: a process that answers for 200,000 buildings without holding them.

Before: `places.indexing` wrote keys, stems, parts and streets. After: the same `Geocoder` as in memory decides. A
process keeps the statistics of the names, and the stems it has read, as long as the index does not change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.places.geocoder import Geocoder, Place
from gis.places.geocoder.asked import Asked
from gis.places.geocoder.index import _KEEP, Near, hint_keys, query_keys
from gis.places.geocoder.keys import sound
from gis.places.geocoder.lexicon import Lexicon
from gis.places.geocoder.stems import Stem
from gis.places.geocoder.streets import Door, Street, Streets
from gis.places.indexing import unpacked
from gis.places.known import known
from gis.places.stored_stems import Parts, as_stem

MOST_KEPT = 5_000

_MARK = text("SELECT mark, size, districts FROM place_index")
_STATISTICS = text("SELECT key, rows FROM place_key WHERE key !~ '^~' AND key !~ '^@.*#'")
# index: pk_place_key
_POSTINGS = text("SELECT stems, weights FROM place_key WHERE key = ANY(:keys) AND stems <> ''")
_AT_DOOR = text("SELECT stems FROM place_key WHERE key = :key")
# index: pk_place_stem
_STEMS = text("SELECT number, lon, lat, parts, body FROM place_stem WHERE number = ANY(:numbers)")
# index: ix_place_part_stem_building
_PARTS = text("""
    SELECT stem, entrance, place_id FROM place_part WHERE stem = ANY(:stems) AND building = :building
    ORDER BY CAST(place_id AS text) COLLATE "C" """)
# index: pk_place_street
_STREETS = text("SELECT district, body FROM place_street WHERE road = :road")


@dataclass
class Kept:
    """What a process keeps of one state of the index."""

    mark: str
    lexicon: Lexicon
    stems: dict[int, Stem] = field(default_factory=dict)


_kept: dict[str, Kept] = {}


def geocoder(session: Session) -> Geocoder:
    """Give the geocoder of the gazetteer as this session sees it; it answers within this session only."""
    return Geocoder((), DatabaseSource(session))


class DatabaseSource:
    """Candidates, statistics and streets of the stored index; a `CandidateSource`.

    Parameters
    ----------
    session : Session
        Every question is asked in it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._state = _state(session)
        self.lexicon = self._state.lexicon
        self.streets: Streets = StoredStreets(session)

    def candidates(self, asked: Asked, most: int) -> list[Near]:
        """Give up to `most` stems, the strongest first; equal ones by their number."""
        keys = sorted(query_keys(asked) | hint_keys(asked))
        hits = self._session.execute(_POSTINGS, {"keys": keys}).all()
        if not hits:
            return []
        rows = np.concatenate([unpacked(hit[0]) for hit in hits])
        total = np.bincount(rows, np.concatenate([unpacked(hit[1]) for hit in hits]))
        chosen = np.flatnonzero(total >= _KEEP * total.max())
        if len(chosen) > 1:
            chosen = chosen[np.argsort(-total[chosen], kind="stable")[:most]]
        stems = self._stems(chosen.tolist(), asked)
        return [Near(stems[row], total[row]) for row in chosen.tolist() if row in stems]

    def at_door(self, road: str, number: int) -> list[Stem]:
        """Give the stems that have a house number of a road, by their number."""
        stored = self._session.scalar(_AT_DOOR, {"key": f"@{road}#{number}"})
        numbers = sorted(unpacked(stored).tolist()) if stored else []
        found = self._read(numbers)
        return [found[number] for number in numbers if number in found]

    def _stems(self, numbers: Sequence[int], asked: Asked) -> dict[int, Stem]:
        """Give stems by number, with those of their buildings that the words name."""
        found = self._read(numbers)
        many = [number for number, stem in found.items() if stem.buildings]
        if asked.building and many:
            found |= self._with_parts({number: found[number] for number in many}, asked.building)
        return found

    def _read(self, numbers: Sequence[int]) -> dict[int, Stem]:
        """Give stems by number, none of their buildings with them."""
        shelf = self._state.stems  # other threads use and clear it too
        found = {number: stem for number in numbers if (stem := shelf.get(number)) is not None}
        missing = [number for number in numbers if number not in found]
        if missing:
            rows = self._session.execute(_STEMS, {"numbers": missing})
            read = {row[0]: as_stem(*row) for row in rows}
            if len(shelf) + len(read) > MOST_KEPT:
                shelf.clear()
            shelf.update(read)
            found |= read
        return found

    def _with_parts(self, stems: dict[int, Stem], building: str) -> dict[int, Stem]:
        rows = self._session.execute(_PARTS, {"stems": list(stems), "building": building}).all()
        places = (
            {int(place.id): place for place in known(self._session, {row[2] for row in rows})} if rows else {}
        )
        read: dict[int, dict[tuple[str, str], Place]] = {number: {} for number in stems}
        for number, entrance, place_id in rows:
            if place_id in places:
                read[number].setdefault((building, entrance), places[place_id])
        return {
            number: replace(stem, buildings=Parts(len(stem.buildings), read[number]))
            for number, stem in stems.items()
        }


def _state(session: Session) -> Kept:
    """Give what this process keeps of the index as it stands; read anew when it has changed."""
    row = session.execute(_MARK).first()
    mark, size, districts = row or ("", 0, [])
    kept = _kept.get(mark)
    if kept is None:
        kept = Kept(mark, _lexicon(session, size, districts))
        _kept.clear()
        _kept[mark] = kept
    return kept


def _lexicon(session: Session, size: int, districts: Sequence[str]) -> Lexicon:
    roads: dict[str, int] = {}
    pair_rows: dict[str, int] = {}
    for key, rows in session.execute(_STATISTICS):
        if key[0] == "@":
            roads[key[1:]] = rows
        else:
            pair_rows[key] = rows
    by_sound: dict[str, str] = {}
    for road, _ in sorted(roads.items(), key=lambda item: (-item[1], item[0])):
        by_sound.setdefault(sound(road), road)
    return Lexicon(size, roads, by_sound, frozenset(districts), pair_rows)


class StoredStreets(Streets):
    """The streets of the stored index, read one at a time."""

    def __init__(self, session: Session) -> None:
        super().__init__(())
        self._session = session

    def street(self, road: str, districts: frozenset[str]) -> Street | None:
        """Give a road's street: in a named district, else the one with the most known places."""
        found = {district: _street(body) for district, body in self._bodies(road)}
        self._streets[road] = found
        return super().street(road, districts)

    def crossings(self, road: str, other: str) -> Sequence[Place]:
        """Give the gazetteer's own crossings of two folded road names, which are in alphabetical order."""
        for _, body in self._bodies(road):
            rows = body.get("crossings", {}).get(other)
            if rows:
                return [Place(number, name, "", lon, lat, "crossing") for number, name, lon, lat in rows]
        return ()

    def _bodies(self, road: str) -> Sequence[Any]:
        return self._session.execute(_STREETS, {"road": road}).all()


def _street(body: dict[str, Any]) -> Street:
    doors = tuple(Door(*door) for door in body["doors"])
    return Street(doors, body["rule"], tuple((lon, lat) for lon, lat in body["points"]))
