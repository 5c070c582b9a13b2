"""How often each thing is to be seen: a table that a city edits (`data/codes/rhythms.csv`), with its seasons.

Before: nothing. After: `due`, `week`. Of the rows that fit, the shortest rhythm of the season holds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

from gis.errors import InputError

NEVER_SEEN = 2.0
"""How overdue a thing counts that was never seen, in its own rhythms."""


@dataclass(frozen=True)
class Rhythm:
    """One row: what it is for (`match` words, none for all), every how many days, in which season (`MM-DD`)."""

    code: str
    what: str
    match: frozenset[str]
    days: float
    first: str
    last: str
    zh: str
    en: str

    def holds(self, marks: frozenset[str], day: date) -> bool:
        """Say whether it is for a thing with these marks on a day; a season may run over the new year."""
        if self.match and not self.match & marks:
            return False
        if not self.first:
            return True
        today = f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last


def read_rhythms(rows: Iterable[dict[str, str]]) -> tuple[Rhythm, ...]:
    """Read and check the table.

    Raises
    ------
    InputError
        Days that are no number above 0, or half a season.
    """
    return tuple(_read(row) for row in rows)


def _read(row: dict[str, str]) -> Rhythm:
    try:
        days = float(row["days"])
    except ValueError:
        days = 0.0
    if not 0 < days < 4000 or bool(row["from"]) != bool(row["to"]):  # noqa: PLR2004
        raise InputError(
            f"The rhythm {row['code']!r} needs days above 0, and a season with both ends or none."
        )
    match = frozenset(row["match"].split())
    return Rhythm(row["code"], row["what"], match, days, row["from"], row["to"], row["name"], row["name_en"])


@lru_cache(maxsize=1)
def rhythms() -> tuple[Rhythm, ...]:
    """Give the town's rhythms."""
    table = files("data.codes").joinpath("rhythms.csv").read_text("utf-8")
    return read_rhythms(csv.DictReader(table.splitlines()))


def days_between(what: str, marks: Iterable[str], day: date) -> float | None:
    """Give the days between two looks at a thing on a day, or None when no row is for it."""
    known = frozenset(marks)
    return min((one.days for one in rhythms() if one.what == what and one.holds(known, day)), default=None)


def overdue(days_since: float | None, days: float) -> float:
    """Say how due a thing is: 1 on its day, 2 a whole rhythm later; never seen counts as `NEVER_SEEN`."""
    return NEVER_SEEN if days_since is None else days_since / days
