"""A mapping: how a foreign file says what ours say; its columns, its way to write times, its words.

Before: `tables` (text cells under the file's own headings). After: `columns`. One small TOML file a source, so that a
file of another system is loaded with one command again and again. Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from gis.errors import InputError

PLACE = re.compile(r"\{([^{}]+)\}")
PARTS = ("columns", "values", "set", "times", "crs", "anywhere", "source")


@dataclass(frozen=True)
class FileMapping:
    """What a mapping file says.

    Attributes
    ----------
    columns : mapping
        Our field to the file's column, or to words with columns in braces: `"{REASON}: {TYPE}"`.
    values : mapping
        Our field to the words of the file and what each means here; words not listed stay.
    fixed : mapping
        Our field to one value for all rows.
    time_fields, time_format, time_zone
        Which of our fields are times, how they are written (as for `strptime`), in which zone's wall clock.
    crs : str
        The coordinate system of longitude and latitude.
    anywhere : bool
        The place need not lie in China.
    source : str
        Where the rows come from.
    """

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    time_fields: tuple[str, ...] = ()
    time_format: str = ""
    time_zone: ZoneInfo | None = None
    crs: str = "wgs84"
    anywhere: bool = False
    source: str = ""


def read_mapping(path: Path) -> FileMapping:
    """Read a mapping file.

    Raises
    ------
    InputError
        It is absent, no TOML, or says something that is not understood.
    """
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{path.name} is no TOML: {fault}.") from fault
    unknown = [name for name in given if name not in PARTS]
    if unknown:
        raise InputError(f"{path.name} says {unknown[0]!r}; a mapping has {', '.join(PARTS)}.")
    times = given.get("times", {})
    return FileMapping(
        columns=_texts(path, "columns", given.get("columns", {})),
        values={
            name: _texts(path, f"values.{name}", words) for name, words in given.get("values", {}).items()
        },
        fixed=_texts(path, "set", given.get("set", {})),
        time_fields=tuple(str(name) for name in times.get("fields", ())),
        time_format=str(times.get("format", "")),
        time_zone=_zone(path, times.get("zone")),
        crs=str(given.get("crs", "wgs84")),
        anywhere=given.get("anywhere", False) is True,
        source=str(given.get("source", "")),
    )


def _texts(path: Path, part: str, given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise InputError(f'{path.name}: [{part}] holds lines such as field = "words".')
    return {str(name): str(value) for name, value in given.items()}


def _zone(path: Path, name: Any) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise InputError(f"{path.name}: {name!r} is no time zone, such as Asia/Shanghai.") from fault


def apply(frame: pd.DataFrame, mapping: FileMapping) -> pd.DataFrame:
    """Say a foreign file in our words.

    Parameters
    ----------
    frame : DataFrame
        Text cells under the file's headings.
    mapping : FileMapping

    Returns
    -------
    DataFrame
        The same rows under the names of our fields; times in ISO 8601 with an offset, where they could be read;
        what could not is left as it was, so that the check of the cells names it.

    Raises
    ------
    InputError
        The file lacks a column that the mapping names.
    """
    told: dict[str, Any] = {}
    for name, words in mapping.columns.items():
        told[name] = _column(frame, words)
    for name, known in mapping.values.items():
        if name in told:
            told[name] = told[name].map(lambda cell, known=known: known.get(cell, cell))
    for name in mapping.time_fields:
        if name in told:
            told[name] = instants(told[name], mapping.time_format, mapping.time_zone)
    for name, value in mapping.fixed.items():
        told[name] = pd.Series(value, index=frame.index, dtype=object)
    return pd.DataFrame(told, index=frame.index)


def _column(frame: pd.DataFrame, words: str) -> pd.Series[Any]:
    """Give one column of the file, or several put into a sentence."""
    if words in frame:
        return frame[words].astype(object)
    pieces = PLACE.split(words)
    missing = [name for name in (pieces[1::2] or [words]) if name not in frame]
    if missing:
        listed = ", ".join(str(name)[:40] for name in list(frame.columns)[:30])
        raise InputError(f"The file has no column {missing[0]!r}; it has {listed}.", column=missing[0])
    put = pd.Series(pieces[0], index=frame.index, dtype=object)
    for name, after in zip(pieces[1::2], pieces[2::2], strict=True):
        put = put + frame[name].astype(object) + after
    return put


def instants(cells: pd.Series[Any], written: str, zone: ZoneInfo | None) -> pd.Series[Any]:
    """Turn wall-clock times into instants, in the order the wall clock has them.

    Notes
    -----
    Two times compare as their wall clocks do, on the days of summer time too: an hour that the clock shows twice is
    its first passing, and a time the clock jumps over is the last instant before the jump (a deadline reckoned as
    "so many days later at the same hour" can fall there), so that no tie is made where there is none.
    """
    walls = pd.to_datetime(cells.where(cells != "", None), format=written or None, errors="coerce")
    if zone is not None:
        first = np.ones(len(walls), bool)
        walls = walls.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_backward")
        walls = walls.dt.tz_convert("UTC")
    shown = walls.dt.strftime("%Y-%m-%dT%H:%M:%S.%f" + ("+00:00" if zone else ""))
    return cells.where(walls.isna(), shown).astype(object)
