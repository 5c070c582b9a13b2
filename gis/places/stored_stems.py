"""Stems as rows: how one is written down, and how it becomes the geocoder's stem again.

Before: `geocoder.stems`. After: `places.indexing` writes, `places.candidates` reads. A stem's buildings are no part of
its row: the few that words name are read by themselves.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gis.places.geocoder import Alias, Place
from gis.places.geocoder.names import name_form
from gis.places.geocoder.stems import Stem


class Parts(dict[tuple[str, str], Place]):
    """The buildings of a stem that were read, out of `count` that there are."""

    def __init__(self, count: int, read: dict[tuple[str, str], Place] | None = None) -> None:
        super().__init__(read or {})
        self._count = count

    def __len__(self) -> int:
        """Give how many there are, also those that were not read."""
        return self._count


def as_body(stem: Stem) -> dict[str, Any]:
    """Write a stem down as JSON, but for its number and its buildings."""
    return {
        "names": [[name.full, sorted(name.qualifiers)] for name in stem.names],
        "roads": {road: sorted(numbers) for road, numbers in stem.roads.items()},
        "districts": sorted(stem.districts),
        "hints": sorted(stem.hints),
        "whole": stem.whole,
        "place": asdict(stem.place),
    }


def as_stem(number: int, lon: float, lat: float, parts: int, body: dict[str, Any]) -> Stem:
    """Read a stem again; its buildings are counted, and none of them is there."""
    return Stem(
        number,
        tuple(
            name_form(full, frozenset((kind, value) for kind, value in marks))
            for full, marks in body["names"]
        ),
        {road: set(numbers) for road, numbers in body["roads"].items()},
        frozenset(body["districts"]),
        frozenset(body["hints"]),
        lon,
        lat,
        _place(body["place"]),
        body["whole"],
        Parts(parts),
    )


def _place(row: dict[str, Any]) -> Place:
    return Place(**row | {"aliases": tuple(Alias(**alias) for alias in row["aliases"])})
