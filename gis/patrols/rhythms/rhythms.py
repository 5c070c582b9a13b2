"""How often each thing is to be seen, in which season: tables that a city edits.

Before: `rhythms.tables` gives a town's own rows; `data/codes/rhythms.csv` and `seasons.csv` stand in until it has some.
After: `due`, `week`. Of the rows that fit, the shortest rhythm of the season holds.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

from gis.errors import InputError

NEVER_SEEN = 2.0
"""How overdue a thing counts that was never seen, in its own rhythms."""
WHATS = {
    "section": ("路段", "sections"),
    "household": ("住户", "households"),
    "checkpoint": ("点位", "checkpoints"),
}
LONGEST_DAYS = 3660
DAY_OF_YEAR = re.compile(r"\d{2}-\d{2}")


@dataclass(frozen=True)
class Season:
    """A part of each year, first and last day included (`MM-DD`); it may run over the new year."""

    code: str
    first: str
    last: str
    zh: str
    en: str

    def holds(self, day: date) -> bool:
        """Say whether a day lies in it."""
        today = f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last


@dataclass(frozen=True)
class Rhythm:
    """One row: what it is for (`match` words, none for all), every how many days, in which season, if in one."""

    code: str
    what: str
    match: frozenset[str]
    days: float
    season: Season | None
    zh: str
    en: str

    def holds(self, marks: frozenset[str], day: date) -> bool:
        """Say whether it is for a thing with these marks on a day."""
        if self.match and not self.match & marks:
            return False
        return self.season is None or self.season.holds(day)


def read_seasons(rows: Iterable[dict[str, str]]) -> dict[str, Season]:
    """Read and check the table of seasons.

    Raises
    ------
    InputError
        A day that no year has.
    """
    found = {}
    for row in rows:
        for name in ("from", "to"):
            check_day(row[name], name)
        found[row["code"]] = Season(row["code"], row["from"], row["to"], row["name"], row["name_en"])
    return found


def check_day(words: str, field: str) -> None:
    """Check a day of the year; 02-29 is one.

    Raises
    ------
    InputError
    """
    try:
        if DAY_OF_YEAR.fullmatch(words):
            date.fromisoformat(f"2000-{words}")
            return
    except ValueError:
        pass
    raise InputError(f"{words[:10]!r} 不是月-日，应如 05-25。 Write the day as 05-25.", field=field)


def read_rhythms(rows: Iterable[dict[str, str]], seasons: dict[str, Season]) -> tuple[Rhythm, ...]:
    """Read and check the table.

    Raises
    ------
    InputError
        Days that are no number above 0, or a season that is not in its table.
    """
    return tuple(_read(row, seasons) for row in rows)


def _read(row: dict[str, str], seasons: dict[str, Season]) -> Rhythm:
    season = row["season"]
    if season and season not in seasons:
        raise InputError(
            f"没有季节{season}，请先登记。 The rhythm {row['code']!r} names the season {season!r}, which is not there.",
            field="season",
        )
    match = frozenset(row["match"].split())
    return Rhythm(
        row["code"],
        row["what"],
        match,
        checked_days(row["days"]),
        seasons.get(season),
        row["name"],
        row["name_en"],
    )


def checked_days(words: str) -> float:
    """Read every how many days; halves are allowed (3.5 is twice a week).

    Raises
    ------
    InputError
    """
    try:
        days = float(words)
    except ValueError:
        days = 0.0
    if not 0 < days <= LONGEST_DAYS:
        raise InputError(
            f"天数应大于 0，不超过 {LONGEST_DAYS}。 Days must be above 0, at most {LONGEST_DAYS}.",
            field="days",
        )
    return days


@lru_cache(maxsize=1)
def shipped() -> tuple[Rhythm, ...]:
    """Give the rhythms that stand in for a town's own."""
    return read_rhythms(shipped_rows("rhythms"), read_seasons(shipped_rows("seasons")))


def shipped_rows(name: str) -> list[dict[str, str]]:
    """Give the rows of `rhythms` or `seasons` as they are shipped."""
    return list(csv.DictReader(files("data.codes").joinpath(f"{name}.csv").read_text("utf-8").splitlines()))


def days_between(
    what: str, marks: Iterable[str], day: date, known: Sequence[Rhythm] | None = None
) -> float | None:
    """Give the days between two looks at a thing on a day, or None when no row is for it."""
    marked = frozenset(marks)
    rows = shipped() if known is None else known
    return min((one.days for one in rows if one.what == what and one.holds(marked, day)), default=None)


def overdue(days_since: float | None, days: float) -> float:
    """Say how due a thing is: 1 on its day, 2 a whole rhythm later; never seen counts as `NEVER_SEEN`."""
    return NEVER_SEEN if days_since is None else days_since / days
