"""What the pages of figures are asked: period, unit and lines out of an address, and what may be chosen.

Before: the query string. After: `webmap.figures.views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from gis.errors import InputError
from gis.scores.by import By, Lines
from gis.scores.counting import Asked
from gis.scores.period import Period, days, month, read_period
from gis.settings import settings
from gis.staff.roles import Role

MONTHS_BACK = 24
QUARTERS_BACK = 8
YEARS_BACK = 3
OFFERED = {
    Role.GRID_MEMBER: (By.TOTAL, By.GRID, By.MEMBER),
    Role.BRANCH: (By.TOTAL, By.GRID, By.MEMBER, By.CATEGORY),
    Role.COMMANDER: (By.TOTAL, By.GRID, By.COMMUNITY, By.BRANCH, By.AGENCY, By.CATEGORY),
    Role.PLANNER: (By.TOTAL, By.GRID, By.COMMUNITY, By.BRANCH, By.AGENCY, By.CATEGORY),
    Role.AGENCY: (By.TOTAL, By.AGENCY, By.GRID, By.CATEGORY),
}
"""By what each role may part its figures; single members only for themselves and their branch."""


def asked(arguments: Mapping[str, str], now: datetime) -> Asked:
    """Read a request.

    Raises
    ------
    InputError
        When the period, the unit or the lines cannot be read.
    """
    local = now.astimezone(settings().time_zone)
    return Asked(
        _period(arguments, local),
        now,
        _one(By, arguments.get("by", ""), By.TOTAL),
        _one(Lines, arguments.get("lines", ""), Lines.THEN),
    )


def _period(arguments: Mapping[str, str], local: datetime) -> Period:
    zone = settings().time_zone
    first, last = arguments.get("from", ""), arguments.get("to", "")
    if first or last:
        try:
            return days(date.fromisoformat(first), date.fromisoformat(last), zone)
        except ValueError as fault:
            raise InputError(
                "请写明开始和结束两个日期，如 2026-01-31。 Give both dates, as 2026-01-31.", value=first[:20]
            ) from fault
    words = arguments.get("period", "")
    return read_period(words, zone) if words else month(local.year, local.month, zone)


def _one(kind: type[By] | type[Lines], word: str, otherwise: By | Lines):  # type: ignore[no-untyped-def]
    if not word:
        return otherwise
    if word not in set(kind):
        raise InputError(f"不认识“{word[:20]}”。 {word[:20]!r} is not known here; use {', '.join(kind)}.")
    return kind(word)


def periods(now: datetime) -> list[tuple[tuple[str, str], list[Period]]]:
    """Give the periods to choose from: months, quarters, years, the newest first."""
    zone = settings().time_zone
    local = now.astimezone(zone)
    months = [month(local.year, local.month - back, zone) for back in range(MONTHS_BACK)]
    quarters = list(dict.fromkeys(f"{one.first.year}-Q{(one.first.month + 2) // 3}" for one in months))
    years = [f"{local.year - back}" for back in range(YEARS_BACK)]
    return [
        (("月", "Months"), months),
        (("季度", "Quarters"), [read_period(words, zone) for words in quarters[:QUARTERS_BACK]]),
        (("年", "Years"), [read_period(words, zone) for words in years]),
    ]
