"""The columns a kind of file has: names people use for them, how a cell is read, what must be there.

Before: `cells`, `faults`. After: each room's loaders declare their columns; `gis.loading` runs the check.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from gis.errors import InputError
from gis.files import cells
from gis.files.faults import Faults

GEOMETRY = "geometry"


@dataclass(frozen=True)
class Column:
    """One column of a kind of file.

    Attributes
    ----------
    name : str
        Its name in our tables, always understood as a heading.
    aliases : tuple of str
        Other headings for it, Chinese and English.
    read : Reader
        From a cell's text to its value.
    required : bool
        A file without this column cannot be used.
    filled : bool
        An empty cell is a fault.
    empty : object
        What an empty cell, or an absent column, means otherwise.
    secret : bool
        Its values never appear in a fault table.
    """

    name: str
    aliases: tuple[str, ...] = ()
    read: cells.Reader = cells.text()  # noqa: RUF009 - a function made once, without state
    required: bool = False
    filled: bool = False
    empty: Any = ""
    secret: bool = False


def named(
    name: str, *aliases: str, read: cells.Reader | None = None, empty: Any = "", secret: bool = False
) -> Column:
    """Declare a column that may be absent, with empty cells."""
    return Column(name, aliases, read or cells.text(), empty=empty, secret=secret)


def needed(name: str, *aliases: str, read: cells.Reader | None = None) -> Column:
    """Declare a column that must be there, every cell filled."""
    return Column(name, aliases, read or cells.text(), required=True, filled=True)


def plain(heading: str) -> str:
    """Reduce a heading to what matters: `Building Code ` and `building_code` are one."""
    folded = unicodedata.normalize("NFKC", heading).strip().lower()
    return re.sub(r"[\s_\-]+|\(.*?\)", "", folded)


def take(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    given: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Find the columns of a file by their headings.

    Parameters
    ----------
    frame : DataFrame
        Cells as text, headings as in the file; may have a `geometry` column.
    columns : sequence of Column
        What is looked for.
    given : mapping, optional
        Column name to the file's heading, where the user says so.
    fixed : mapping, optional
        Column name to one value for all rows.

    Returns
    -------
    DataFrame
        The same rows with our column names; absent columns hold empty text.

    Raises
    ------
    InputError
        A required column is missing, or the user names a column that there is not.
    """
    given, fixed = dict(given or {}), dict(fixed or {})
    known = [column.name for column in columns]
    for name in [*given, *fixed]:
        if name not in known:
            raise InputError(
                f"There is no field {name!r} here; the fields are {', '.join(known)}.", field=name
            )
    headings = {plain(str(heading)): str(heading) for heading in reversed(list(frame.columns))}
    found: dict[str, Any] = {}
    missing = []
    for column in columns:
        heading = _heading(column, given, headings, frame)
        if column.name in fixed:
            found[column.name] = pd.Series(fixed[column.name], index=frame.index, dtype=object)
        elif heading is not None:
            found[column.name] = frame[heading]
        elif column.required:
            missing.append(column)
        else:
            found[column.name] = pd.Series("", index=frame.index, dtype=object)
    _refuse(missing, frame)
    if GEOMETRY in frame:
        found[GEOMETRY] = frame[GEOMETRY]
    return pd.DataFrame(found, index=frame.index)


def _heading(
    column: Column, given: Mapping[str, str], headings: Mapping[str, str], frame: pd.DataFrame
) -> str | None:
    if column.name in given:
        if given[column.name] not in frame:
            raise InputError(
                f"The file has no column {given[column.name]!r}; it has {_listed(frame)}.", field=column.name
            )
        return given[column.name]
    for name in (column.name, *column.aliases):
        if plain(name) in headings:
            return headings[plain(name)]
    return None


def _refuse(missing: Sequence[Column], frame: pd.DataFrame) -> None:
    if not missing:
        return
    names = ", ".join("/".join((column.name, *column.aliases[:1])) for column in missing)
    first = missing[0].name
    raise InputError(
        f"The file has no column {names} (缺少列); it has {_listed(frame)}. "
        f"Name it with --map {first}=COLUMN, or give one value for all rows with --set {first}=VALUE.",
        missing=[column.name for column in missing],
    )


def _listed(frame: pd.DataFrame) -> str:
    names = [str(name)[:40] for name in frame.columns if name != GEOMETRY]
    return ", ".join(names[:30]) or "none"


def read_cells(frame: pd.DataFrame, columns: Sequence[Column], zone: ZoneInfo) -> tuple[pd.DataFrame, Faults]:
    """Read every cell of every column.

    Returns
    -------
    DataFrame
        The values (as objects), same rows; a cell that cannot be read holds what an empty one means.
    Faults
        One for each cell that cannot be read or must not be empty.
    """
    faults = Faults()
    values = {column.name: _read_column(frame[column.name], column, zone, faults) for column in columns}
    if GEOMETRY in frame:
        values[GEOMETRY] = frame[GEOMETRY]
    return pd.DataFrame(values, index=frame.index), faults


def _read_column(given: pd.Series[Any], column: Column, zone: ZoneInfo, faults: Faults) -> pd.Series[Any]:
    """Read each different text of a column once; most columns repeat themselves."""
    stripped = given.astype(object).map(lambda cell: str(cell).strip())
    positions, texts = pd.factorize(stripped)
    values: list[Any] = []
    for number, text in enumerate(texts):
        value, why = _read_one(text, column, zone)
        values.append(value)
        if why:
            shown = "***" if column.secret else text
            for row in given.index[positions == number]:
                faults.add(int(row), column.name, shown, why.zh, why.en)
    table = pd.Series(values, dtype=object).to_numpy()
    return pd.Series(table[positions] if len(table) else [], index=given.index, dtype=object)


def _read_one(text: str, column: Column, zone: ZoneInfo) -> tuple[Any, cells.CellError | None]:
    if text == "":
        why = cells.CellError("不能为空", "this must not be empty") if column.filled else None
        return column.empty, why
    try:
        value = column.read(text)
    except cells.CellError as why:
        return column.empty, why
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value, None
