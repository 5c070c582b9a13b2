"""Many texts at once, without a database: places from a table, texts from a table, answers into a table.

Before: `tablefiles.py`. After: `wangge geocode` and the job over uploaded files. Texts stream through: a
million rows need no more memory than ten thousand, apart from the index.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gis.errors import InputError
from gis.geometry.crs import convert
from gis.places.geocoder.answer import Answer
from gis.places.geocoder.gazetteer import Alias, Place
from gis.places.geocoder.geocoder import Geocoder
from gis.places.geocoder.tablefiles import Row, read_rows, written

PLACE_COLUMNS = ("id", "name", "address", "lon", "lat")
TEXT_COLUMNS = ("id", "text")
ANSWER_COLUMNS = ("id", "place_id", "level", "confidence", "decision", "lon", "lat", "reason")
_DECIMALS = 7
_WEST, _EAST, _SOUTH, _NORTH = -180.0, 180.0, -90.0, 90.0


class Fault(NamedTuple):
    """A row that cannot be used: its number, and why."""

    row: int
    why: str


class Gazetteer(NamedTuple):
    """Places read from a table, in WGS-84, and the rows left out."""

    places: list[Place]
    faults: list[Fault]


def read_places(path: Path, system: str = "wgs84") -> Gazetteer:
    """Read places from a table.

    Parameters
    ----------
    path : Path
        CSV or Excel with `id,name,address,lon,lat`; `level` and `aliases` (divided by `|`) may be there;
        further columns are kept with the place.
    system : str
        Coordinate system of the table: wgs84, cgcs2000, gcj02 or bd09.

    Returns
    -------
    Gazetteer
        Places with WGS-84 degrees; rows without name and address or without a position are faults.

    Raises
    ------
    InputError
        The file cannot be read, or no row can be used.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    for row in read_rows(path, PLACE_COLUMNS):
        why = _unusable(row)
        if why:
            faults.append(Fault(row.number, why))
        else:
            rows.append(row)
    if not rows:
        raise InputError(
            f"{path.name} holds no usable place"
            + (f": row {faults[0].row}, {faults[0].why}." if faults else ".")
        )
    lon, lat = convert(_degrees(rows, "lon"), _degrees(rows, "lat"), source=system, target="wgs84")
    places = [_place(row, float(x), float(y)) for row, x, y in zip(rows, lon, lat, strict=True)]
    return Gazetteer(places, faults)


def _unusable(row: Row) -> str:
    if not row.cells.get("name", "").strip() and not row.cells.get("address", "").strip():
        return "neither name nor address"
    for name, low, high in (("lon", _WEST, _EAST), ("lat", _SOUTH, _NORTH)):
        value = _number(row.cells.get(name, ""))
        if not low <= value <= high:
            return f"{name} is not a number of degrees"
    return ""


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _degrees(rows: list[Row], name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([float(row.cells[name]) for row in rows])


def _place(row: Row, lon: float, lat: float) -> Place:
    cells = row.cells
    aliases = tuple(
        Alias(name.strip(), "table") for name in cells.get("aliases", "").split("|") if name.strip()
    )
    kept = {name: cell for name, cell in cells.items() if name not in (*PLACE_COLUMNS, "aliases", "level")}
    return Place(
        cells["id"].strip(),
        cells["name"].strip(),
        cells["address"].strip(),
        lon,
        lat,
        cells.get("level", ""),
        aliases,
        kept,
    )


def answer_cells(key: str, answer: Answer) -> list[str | float]:
    """Give the cells of an answer in the order of `ANSWER_COLUMNS`."""
    placed = answer.lon is not None and answer.lat is not None
    return [
        key,
        answer.place.id if answer.place else "",
        answer.level,
        round(answer.confidence, 4),
        answer.decision,
        round(answer.lon, _DECIMALS) if placed and answer.lon is not None else "",
        round(answer.lat, _DECIMALS) if placed and answer.lat is not None else "",
        answer.reason,
    ]


def geocode_rows(geocoder: Geocoder, rows: Iterable[Row]) -> Iterator[tuple[str, Answer]]:
    """Answer rows with `id` and `text`, one after another."""
    for row in rows:
        yield row.cells.get("id", ""), geocoder.locate(row.cells.get("text", ""))


def geocode_file(
    geocoder: Geocoder, source: Path, target: Path, progress: Callable[[int], None] | None = None
) -> dict[str, int]:
    """Answer a whole table into another.

    Parameters
    ----------
    geocoder : Geocoder
        With the places of the town.
    source, target : Path
        CSV or Excel, by their endings. The target appears when it is complete.
    progress : callable, optional
        Called with 1 after each row.

    Returns
    -------
    dict of str to int
        Number of rows by decision.

    Raises
    ------
    InputError
        A file cannot be read or written, or a column is missing.
    """
    counts = {"auto": 0, "ask": 0, "none": 0}
    rows = read_rows(source, TEXT_COLUMNS)
    with written(target) as table:
        table.write(ANSWER_COLUMNS)
        for key, answer in geocode_rows(geocoder, rows):
            table.write(answer_cells(key, answer))
            counts[answer.decision] += 1
            if progress is not None:
                progress(1)
    return counts
