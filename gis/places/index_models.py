"""The index of the gazetteer: what finding words in the database reads instead of 200,000 names.

Before: `places.models`. After: `places.indexing` writes these tables whole, in bulk, and one nickname at a time;
`places.candidates` and `places.suggest` read them. Nothing here is a truth of its own: it can be made again at any
time, therefore nothing points to it, and it points to nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Double, Identity, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from gis.database import Base

BYTES = Text(collation="C")
"""Text in the order of its bytes, whose index answers for beginnings of words."""


class PlaceIndex(Base):
    """How the index stands: one row. Its mark changes with every change, `version` is that of the places."""

    __tablename__ = "place_index"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    mark: Mapped[str]
    version: Mapped[int]
    size: Mapped[int] = mapped_column(Integer)
    districts: Mapped[list[str]]


class PlaceStem(Base):
    """A compound with its buildings, or a place by itself, as the geocoder compares it with words."""

    __tablename__ = "place_stem"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    place_id: Mapped[int | None]
    kind: Mapped[str]
    lon: Mapped[float] = mapped_column(Double)
    lat: Mapped[float] = mapped_column(Double)
    parts: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]]


class PlacePart(Base):
    """A row of the gazetteer within its stem: which building and entrance it is, at which house number."""

    __tablename__ = "place_part"
    __table_args__ = (
        # candidates(asked): the building that the words name; the search box: 幸福小区3…
        Index("ix_place_part_stem_building", "stem", "building"),
        # the search box: 和平路12…
        Index("ix_place_part_road_number", "road", "number"),
    )

    place_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stem: Mapped[int | None] = mapped_column(Integer)
    building: Mapped[str]
    entrance: Mapped[str]
    road: Mapped[str]
    number: Mapped[int] = mapped_column(Integer)


class PlaceKey(Base):
    """One key of names and addresses with all stems that have it, and its weight in each.

    `stems` and `weights` are little-endian 32-bit numbers side by side; both are empty for a key so common that it
    tells nothing, of which only the number of stems is kept.
    """

    __tablename__ = "place_key"

    key: Mapped[str] = mapped_column(BYTES, primary_key=True)
    rows: Mapped[int] = mapped_column(Integer)
    stems: Mapped[bytes] = mapped_column(LargeBinary)
    weights: Mapped[bytes] = mapped_column(LargeBinary)


class PlaceStreet(Base):
    """A road of one district with its known house numbers: what is between them is derived."""

    __tablename__ = "place_street"

    road: Mapped[str] = mapped_column(primary_key=True)
    district: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]


class PlaceWord(Base):
    """One way in which somebody may begin to type a name: the name, a part of it, its pinyin, its initials."""

    __tablename__ = "place_word"
    __table_args__ = (
        # the search box: everything that begins with what was typed
        Index("ix_place_word_word", "word"),
        # one stem's words are written anew when it gets a nickname
        Index("ix_place_word_stem", "stem"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    word: Mapped[str] = mapped_column(BYTES)
    form: Mapped[int] = mapped_column(Integer)
    stem: Mapped[int | None] = mapped_column(Integer)
    road: Mapped[str]
    lon: Mapped[float] = mapped_column(Double)
    lat: Mapped[float] = mapped_column(Double)
