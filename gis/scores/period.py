"""Spans of time that figures are made for: a month, a quarter, a year, or from one day to another.

Before: nothing (pure). After: `figures`. A period is `[start, end)` in the town's own time: the last day belongs to it
to its last instant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gis.errors import InputError

MONTHS = 12
QUARTER = 3
FIRST_YEAR, LAST_YEAR = 1949, 2999
FORM = re.compile(r"(\d{4})(?:-(?:(\d{1,2})|[Qq]([1-4])))?")
SPAN = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.|~|至)(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Period:
    """A span of days; `first` and `last` both belong to it."""

    first: date
    last: date
    zone: ZoneInfo
    name: str

    @property
    def start(self) -> datetime:
        """Give its first instant."""
        return datetime.combine(self.first, time(0), self.zone)

    @property
    def end(self) -> datetime:
        """Give the first instant after it."""
        return datetime.combine(self.last + timedelta(days=1), time(0), self.zone)

    @property
    def words(self) -> tuple[str, str]:
        """Say it in Chinese and English."""
        year, month = self.first.year, self.first.month
        if self.name == f"{year}":
            return f"{year}年", f"{year}"
        if self.name == f"{year}-{month:02d}":
            return f"{year}年{month}月", f"{self.first:%B} {year}"
        if "Q" in self.name:
            return f"{year}年第{'一二三四'[(month - 1) // QUARTER]}季度", f"quarter {self.name[-1]} of {year}"
        return (
            f"{self.first:%Y年%-m月%-d日}至{self.last:%Y年%-m月%-d日}",
            f"{self.first:%-d %B %Y} to {self.last:%-d %B %Y}",
        )


def month(year: int, number: int, zone: ZoneInfo) -> Period:
    """Give one month; numbers beyond 1 to 12 count on into other years."""
    years, index = divmod(number - 1, MONTHS)
    first = date(year + years, index + 1, 1)
    last = date(first.year + index // 11, (index + 1) % MONTHS + 1, 1) - timedelta(days=1)
    return Period(first, last, zone, f"{first:%Y-%m}")


def read_period(words: str, zone: ZoneInfo) -> Period:
    """Read `2026-10`, `2026-Q3`, `2026` or `2026-01-01..2026-03-15`.

    Raises
    ------
    InputError
        When it is none of these, or ends before it begins.
    """
    spans = SPAN.fullmatch(words.strip())
    found = FORM.fullmatch(words.strip())
    try:
        if spans:
            return days(date.fromisoformat(spans[1]), date.fromisoformat(spans[2]), zone)
        if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            return _named(int(found[1]), found[2], found[3], zone)
    except ValueError:
        pass
    raise InputError(
        "期间应写作 2026-10、2026-Q3、2026 或 2026-01-01..2026-03-15。"
        " Write the period as 2026-10, 2026-Q3, 2026 or 2026-01-01..2026-03-15.",
        period=words[:40],
    )


def days(first: date, last: date, zone: ZoneInfo) -> Period:
    """Give the span from one day to another, both in it.

    Raises
    ------
    InputError
        When it ends before it begins.
    """
    if last < first or not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        raise InputError(
            "期间的结束日早于开始日，或年份不对。 The period ends before it begins, or its year cannot be."
        )
    return Period(first, last, zone, f"{first}..{last}")


def _named(year: int, number: str | None, quarter: str | None, zone: ZoneInfo) -> Period:
    if number is not None:
        if not 1 <= int(number) <= MONTHS:
            raise ValueError(number)
        return month(year, int(number), zone)
    if quarter is not None:
        first = month(year, 3 * int(quarter) - 2, zone)
        return Period(first.first, month(year, 3 * int(quarter), zone).last, zone, f"{year}-Q{quarter}")
    return Period(date(year, 1, 1), date(year, 12, 31), zone, f"{year}")


def months_to(period: Period, count: int = MONTHS) -> list[Period]:
    """Give the months up to and with the one in which a period ends."""
    return [
        month(period.last.year, period.last.month - back, period.zone) for back in range(count - 1, -1, -1)
    ]
