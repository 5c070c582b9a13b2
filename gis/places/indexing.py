"""Making the index of the gazetteer: all of it in bulk after a load.

Before: `places.known`, `geocoder.stems`. After: `places.candidates` and `places.suggest` read what is written here;
`places.nicknames` changes one stem of it. Rows go in by COPY, old ones out in the same transaction: who reads meanwhile
sees the old index, whole.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from statistics import median
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.loading.kind import Say, silent
from gis.places.address.cleaning import clean
from gis.places.geocoder import Place
from gis.places.geocoder.index import _postings, place_keys
from gis.places.geocoder.keys import fold
from gis.places.geocoder.lexicon import lexicon
from gis.places.geocoder.records import Record, record
from gis.places.geocoder.stems import Stem, _clusters, _road_key, _stem
from gis.places.geocoder.streets import Streets
from gis.places.geocoder.ways import Ways, divided
from gis.places.known import known
from gis.places.stored_stems import as_body
from gis.places.words import Form, words_of

LAYER = "places"
LOCK = 730_261_124
"""The advisory lock that lets one transaction at a time change the index."""
SAID_EVERY = 5_000

_VERSION = text("SELECT version FROM layer_version WHERE layer = :layer")
_ROADS = text("SELECT id, name, ST_X(point), ST_Y(point) FROM place WHERE kind = 'road' AND ended_at IS NULL")
_STANDS = text("SELECT version FROM place_index")
_NUMBER = np.dtype("<i4")
_TABLES = {
    "place_stem": ("number", "place_id", "kind", "lon", "lat", "parts", "body"),
    "place_part": ("place_id", "stem", "building", "entrance", "road", "number"),
    "place_key": ("key", "rows", "stems", "weights"),
    "place_street": ("road", "district", "body"),
    "place_word": ("word", "form", "stem", "road", "lon", "lat"),
}

Group = tuple[Stem, list[Record]]
Road = tuple[int, str, float, float]
"""A road's row of the gazetteer: its number, its folded name, its longitude and latitude."""


def catch_up(session: Session, say: Say = silent) -> bool:
    """Make the index anew when places have changed since; tell whether it was needed."""
    version = session.scalar(_VERSION, {"layer": LAYER}) or 0
    if session.scalar(_STANDS) == version:
        return False
    rebuild(session, say)
    return True


def rebuild(session: Session, say: Say = silent) -> int:
    """Make the whole index anew from the gazetteer.

    Parameters
    ----------
    session : Session
        In the caller's transaction.
    say : callable
        Told how many rows are read, of how many.

    Returns
    -------
    int
        Number of stems.
    """
    lock(session)
    places = known(session)
    groups, (_, ways) = grouped(places, say), divided(places)
    stems = [stem for stem, _ in groups]
    roads = [(row[0], fold(clean(row[1]).text), row[2], row[3]) for row in session.execute(_ROADS)]
    for table, rows in _rows(groups, stems, roads, ways).items():
        _refill(session, table, rows)
    _stamp(session, sorted(lexicon(stems).districts))
    return len(stems)


