"""Tables of points as people keep them: read with patience.

Before: a CSV file from a spreadsheet, an office or a program: any of several names for the columns, UTF-8
or GBK, with or without a mark at its beginning, with rows that are no places. After: `wangge locate` and
`wangge crs`, which write with `writing`. Every value stays as it was written; only
longitude and latitude become numbers as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from gis.errors import InputError
from gis.files import arrow

ID_NAMES = (
    "id",
    "编号",
    "序号",
    "point_id",
    "pointid",
    "gid",
    "fid",
    "objectid",
    "case_id",
    "code",
    "no",
    "name",
)
LON_NAMES = ("lon", "lng", "long", "longitude", "x", "经度", "东经")
LAT_NAMES = ("lat", "latitude", "y", "纬度", "北纬")
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
LON_MOST_DEG, LAT_MOST_DEG = 180.0, 90.0
# Where China lies, roughly; used only to suspect that two columns were exchanged.
CHINA_LON_DEG, CHINA_LAT_DEG = (73.0, 136.0), (3.0, 54.0)


@dataclass
class PointTable:
    """A table with a place in each row.

    Attributes
    ----------
    table : pyarrow.Table
        All columns as text, exactly as written. Where no row is faulty, the columns of longitude and
        latitude may be numbers.
    id_name : str or None
        The column that names the rows; None when there is none, and row numbers stand for it.
    lon_name, lat_name : str
        The columns of the place.
    lon, lat : ndarray of float64
        Degrees; NaN where the row has no usable place.
    faults : dict of int to str
        For the rows without a usable place, why.
    looks_swapped : bool
        Longitude and latitude seem exchanged: most places would lie in China the other way round.
    """

    table: Any
    id_name: str | None
    lon_name: str
    lat_name: str
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    faults: dict[int, str] = field(default_factory=dict)
    looks_swapped: bool = False

    @property
    def ids(self) -> Any:
        """The names of the rows, as text."""
        if self.id_name is None:
            return pa.array(np.arange(1, self.table.num_rows + 1)).cast(pa.string())
        return self.table[self.id_name]


def read_points(path: Path) -> PointTable:
    """Read a CSV file of points.

    Parameters
    ----------
    path : Path
        UTF-8, UTF-16 or GBK; commas, tabs or semicolons; the first row names the columns. The names are
        found whatever their case: id, 编号 …; lon, lng, longitude, x, 经度; lat, latitude, y, 纬度.

    Returns
    -------
    PointTable
        All rows in the file's order, the faulty ones too.

    Raises
    ------
    InputError
        No such file, no header, or no column of longitude or latitude; nothing is guessed there.
    """
    text = _utf8(path).lstrip(b"\r\n")
    names, delimiter = _header(text, path)
    lon_name, lat_name = _named(names, LON_NAMES, path), _named(names, LAT_NAMES, path)
    table, uneven = _rows(text, names, delimiter, {lon_name, lat_name})
    lon, lat = _numbers(table[lon_name]), _numbers(table[lat_name])
    swapped = _look_swapped(lon, lat)
    faults = _faults(table, lon_name, lat_name, (lon, lat)) | uneven
    if faults:
        lon[list(faults)] = lat[list(faults)] = np.nan
    return PointTable(
        table, _id_name(names, (lon_name, lat_name)), lon_name, lat_name, lon, lat, faults, swapped
    )


def _utf8(path: Path) -> bytes:
    """Read a file's text, whatever its encoding, as UTF-8 without a mark."""
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise InputError(f"cannot read {path}: {fault.strerror}") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace").encode()
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw.isascii() or _is_utf8(raw):
        return raw
    try:
        return raw.decode("gb18030").encode()
    except UnicodeDecodeError as fault:
        raise InputError(
            f"{path} is neither UTF-8 nor GBK text (byte {fault.start}); save it as UTF-8"
        ) from None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _header(text: bytes, path: Path) -> tuple[list[str], str]:
    """Give the names of the columns and what parts them."""
    first = text.split(b"\n", 1)[0].decode().rstrip("\r")
    if not first.strip():
        raise InputError(f"{path} is empty; it needs a row of column names with id, lon and lat")
    delimiter = max(",\t;", key=first.count)
    names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
    again = next((name for name in names if names.count(name) > 1), None)
    if again is not None:
        raise InputError(f"{path} has the column {again!r} more than once; rename one of them")
    return names, delimiter


