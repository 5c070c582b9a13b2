"""A plan for a week: each thing in its own rhythm, no day heavy, one call at a door for all its duties.

Before: `rhythms`, `due`. After: `weeks.plans` and the page of the week. Pure: what is due on which days follows from
the day it was last done; it is put on the lightest of the days that keep its rhythm and have room, near to what is
there already; then single things move from the heaviest day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from gis.errors import InputError
from gis.patrols.rounds.walking import Point, straight_m

MOST_MOVES = 500
APART_DAYS = 2
ALIKE = 0.1
"""Days whose loads differ by less than this part of their room are alike; of these the nearer one is taken."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Duty:
    """One duty at one place: `place` names the door or section, `days` its rhythm, `weekdays` when it can be done.

    `since` and `until` are its first day and its deadline; `worth` says what comes first where room is short.
    """

    place: str
    name: str
    days: float
    minutes: float
    last: date | None = None
    weekdays: frozenset[int] = frozenset(range(7))
    since: date | None = None
    until: date | None = None
    worth: float = 0.0
    point: Point | None = None


@dataclass(frozen=True)
class Call:
    """One going there: all duties of a place together."""

    place: str
    duties: tuple[str, ...]
    minutes: float


@dataclass(frozen=True)
class Week:
    """Calls by day; `unplaced` are places that no working day allows, `full` those for which there was no room."""

    days: dict[date, list[Call]] = field(default_factory=dict)
    unplaced: tuple[str, ...] = ()
    full: tuple[str, ...] = ()

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
    lasts = [duty.last for duty in group]
    return Duty(
        place,
        "、".join(dict.fromkeys(duty.name for duty in group)),
        min(duty.days for duty in group),
        max(duty.minutes for duty in group),
        None if None in lasts else min(one for one in lasts if one is not None),
        frozenset.intersection(*(duty.weekdays for duty in group)),
        max((duty.since for duty in group if duty.since), default=None),
        min((duty.until for duty in group if duty.until), default=None),
        max(duty.worth for duty in group),
        group[0].point,
    )


def plan_week(
    duties: Iterable[Duty],
    working: Sequence[date],
    room: Mapping[date, float] | None = None,
    last: date | None = None,
) -> Week:
    """Spread what is due over the working days of a week.

    Parameters
    ----------
    working : sequence of date
        The days on which somebody works, in order.
    room : mapping of date to float, optional
        The minutes of each day; no day gets more. Without it there is no bound.
    last : date, optional
        The last day of the week: what falls due after the last working day, but by then, is done before.

    Returns
    -------
    Week
        Each place as often as its rhythm asks: daily on every day that suits it, twice a week on two days at least
        two apart where the days allow, less often once when its day has come. What has a deadline comes first, then
        what is worth more.
    """
    spread = _Spread(sorted(working), room)
    known = joined(duties)
    unplaced, full = [], []
    for duty in sorted(known, key=lambda one: _order(one, times_due(one, spread.days, last))):
        count = times_due(duty, spread.days, last)
        allowed = spread.allowed(duty)
        if count and not allowed:
            unplaced.append(duty.place)
        elif not spread.put(duty, allowed, min(count, len(allowed))):
            full.append(duty.place)
    spread.even({duty.place: duty for duty in known})
    return Week(spread.calls, tuple(unplaced), tuple(full))


def _order(duty: Duty, count: int) -> tuple[bool, date, int, float, float, str]:
    return duty.until is None, duty.until or date.max, -count, -duty.worth, -duty.minutes, duty.place


def times_due(duty: Duty, days: Sequence[date], last: date | None = None) -> int:
    """Say how often a duty is due in a span of days that begins with the first and ends with the last of them.

    What falls due after these days, but by `last`, is due once.
    """
    if not days:
        return 0
    first, end = days[0], days[-1]
    span = (end - first).days + 1
    due = first if duty.last is None else max(first, duty.last + timedelta(days=duty.days))
    if due > end:
        return int(last is not None and due <= last)
    return min(len(days), max(1, round((span - (due - first).days) / duty.days)))


