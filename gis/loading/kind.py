"""What a kind of file is (its columns, shape, references, writer) and what a load is told and tells.

Before: `files.columns`. After: each room's `load*.py` declares its kinds; `loading.load` runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy.orm import Session

from gis.files.columns import Column
from gis.files.faults import Faults
from gis.files.shapes import Shape

Say = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """Say nothing about progress."""
    del what, done, total


@dataclass(frozen=True)
class Context:
    """What a load is told.

    Attributes
    ----------
    now, valid_from : datetime
        The instant of loading, and from when what has versions is to be true. Aware.
    zone : ZoneInfo
        Of times without an offset.
    source : str
        Where the rows come from, kept beside them.
    anywhere : bool
        The place need not lie in China.
    end_missing : bool
        What the file no longer has, in the areas it speaks of, ends on `valid_from`.
    say : callable
        Told the step, how much is done, of how much.
    """

    now: datetime
    valid_from: datetime
    zone: ZoneInfo
    source: str = ""
    anywhere: bool = False
    end_missing: bool = False
    say: Say = silent


@dataclass(frozen=True)
class Counts:
    """What a load did with the rows it took."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.ended + other.ended,
        )


@dataclass(frozen=True)
class Reference:
    """A column that holds the code of something loaded before; adds `<column without _code>_id`."""

    column: str
    table: str
    zh: str

    @property
    def id_column(self) -> str:
        """The name of the column of ids."""
        return self.column.removesuffix("_code") + "_id"


Known = Mapping[str, Mapping[str, int]]
"""Table to code to id."""

Check = Callable[[Session, pd.DataFrame, Context], Faults]
Write = Callable[[Session, pd.DataFrame, Context], Counts]


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    name : str
        As in `wangge load NAME`.
    columns : tuple of Column
        What it holds.
    write : callable
        Writes checked rows, set by set; rows have a value in every column, ids of references, geometry.
    key : tuple of str
        Columns no two rows may share.
    shape : Shape, optional
        The geometry it brings; with the columns `lon` and `lat`, points come from these where the file is
        a table.
    shape_optional : bool
        A row may be without a shape.
    references : tuple of Reference
        Columns with codes of things loaded before.
    check : callable, optional
        Further checks of rows that are right one by one.
    settles : bool
        After it, homes and names are made anew.
    """

    name: str
    columns: tuple[Column, ...]
    write: Write
    key: tuple[str, ...] = ()
    shape: Shape | None = None
    shape_optional: bool = False
    references: tuple[Reference, ...] = ()
    check: Check | None = None
    settles: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a load tells: how many rows there were, what was done, what was wrong."""

    rows: int
    counts: Counts
    faults: Faults
    written: bool
    detail: Mapping[str, Any] = field(default_factory=dict)