def lock(session: Session) -> None:
    """Wait until nobody else changes the index, and keep others from it until the end of the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def restamp(session: Session) -> None:
    """Mark the index as changed, and as in step with the places."""
    _stamp(session, session.scalar(text("SELECT districts FROM place_index")) or [])


def grouped(places: Sequence[Place], say: Say = silent) -> list[Group]:
    """Bring rows of one place together, but for roads and crossings; each stem with the rows that it is made of."""
    groups: dict[str, list[Record]] = defaultdict(list)
    ordered = sorted(
        divided(places)[0], key=lambda place: (place.id, place.name, place.address, place.lon, place.lat)
    )
    for done, place in enumerate(ordered):
        row = record(place)
        groups[row.names[0][0] if row.names else _road_key(row)].append(row)
        if done % SAID_EVERY == 0:
            say("index", done, len(ordered))
    say("index", len(ordered), len(ordered))
    clusters = [cluster for key in groups for cluster in _clusters(groups[key])]
    return [(_stem(number, rows), rows) for number, rows in enumerate(clusters)]


def _rows(
    groups: Sequence[Group], stems: Sequence[Stem], roads: Sequence[Road], ways: Ways
) -> dict[str, Iterable[tuple[Any, ...]]]:
    of_roads = ((place_id, None, "", "", road, 0) for place_id, road, _, _ in roads)
    return {
        "place_stem": (stem_row(stem) for stem in stems),
        "place_part": chain((part_row(stem.number, row) for stem, rows in groups for row in rows), of_roads),
        "place_key": _key_rows(stems, ways),
        "place_street": _street_rows(stems, ways),
        "place_word": _word_rows(stems, roads),
    }


def _refill(session: Session, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    session.execute(text(f"DELETE FROM {table}"))
    cursor = session.connection().connection.cursor()
    with cursor.copy(f"COPY {table} ({', '.join(_TABLES[table])}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()
    session.execute(text(f"ANALYZE {table}"))


def _stamp(session: Session, districts: list[str]) -> None:
    session.execute(
        text("""
            INSERT INTO place_index (id, mark, version, size, districts)
            SELECT 1, :mark, coalesce((SELECT version FROM layer_version WHERE layer = :layer), 0),
                   (SELECT count(*) FROM place_stem), :districts
            ON CONFLICT (id) DO UPDATE
            SET (mark, version, size, districts) = ROW(excluded.mark, excluded.version, excluded.size,
                                                       excluded.districts)"""),
        {"mark": uuid4().hex, "layer": LAYER, "districts": districts},
    )


def stem_row(stem: Stem) -> tuple[Any, ...]:
    """Give a stem as its table has it."""
    body = json.dumps(as_body(stem), ensure_ascii=False)
    own = int(stem.place.id) if stem.place.id else None
    kind = stem.place.attributes.get("kind", "compound")
    return stem.number, own, kind, stem.lon, stem.lat, len(stem.buildings), body


def part_row(stem: int, row: Record) -> tuple[Any, ...]:
    """Give a row of the gazetteer as a part of its stem."""
    road, number = next(((way.road, way.number) for way in row.roads if way.number), ("", 0))
    return int(row.place.id), stem, row.building, row.entrance, road, number


def word_rows(stem: Stem) -> Iterator[tuple[Any, ...]]:
    """Give the words under which the search box finds a stem."""
    for name in stem.names:
        for word in words_of(name.full):
            yield word.text, int(word.form), stem.number, "", stem.lon, stem.lat


def _word_rows(stems: Sequence[Stem], roads: Sequence[Road]) -> Iterator[tuple[Any, ...]]:
    spots: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _, road, lon, lat in roads:
        spots[road].append((lon, lat))
    for stem in stems:
        yield from word_rows(stem)
        for road in stem.roads:
            spots[road].append((stem.lon, stem.lat))
    for road, points in spots.items():
        lon, lat = median(point[0] for point in points), median(point[1] for point in points)
        for word in words_of(road):
            if word.form is not Form.PART:
                yield word.text, int(word.form), None, road, lon, lat


def _key_rows(stems: Sequence[Stem], ways: Ways) -> Iterator[tuple[Any, ...]]:
    """Give the postings; of keys that are too common, and of roads without houses, only their number."""
    counts = Counter(key for stem in stems for key in place_keys(stem))
    counts.update({f"@{road}": 0 for road in ways.roads})
    for key, (numbers, weights) in _postings(stems):
        yield key, counts.pop(key), packed(numbers), packed(weights)
    for key, count in counts.items():
        yield key, count, b"", b""


def packed(numbers: Any) -> bytes:
    """Write whole numbers side by side."""
    return np.asarray(numbers).astype(_NUMBER).tobytes()


def unpacked(stored: bytes) -> Any:
    """Read whole numbers again, as an array."""
    return np.frombuffer(stored, _NUMBER)


def _street_rows(stems: Sequence[Stem], ways: Ways) -> Iterator[tuple[Any, ...]]:
    crossings: dict[str, dict[str, Any]] = defaultdict(dict)
    for (road, other), places in ways.crossings.items():
        crossings[road][other] = [[place.id, place.name, place.lon, place.lat] for place in places]
    for road, districts in Streets(stems, ways=ways)._streets.items():  # noqa: SLF001 - the streets write themselves down here
        for district, street in districts.items():
            body: dict[str, Any] = {"doors": street.doors, "rule": street.rule, "points": street.points}
            if road in crossings:
                body["crossings"] = crossings[road]
            yield road, district, json.dumps(body)