class _Spread:
    """The days while calls are put on them."""

    def __init__(self, days: Sequence[date], room: Mapping[date, float] | None) -> None:
        self.days = list(days)
        self.room = {day: float("inf") if room is None else room.get(day, 0.0) for day in days}
        # how much a minute weighs on a day: more where the day is short
        self.weight = {day: 1.0 if room is None else 1 / max(self.room[day], ROUNDING) for day in days}
        self.calls: dict[date, list[Call]] = {day: [] for day in days}
        self.points: dict[date, list[Point]] = {day: [] for day in days}
        self.load = dict.fromkeys(days, 0.0)
        self.on: dict[str, list[date]] = {}

    def allowed(self, duty: Duty) -> list[date]:
        """Give the days that suit; a deadline that is over, or before the first such day, binds no more."""
        suits = [
            day
            for day in self.days
            if day.weekday() in duty.weekdays and (not duty.since or day >= duty.since)
        ]
        return [day for day in suits if not duty.until or day <= duty.until] or suits

    def put(self, duty: Duty, days: Sequence[date], count: int) -> bool:
        """Put a duty's calls on the lightest days; say whether all found room."""
        call = Call(duty.place, tuple(duty.name.split("、")), duty.minutes)
        chosen = self.on.setdefault(duty.place, [])
        while len(chosen) < count:
            free = [day for day in days if day not in chosen and self.fits(day, duty.minutes)]
            if not free:
                return False
            apart = [day for day in free if all(abs((day - one).days) >= APART_DAYS for one in chosen)]
            self.add(self._best(duty, apart or free), call, duty)
        return True

    def fits(self, day: date, minutes: float) -> bool:
        """Say whether a day has room for so many minutes more."""
        return self.load[day] + minutes <= self.room[day] + ROUNDING

    def _best(self, duty: Duty, days: Sequence[date]) -> date:
        lightest = min(self.heavy(day) for day in days)
        alike = [day for day in days if self.heavy(day) <= lightest + ALIKE * self._whole()]
        if duty.point is None or len(alike) == 1:
            return min(alike, key=lambda day: (self.heavy(day), day))
        return min(alike, key=lambda day: (self._away_m(day, duty.point), self.heavy(day), day))

    def _whole(self) -> float:
        """Give a full day's load, nothing where days have no bound: then only equal loads are alike."""
        return 1.0 if all(room < float("inf") for room in self.room.values()) else 0.0

    def _away_m(self, day: date, point: Point | None) -> float:
        if point is None:
            return 0.0
        return min((straight_m(point, other) for other in self.points[day]), default=0.0)

    def heavy(self, day: date) -> float:
        """Give a day's load as part of its room, or in minutes where there is no bound."""
        return self.load[day] * self.weight[day]

    def add(self, day: date, call: Call, duty: Duty) -> None:
        """Put a call on a day."""
        self.calls[day].append(call)
        self.load[day] += call.minutes
        self.on[call.place].append(day)
        if duty.point is not None:
            self.points[day].append(duty.point)

    def even(self, known: Mapping[str, Duty]) -> None:
        """Move single calls from the heaviest day to lighter ones as long as that evens the days out."""
        for _ in range(MOST_MOVES):
            if not self._moved(known):
                return

    def _moved(self, known: Mapping[str, Duty]) -> bool:
        order = sorted(self.days, key=lambda day: (-self.heavy(day), day))
        for heavy in order[:1]:
            for light in reversed(order):
                for call in sorted(self.calls[heavy], key=lambda one: -one.minutes):
                    after = self.heavy(light) + call.minutes * self.weight[light]
                    if after < self.heavy(heavy) - ALIKE * self._whole() and self._may(
                        known[call.place], heavy, light
                    ):
                        self._move(call, heavy, light)
                        return True
        return False

    def _may(self, duty: Duty, gone: date, new: date) -> bool:
        """Say whether a call may change its day: it suits, has room, and its calls stay apart as they were."""
        if new not in self.allowed(duty) or not self.fits(new, duty.minutes):
            return False
        now = self.on[duty.place]
        after = sorted([day for day in now if day != gone] + [new])
        if len(set(after)) < len(now):
            return False
        return _closest(after) >= min(_closest(sorted(now)), APART_DAYS)

    def _move(self, call: Call, gone: date, new: date) -> None:
        self.calls[gone].remove(call)
        self.calls[new].append(call)
        self.load[gone] -= call.minutes
        self.load[new] += call.minutes
        self.on[call.place].remove(gone)
        self.on[call.place].append(new)


def _closest(days: Sequence[date]) -> int:
    return min(((other - one).days for one, other in pairwise(days)), default=7)
