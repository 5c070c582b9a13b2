"""One stem of the index made anew: a nickname is known at once, without making the whole index again.

Before: `places.indexing`. After: `staff.nicknames`. The words, parts and keys of the stem are exact; how rare each key
is among all names moves by less than one in the number of stems, and is counted again with the next whole index.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.places.geocoder.index import (
    _ADDRESS_SCALE,
    _COMMONEST_SHARE,
    _LEAST_COMMON,
    _WHOLE,
    _rarity,
    place_keys,
)
from gis.places.geocoder.stems import Stem
from gis.places.indexing import (
    Group,
    grouped,
    lock,
    packed,
    part_row,
    rebuild,
    restamp,
    stem_row,
    unpacked,
    word_rows,
)
from gis.places.known import known
from gis.places.stored_stems import as_stem

# index: pk_place_part
_STEM_OF = text("SELECT stem FROM place_part WHERE place_id = ANY(:ids) AND stem IS NOT NULL LIMIT 1")
# index: ix_place_part_stem_building
_MEMBERS = text("SELECT place_id FROM place_part WHERE stem = :stem")
_OLD = text("SELECT number, lon, lat, parts, body FROM place_stem WHERE number = :stem")
_KEYS = text("SELECT key, rows, stems, weights FROM place_key WHERE key = ANY(:keys) ORDER BY key FOR UPDATE")
_FORGET = [
    text(f"DELETE FROM {table} WHERE {column} = :stem")
    for table, column in (("place_stem", "number"), ("place_part", "stem"), ("place_word", "stem"))
]
_PUT = {
    "place_stem": text("INSERT INTO place_stem VALUES (:a, :b, :c, :d, :e, :f, CAST(:g AS jsonb))"),
    "place_part": text("INSERT INTO place_part VALUES (:a, :b, :c, :d, :e, :f)"),
    "place_word": text(
        "INSERT INTO place_word (word, form, stem, road, lon, lat) VALUES (:a, :b, :c, :d, :e, :f)"
    ),
    "place_key": text("""
        INSERT INTO place_key VALUES (:a, :b, :c, :d)
        ON CONFLICT (key) DO UPDATE SET (rows, stems, weights) = ROW(excluded.rows, excluded.stems, excluded.weights)
    """),
}


def relearn(session: Session, place_id: int) -> None:
    """Bring one row of the gazetteer, and the stem that it belongs to, into the index as they are now.

    Parameters
    ----------
    session : Session
        In the caller's transaction, after the row has changed; the index was in step before.
    place_id : int
        The row that is new, has another name or nickname, or has ended.
    """
    lock(session)
    stem = session.scalar(_STEM_OF, {"ids": [place_id]})
    members = set(session.scalars(_MEMBERS, {"stem": stem})) if stem is not None else set()
    groups = grouped(known(session, members | {place_id}))
    if len(groups) > 1:
        rebuild(session)
        return
    number = (
        stem
        if stem is not None
        else session.scalar(text("SELECT coalesce(max(number), -1) + 1 FROM place_stem"))
    )
    _exchange(session, int(number or 0), groups[0] if groups else None)
    restamp(session)


def _exchange(session: Session, number: int, group: Group | None) -> None:
    """Take a stem out of the index and put in what has become of it."""
    row = session.execute(_OLD, {"stem": number}).first()
    new = replace(group[0], number=number) if group else None
    _exchange_keys(session, as_stem(*row) if row else None, new)
    for statement in _FORGET:
        session.execute(statement, {"stem": number})
    if group is not None and new is not None:
        _put(session, "place_stem", [stem_row(new)])
        _put(session, "place_part", [part_row(number, one) for one in group[1]])
        _put(session, "place_word", [*word_rows(new)])


def _put(session: Session, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        session.execute(_PUT[table], [dict(zip("abcdefg", row, strict=False)) for row in rows])


@dataclass
class Posting:
    """One key while it is changed: in how many stems, and which with which weights."""

    rows: int
    stems: Any
    weights: Any


def _exchange_keys(session: Session, old: Stem | None, new: Stem | None) -> None:
    before = place_keys(old) if old else {}
    after = place_keys(new) if new else {}
    given = session.execute(_KEYS, {"keys": sorted({*before, *after})})
    postings = {key: Posting(rows, unpacked(stems), unpacked(weights)) for key, rows, stems, weights in given}
    for key in before:
        if key in postings and old:
            _take_out(postings[key], old.number)
    for key in after:
        postings.setdefault(key, Posting(0, unpacked(b""), unpacked(b""))).rows += 1
    size = int(session.scalar(text("SELECT count(*) FROM place_stem")) or 0) + (old is None)
    if new:
        _put_in(postings, new.number, after, size)
    rows = [(key, one.rows, packed(one.stems), packed(one.weights)) for key, one in postings.items()]
    _put(session, "place_key", rows)


def _take_out(posting: Posting, number: int) -> None:
    others = posting.stems != number
    posting.rows -= 1
    posting.stems, posting.weights = posting.stems[others], posting.weights[others]


def _put_in(postings: dict[str, Posting], number: int, keys: dict[str, float], size: int) -> None:
    """Give each key of a stem its weight, as the whole index does; keys that are too common get none."""
    most = max(_LEAST_COMMON, _COMMONEST_SHARE * size)
    told = {key: _rarity(size, postings[key].rows) for key in keys if postings[key].rows <= most}
    norm = sum(rarity for key, rarity in told.items() if key[0] not in "@~")
    for key, rarity in told.items():
        scale = max(norm, 1.0) ** -0.5 if key[0] not in "@~" else _ADDRESS_SCALE
        posting = postings[key]
        posting.stems = np.append(posting.stems, number)
        posting.weights = np.append(posting.weights, round(keys[key] * rarity * scale * _WHOLE))