def _named(names: Sequence[str], wanted: Sequence[str], path: Path) -> str:
    found = _find(names, wanted)
    if found is None:
        raise InputError(
            f"{path} has no column {wanted[0]!r} (or {', '.join(wanted[1:])}); its columns are {', '.join(names)}"
        )
    return found


def _find(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    """Find the first wanted name, whatever its case."""
    by_lower = {name.lower(): name for name in reversed(names)}
    return next((by_lower[name] for name in wanted if name in by_lower), None)


def _id_name(names: Sequence[str], place: Sequence[str]) -> str | None:
    """Find the column that names the rows: by its name, else the first that is no place."""
    others = [name for name in names if name not in place]
    return _find(others, ID_NAMES) or next(iter(others), None)


def _rows(text: bytes, names: list[str], delimiter: str, numeric: set[str]) -> tuple[Any, dict[int, str]]:
    """Read the rows: at once when they are in order, else patiently; give faults of uneven rows."""
    for numbers in (numeric, set[str]()):
        try:
            table = _rows_at_once(text, names, delimiter, numbers)
        except pa.ArrowInvalid:
            continue
        if all(np.isfinite(_numbers(table[name])).all() for name in numbers):
            return table, {}
    try:
        return _rows_at_once(text, names, delimiter, set()), {}
    except pa.ArrowInvalid:
        return _rows_patiently(text, names, delimiter)


def _rows_at_once(text: bytes, names: list[str], delimiter: str, numeric: set[str]) -> Any:
    types = {name: pa.float64() if name in numeric else pa.string() for name in names}
    return pa_csv.read_csv(
        pa.py_buffer(text),
        read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=b'"' in text),
        convert_options=pa_csv.ConvertOptions(
            column_types=types, strings_can_be_null=False, null_values=[""]
        ),
    )


def _rows_patiently(text: bytes, names: list[str], delimiter: str) -> tuple[Any, dict[int, str]]:
    """Read rows of any length: short ones are filled up, long ones cut, and both are told."""
    rows = [row for row in csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter) if row][1:]
    width = len(names)
    faults = {
        i: f"this row has {len(row)} fields, the header {width}"
        for i, row in enumerate(rows)
        if len(row) != width
    }
    filled = [row[:width] + [""] * (width - len(row)) for row in rows]
    arrays = [pa.array([row[i] for row in filled], pa.string()) for i in range(width)]
    return pa.table(arrays, names=names), faults


def _numbers(values: Any) -> NDArray[np.float64]:
    """Give texts as numbers, NaN for what is none."""
    if pa.types.is_string(values.type):
        plain = pc.utf8_trim_whitespace(values)
        values = pc.if_else(pc.match_substring_regex(plain, NUMBER), plain, None).cast(pa.float64())
    # By way of DLPack: pyarrow's own `to_numpy` would import pandas, see `arrow`.
    filled = pc.coalesce(values, arrow.numbers(np.array([np.nan]))[0])
    return np.array(np.from_dlpack(filled.combine_chunks()))


def _faults(table: Any, lon_name: str, lat_name: str, place: tuple[Any, Any]) -> dict[int, str]:
    """Say of every row without a usable place why it has none."""
    faults: dict[int, str] = {}
    named = (("latitude", lat_name, LAT_MOST_DEG), ("longitude", lon_name, LON_MOST_DEG))
    for (word, name, most), numbers in zip(named, reversed(place), strict=True):
        for row in np.flatnonzero(~_within(numbers, (-most, most))).tolist():
            faults[row] = _fault(word, str(table[name][row].as_py()).strip(), most)
    return faults


def _look_swapped(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> bool:
    swapped = _within(lat, CHINA_LON_DEG) & _within(lon, CHINA_LAT_DEG)
    return 2 * int(swapped.sum()) > len(swapped)


def _fault(word: str, written: str, most: float) -> str:
    if not written:
        return f"no {word}"
    try:
        outside = np.isfinite(float(written))
    except ValueError:
        outside = False
    return (
        f"{word} {written} is outside -{most:g} to {most:g}"
        if outside
        else f"{word} {written!r} is no number"
    )


def _within(numbers: NDArray[np.float64], limits: tuple[float, float]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (numbers >= limits[0]) & (numbers <= limits[1])
    return inside
