"""The arithmetic of limits: from an instant and a limit to the instant it is due, with every part written down.

Before: nothing (pure). After: `cases.assign` sets the deadline of a case. Four units (`data/codes`): UH 紧急工作时 runs
always; WH 工作时 runs 08-12 and 14-18 of workdays; WD 工作日 ends at the same clock time on the Nth workday after;
ND 自然日 is 24 hours. A day differs from its weekday when the calendar says so (holiday, make-up workday).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from gis.errors import InputError

SATURDAY = 5
LONGEST = 3660


class Unit(StrEnum):
    """The four units of a limit."""

    URGENT_HOUR = "UH"
    WORK_HOUR = "WH"
    WORK_DAY = "WD"
    NATURAL_DAY = "ND"


UNIT_WORDS = {
    Unit.URGENT_HOUR: "紧急工作时",
    Unit.WORK_HOUR: "工作时",
    Unit.WORK_DAY: "工作日",
    Unit.NATURAL_DAY: "自然日",
}
WORKING_HOURS = ((time(8), time(12)), (time(14), time(18)))


@dataclass(frozen=True)
class Limit:
    """A number of units, such as 3 工作日."""

    value: int
    unit: Unit

    def __str__(self) -> str:
        """Say it as people do."""
        return f"{self.value}{UNIT_WORDS[self.unit]}"


@dataclass(frozen=True)
class Calendar:
    """Which days are workdays: the weekday's rule, but for the days listed.

    `days` maps a day to whether it is worked. `known_until` is the last day the list speaks for; a deadline beyond it
    is provisional.
    """

    days: Mapping[date, bool]
    known_until: date | None = None

    def works(self, day: date) -> bool:
        """Say whether a day is a workday."""
        return self.days.get(day, day.weekday() < SATURDAY)


@dataclass(frozen=True)
class Deadline:
    """When it is due, how that was reckoned, and whether the calendar reaches that far."""

    start: datetime
    due_at: datetime
    limit: Limit
    arithmetic: tuple[str, ...]
    provisional: bool

    @property
    def told(self) -> dict[str, object]:
        """Give all of it as it is kept beside a case."""
        return {
            "limit": str(self.limit),
            "from": self.start.isoformat(),
            "due": self.due_at.isoformat(),
            "arithmetic": list(self.arithmetic),
            "provisional": self.provisional,
        }


def read_limit(words: str) -> Limit:
    """Read a limit such as `3工作日`, `2 紧急工作时`, `24WH`.

    Raises
    ------
    InputError
        When it is not a whole number followed by one of the four units.
    """
    found = re.fullmatch(r"\s*(\d{1,4})\s*(\S+)\s*", words)
    names = {word: unit for unit, word in UNIT_WORDS.items()} | {str(unit): unit for unit in Unit}
    if found is None or found[2] not in names or int(found[1]) == 0:
        raise InputError(
            f"时限“{words}”看不懂，请写成“3工作日”“2紧急工作时”“4工作时”或“7自然日”。"
            f" The limit {words!r} is not a number and one of UH, WH, WD, ND.",
            limit=words,
        )
    return Limit(int(found[1]), names[found[2]])


def due(start: datetime, limit: Limit, calendar: Calendar) -> Deadline:
    """Reckon when a limit that starts at an instant ends.

    Parameters
    ----------
    start : datetime
        Aware, in the town's own time zone: working hours are local hours.
    limit : Limit
    calendar : Calendar

    Returns
    -------
    Deadline
        In the zone of `start`.
    """
    if limit.unit is Unit.URGENT_HOUR:
        end = _plain(start, timedelta(hours=limit.value))
        parts = [f"{_says(start)} 起连续计 {limit.value} 小时"]
    elif limit.unit is Unit.NATURAL_DAY:
        end = _plain(start, timedelta(days=limit.value))
        parts = [f"{_says(start)} 起 {limit.value} 个自然日"]
    elif limit.unit is Unit.WORK_DAY:
        end, parts = _work_days(start, limit.value, calendar)
    else:
        end, parts = _work_hours(start, limit.value, calendar)
    provisional = calendar.known_until is not None and end.date() > calendar.known_until
    return Deadline(start, end, limit, (*parts, f"到期 {_says(end)}"), provisional)


def _plain(start: datetime, span: timedelta) -> datetime:
    """Add elapsed time; in a zone with summer time the wall clock may shift, the span does not."""
    return (start.astimezone(UTC) + span).astimezone(start.tzinfo)


def _work_days(start: datetime, count: int, calendar: Calendar) -> tuple[datetime, list[str]]:
    """Count N workdays after the day of the start; the clock time stays."""
    parts = [f"{_says(start)} 起，从下一个工作日数 {count} 天"]
    day = start.date()
    left = count
    for _ in range(LONGEST):
        day += timedelta(days=1)
        if calendar.works(day):
            left -= 1
            if day in calendar.days:
                parts.append(f"{day:%-m月%-d日} 调休上班，计入")
        elif day in calendar.days:
            parts.append(f"{day:%-m月%-d日} 放假，不计")
        if left == 0:
            return datetime.combine(day, start.timetz()), parts
    raise InputError(f"{count} 个工作日超出了日历。 {count} workdays reach beyond the calendar.", limit=count)


def _work_hours(start: datetime, hours: int, calendar: Calendar) -> tuple[datetime, list[str]]:
    """Fill the hours from the working spans of each workday."""
    left = timedelta(hours=hours)
    parts: list[str] = []
    day = start.date()
    for _ in range(LONGEST):
        for opens, closes in WORKING_HOURS if calendar.works(day) else ():
            begin = max(start, datetime.combine(day, opens, start.tzinfo))
            end = datetime.combine(day, closes, start.tzinfo)
            if begin >= end:
                continue
            used = min(left, end - begin)
            parts.append(f"{_says(begin)} 起计 {_span(used)}")
            left -= used
            if not left:
                return begin + used, parts
        day += timedelta(days=1)
    raise InputError(
        f"{hours} 个工作时超出了日历。 {hours} work hours reach beyond the calendar.", limit=hours
    )


def _says(at: datetime) -> str:
    return f"{at:%-m月%-d日}（周{'一二三四五六日'[at.weekday()]}）{at:%-H:%M}"


def _span(span: timedelta) -> str:
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    words = ([f"{hours} 小时"] if hours else []) + ([f"{minutes} 分"] if minutes else [])
    return " ".join(words) or "0 分"
