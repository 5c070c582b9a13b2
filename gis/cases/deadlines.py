"""The arithmetic of limits: from an instant and a limit to the instant it is due, with every part written down.

Before: nothing (pure). After: `cases.clock_book` keeps a case's clocks, `cases.sums` says the parts in words. Four
units (`data/codes`): UH 紧急工作时 runs always; WH 工作时 runs 08-12 and 14-18 of workdays; WD 工作日 ends at the same
clock time on the Nth workday after the day of the start; ND 自然日 is 24 hours. A day differs from its weekday when the
calendar says so (holiday, make-up workday). What lies in a pause is not counted, each unit in its own way: hours stand
still, a workday does not count when its clock time falls into the pause.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from gis.errors import InputError

SATURDAY = 5
LONGEST = 36_600
"""Days that are looked through at most."""


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

    `days` maps a day to whether it is worked, `names` to what it is called. The list speaks for the days from
    `known_from` to `known_until`; a deadline that leans on others is provisional.
    """

    days: Mapping[date, bool]
    known_until: date | None = None
    known_from: date | None = None
    names: Mapping[date, str] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        """Say whether a day is a workday."""
        return self.days.get(day, day.weekday() < SATURDAY)

    def speaks_for(self, first: date, last: date) -> bool:
        """Say whether all days from one to another are known."""
        return (self.known_from is None or self.known_from <= first) and (
            self.known_until is None or last <= self.known_until
        )


@dataclass(frozen=True)
class Pause:
    """A span `[start, end)` that does not count; both aware."""

    start: datetime
    end: datetime


def settled_span(years: Collection[int]) -> tuple[date, date]:
    """Give the first and last day of the years that are known without a gap, from the first one on."""
    if not years:
        return date(1, 1, 2), date(1, 1, 1)
    last = min(years)
    while last + 1 in years:
        last += 1
    return date(min(years), 1, 1), date(last, 12, 31)


class Kind(StrEnum):
    """What one part of the arithmetic is."""

    SPAN = "span"
    """Counted seconds, from `start` on."""
    DAYS = "days"
    """Counted workdays, from the day of `start` to that of `end`."""
    MAKE_UP = "make_up"
    """One counted workday on a weekend."""
    HOLIDAY = "holiday"
    """Days that do not count, from `start` to `end`."""
    PAUSED = "paused"
    """A pause: nothing counts from `start` to `end`."""


@dataclass(frozen=True)
class Part:
    """One line of the arithmetic: `amount` is seconds of a SPAN, workdays of DAYS and MAKE_UP, else 0."""

    kind: Kind
    start: datetime
    end: datetime
    amount: int = 0
    note: str = ""

    @property
    def told(self) -> dict[str, object]:
        """Give it as it is kept in the database."""
        said: dict[str, object] = {
            "kind": self.kind,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
        }
        return said | {"amount": self.amount} | ({"note": self.note} if self.note else {})


@dataclass(frozen=True)
class Deadline:
    """When it is due, how that was reckoned, and whether it leans on days that the calendar does not know yet."""

    start: datetime
    due_at: datetime
    limit: Limit
    parts: tuple[Part, ...]
    provisional: bool


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
            f"时限“{words[:40]}”看不懂，请写成“3工作日”“2紧急工作时”“4工作时”或“7自然日”。"
            f" The limit {words[:40]!r} is not a number and one of UH, WH, WD, ND.",
            limit=words[:40],
        )
    return Limit(int(found[1]), names[found[2]])


