"""The steps of a time slider: now, or the ends of the last months.

Before: a clock. After: `webmap.maps.themes`. Months are the town's own: they begin at midnight of its time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_MONTHS = 36
RECENT = timedelta(days=30)
"""What “lately” means without months."""


@dataclass(frozen=True)
class Step:
    """One step: its name in Chinese and English, where its span begins, and its end, at which things are counted."""

    zh: str
    en: str
    first: datetime
    last: datetime


def steps_of(now: datetime, months: int) -> list[Step]:
    """Give the steps up to now.

    Parameters
    ----------
    now : datetime
        Aware, in the town's time zone.
    months : int
        How many months, this one included; 0 gives one step, the last 30 days up to now.

    Returns
    -------
    list of Step
        By time. The last one ends now; the others at the first instant of the next month.
    """
    if months == 0:
        return [Step("现在", "now", now - RECENT, now)]
    firsts = [_first_of(now, back) for back in range(months - 1, -1, -1)]
    lasts = [*firsts[1:], now]
    return [
        Step(f"{first.year}年{first.month}月", f"{first:%b %Y}", first, last)
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _first_of(now: datetime, back: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 - back, 12)
    return now.replace(year=year, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
