"""A plan for a week: each thing in its own rhythm, no day heavy, one call at a door for all its duties.

Before: `rhythms`, `due`. After: the page of the week. Pure: what is due on which days follows from the day it was last
done; it is put on the lightest of the days that keep its rhythm, then single things move from the heaviest day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from gis.errors import InputError

MOST_MOVES = 500
APART_DAYS = 2


@dataclass(frozen=True)
class Duty:
    """One duty at one place: `place` names the door or section, `days` its rhythm, `weekdays` when it can be done."""

    place: str
    name: str
    days: float
    minutes: float
    last: date | None = None
    weekdays: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True)
class Call:
    """One going there: all duties of a place together."""

    place: str
    duties: tuple[str, ...]
    minutes: float


@dataclass(frozen=True)
class Week:
    """Calls by day; `unplaced` are places that no working day allows."""

    days: dict[date, list[Call]] = field(default_factory=dict)
    unplaced: tuple[str, ...] = ()

    def minutes(self, day: date) -> float:
        """Give the minutes of a day."""
        return sum(call.minutes for call in self.days[day])


def joined(duties: Iterable[Duty]) -> list[Duty]:
    """Make one duty of all at a place: the shortest rhythm, the days that suit all, each duty's name once.

    Minutes are those of the longest, since one call serves all.
    """
    places: dict[str, list[Duty]] = {}
    for duty in duties:
        places.setdefault(duty.place, []).append(duty)
    return [_one(place, sorted(group, key=lambda one: one.name)) for place, group in sorted(places.items())]


def _one(place: str, group: Sequence[Duty]) -> Duty:
    if any(duty.days <= 0 for duty in group):
        raise InputError(f"The rhythm of {place} must be above 0 days.")
    weekdays = frozenset.intersection(*(duty.weekdays for duty in group))
    lasts = [duty.last for duty in group]
    last = None if None in lasts else min(one for one in lasts if one is not None)
    names = "、".join(dict.fromkeys(duty.name for duty in group))
    shortest = min(duty.days for duty in group)
    return Duty(place, names, shortest, max(duty.minutes for duty in group), last, weekdays)


def plan_week(duties: Iterable[Duty], working: Sequence[date]) -> Week:
    """Spread what is due over the working days of a week.

    Parameters
    ----------
    working : sequence of date
        The days on which somebody works, in order.

    Returns
    -------
    Week
        Each place as often as its rhythm asks: daily on every day that suits it, twice a week on two days at least
        two apart where the days allow, less often once when its day has come.
    """
    days = sorted(working)
    week = Week({day: [] for day in days})
    unplaced = []
    for duty in sorted(joined(duties), key=lambda one: (-times_due(one, days), -one.minutes, one.place)):
        count = times_due(duty, days)
        open_days = [day for day in days if day.weekday() in duty.weekdays]
        if count and not open_days:
            unplaced.append(duty.place)
        for day in _lightest(week, open_days, min(count, len(open_days))):
            week.days[day].append(Call(duty.place, tuple(duty.name.split("、")), duty.minutes))
    _even(week, {duty.place: duty for duty in joined(duties)})
    return Week(week.days, tuple(unplaced))


def times_due(duty: Duty, days: Sequence[date]) -> int:
    """Say how often a duty is due in a span of days that begins with the first and ends with the last of them."""
    if not days:
        return 0
    first, last = days[0], days[-1]
    span = (last - first).days + 1
    due = first if duty.last is None else max(first, duty.last + timedelta(days=duty.days))
    if due > last:
        return 0
    return min(len(days), max(1, round((span - (due - first).days) / duty.days)))


def _lightest(week: Week, days: Sequence[date], count: int) -> list[date]:
    """Choose days: the lightest first, those next to a chosen one only when no other is left."""
    chosen: list[date] = []
    while len(chosen) < count:
        free = [day for day in days if day not in chosen]
        apart = [day for day in free if all(abs((day - one).days) >= APART_DAYS for one in chosen)]
        chosen.append(min(apart or free, key=lambda day: (week.minutes(day), day)))
    return chosen


def _even(week: Week, known: dict[str, Duty]) -> None:
    """Move single calls from heavier days to lighter ones as long as the heavier gets lighter than before."""
    for _ in range(MOST_MOVES):
        if not _moved(week, known):
            return


def _moved(week: Week, known: dict[str, Duty]) -> bool:
    order = sorted(week.days, key=lambda day: (-week.minutes(day), day))
    for heavy in order[:1]:
        for light in reversed(order):
            gap = week.minutes(heavy) - week.minutes(light)
            for call in sorted(week.days[heavy], key=lambda one: -one.minutes):
                if call.minutes < gap and _may(week, known[call.place], heavy, light):
                    week.days[heavy].remove(call)
                    week.days[light].append(call)
                    return True
    return False


def _may(week: Week, duty: Duty, gone: date, new: date) -> bool:
    """Say whether a call may change its day: it suits, and its calls stay apart as they were."""
    if new.weekday() not in duty.weekdays:
        return False
    now = [day for day, calls in week.days.items() if any(call.place == duty.place for call in calls)]
    after = sorted([day for day in now if day != gone] + [new])
    if len(set(after)) < len(now):
        return False
    return _closest(after) >= min(_closest(sorted(now)), APART_DAYS)


def _closest(days: Sequence[date]) -> int:
    return min(((other - one).days for one, other in pairwise(days)), default=7)