def due(start: datetime, limit: Limit, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Deadline:
    """Reckon when a limit that starts at an instant ends.

    Parameters
    ----------
    start : datetime
        Aware, in the town's own time zone: working hours are local hours.
    limit : Limit
    calendar : Calendar
    pauses : sequence of Pause
        Apart from each other. What would be due on the first instant of a pause is due there.

    Returns
    -------
    Deadline
        In the zone of `start`, never inside a pause; the counted parts sum to the limit.
    """
    standing = [pause for pause in sorted(pauses, key=lambda one: one.start) if pause.end > start]
    if limit.unit is Unit.WORK_DAY:
        end, parts = _work_days(start, limit.value, calendar, standing)
    elif limit.unit is Unit.WORK_HOUR:
        end, parts = _work_hours(start, limit.value, calendar, standing)
    else:
        hours = limit.value * (24 if limit.unit is Unit.NATURAL_DAY else 1)
        end, parts = _plain(start, timedelta(hours=hours), standing)
    leans = limit.unit in {Unit.WORK_DAY, Unit.WORK_HOUR}
    provisional = leans and not calendar.speaks_for(start.date(), end.date())
    return Deadline(start, end, limit, tuple(parts), provisional)


def _plain(start: datetime, left: timedelta, pauses: Sequence[Pause]) -> tuple[datetime, list[Part]]:
    """Add elapsed time around the pauses; in a zone with summer time the wall clock may shift, the span does not."""
    zone, at, parts = start.tzinfo, start.astimezone(UTC), []
    for pause in pauses:
        begin = max(pause.start.astimezone(UTC), at)
        if at + left <= begin:
            break
        if begin > at:
            parts.append(_span(at.astimezone(zone), begin.astimezone(zone), begin - at))
        left -= begin - at
        at = pause.end.astimezone(UTC)
        parts.append(Part(Kind.PAUSED, begin.astimezone(zone), at.astimezone(zone)))
    end = (at + left).astimezone(zone)
    return end, [*parts, _span(at.astimezone(zone), end, left)]


def _span(start: datetime, end: datetime, length: timedelta, note: str = "") -> Part:
    return Part(Kind.SPAN, start, end, round(length.total_seconds()), note)


def _work_days(
    start: datetime, count: int, calendar: Calendar, pauses: Sequence[Pause]
) -> tuple[datetime, list[Part]]:
    """Count N workdays after the day of the start; the clock time stays."""
    parts: list[Part] = []
    day, left = start.date(), count
    for _ in range(LONGEST):
        day += timedelta(days=1)
        at = datetime.combine(day, start.timetz())
        listed = calendar.names.get(day, "")
        if calendar.works(day):
            if any(pause.start <= at < pause.end for pause in pauses):
                _add(parts, Kind.PAUSED, at)
                continue
            left -= 1
            _add(parts, Kind.MAKE_UP if day in calendar.days else Kind.DAYS, at, 1, listed)
        elif day in calendar.days:
            _add(parts, Kind.HOLIDAY, at, 0, listed)
        if left == 0:
            return at, parts
    raise InputError(f"{count} 个工作日超出了日历。 {count} workdays reach beyond the calendar.", limit=count)


def _add(parts: list[Part], kind: Kind, at: datetime, amount: int = 0, note: str = "") -> None:
    """Add one day, to the line before when it says the same."""
    last = parts[-1] if parts else None
    if last is not None and last.kind is kind and last.note == note and kind is not Kind.MAKE_UP:
        parts[-1] = Part(kind, last.start, at, last.amount + amount, note)
    else:
        parts.append(Part(kind, at, at, amount, note))


def _work_hours(
    start: datetime, hours: int, calendar: Calendar, pauses: Sequence[Pause]
) -> tuple[datetime, list[Part]]:
    """Fill the hours from the working spans of each workday, leaving out what lies in a pause."""
    left, day = timedelta(hours=hours), start.date()
    parts: list[Part] = []
    for _ in range(LONGEST):
        for begin, end in _working(day, start, calendar, pauses):
            used = min(left, end - begin)
            parts.append(_counted(begin, begin + used, used, calendar))
            left -= used
            if not left:
                return begin + used, _with_pauses(parts, pauses)
        if day in calendar.days and not calendar.works(day):
            _add(
                parts,
                Kind.HOLIDAY,
                datetime.combine(day, time(), start.tzinfo),
                0,
                calendar.names.get(day, ""),
            )
        day += timedelta(days=1)
    raise InputError(
        f"{hours} 个工作时超出了日历。 {hours} work hours reach beyond the calendar.", limit=hours
    )


def _working(
    day: date, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> list[tuple[datetime, datetime]]:
    """Give the working spans of a day after the start, cut where a pause lies."""
    spans = []
    for opens, closes in WORKING_HOURS if calendar.works(day) else ():
        begin = max(start, datetime.combine(day, opens, start.tzinfo))
        end = datetime.combine(day, closes, start.tzinfo)
        for pause in pauses:
            if pause.end <= begin or end <= pause.start:
                continue
            if begin < pause.start:
                spans.append((begin, pause.start.astimezone(start.tzinfo)))
            begin = max(begin, pause.end.astimezone(start.tzinfo))
        if begin < end:
            spans.append((begin, end))
    return spans


def _counted(begin: datetime, end: datetime, used: timedelta, calendar: Calendar) -> Part:
    """Give a working span as one line; on a make-up workday it says so."""
    day = begin.date()
    return _span(begin, end, used, (calendar.names.get(day) or "调休上班") if day in calendar.days else "")


def _with_pauses(parts: list[Part], pauses: Sequence[Pause]) -> list[Part]:
    """Put the pauses that came before the end into their place."""
    zone = parts[-1].end.tzinfo
    shown = [
        Part(Kind.PAUSED, pause.start.astimezone(zone), pause.end.astimezone(zone))
        for pause in pauses
        if pause.start < parts[-1].end
    ]
    return sorted([*parts, *shown], key=lambda part: part.start) if shown else parts
