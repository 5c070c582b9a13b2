"""The days of a week put to the test: each packed into a real walk; what does not fit goes on to a later day.

Before: `week` spreads, `due` says what and when. After: `weeks.plans` keeps it. Pure but for the packer's clock. No day
is longer than its shift and nobody's hours are broken, since each day is a walk that the packer timed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gis.patrols.pack.hours import Hours
from gis.patrols.pack.pack import pack
from gis.patrols.pack.plan import Walk
from gis.patrols.pack.problem import MUST_S, Point, Problem, Seconds, Stop, Walker
from gis.patrols.rounds.due_doors import hours_on
from gis.patrols.rounds.things import Thing
from gis.patrols.weeks.shifts import Work
from gis.patrols.weeks.week import Duty, Week, plan_week

SEARCH_S = 0.2
"""How long each day is searched."""
ONCE = 10_000.0
"""The rhythm of what is done once."""
HOP_MIN = {"foot": 3.0, "bike": 2.0, "ebike": 1.5}
"""What the way to a stop is reckoned at before it is known."""


@dataclass(frozen=True)
class Day:
    """One day of the week: its work and its walk; `late` are keys that came from an earlier day."""

    day: date
    work: Work
    walk: Walk
    late: frozenset[str] = frozenset()

    @property
    def minutes(self) -> int:
        """Give the minutes of walking and standing, without waiting."""
        return round((self.walk.walk_s + sum(step.stop.stay_s for step in self.walk.steps)) / 60)


@dataclass(frozen=True)
class Days:
    """A week of walks, and what did not fit with the reason: `no_day` or `full`."""

    days: tuple[Day, ...]
    left_out: tuple[tuple[Thing, str], ...] = ()


@dataclass
class _Packing:
    things: dict[str, Thing]
    start: Point
    seconds: Seconds
    means: str
    zone: ZoneInfo
    waiting: list[str] = field(default_factory=list)


def spread(
    things: Sequence[Thing], work: dict[date, Work], start: Point, seconds: Seconds, *, means: str, zone: ZoneInfo,
    last: date | None = None,
) -> Days:  # fmt: skip
    """Plan a member's week.

    Parameters
    ----------
    things : sequence of Thing
        What falls due in the week; things at one place are done together.
    work : mapping of date to Work
        The days on which the member works.
    seconds : callable
        The time between places, such as `walkways` gives it.
    """
    duties = [duty_of(thing, work, means, zone) for thing in things]
    room = {day: one.minutes for day, one in work.items()}
    week = plan_week(duties, sorted(work), room, last)
    packing = _Packing({thing.stop.key: thing for thing in things}, start, seconds, means, zone)
    days = [_packed(packing, day, [key for call in week.days[day] for key in call.duties], one)
            for day, one in sorted(work.items())]  # fmt: skip
    return Days(tuple(days), tuple(_left_out(things, week, days, packing)))


def duty_of(thing: Thing, work: dict[date, Work], means: str, zone: ZoneInfo) -> Duty:
    """Give a thing as the week takes it: on weekdays on which its hours and the member's work meet."""
    stop = thing.stop
    first = min(work, default=date.max)
    return Duty(
        thing.place,
        stop.key,
        thing.days or ONCE,
        (stop.stay_s + stop.along_s) / 60 + HOP_MIN[means],
        None if thing.last is None else thing.last.astimezone(zone).date(),
        frozenset(day.weekday() for day, one in work.items() if can_begin(thing, day, one, zone)),
        None if thing.since is None else thing.since.astimezone(zone).date(),
        None if thing.until is None else max(first, thing.until.astimezone(zone).date()),
        float(stop.worth_s),
        stop.point,
    )


def can_begin(thing: Thing, day: date, work: Work, zone: ZoneInfo) -> bool:
    """Say whether a thing can be begun on a day within its hours and the member's work."""
    hours = hours_on(thing.hours, datetime.combine(day, time(0), zone))
    stay = thing.stop.stay_s + thing.stop.along_s
    return bool(Hours.without(work.breaks).beginnings(hours, stay, (work.starts_s, work.ends_s)))


def _packed(packing: _Packing, day: date, keys: list[str], work: Work) -> Day:
    """Walk a day's calls and what waited from earlier days; what does not fit waits on."""
    late = [key for key in packing.waiting if key not in keys and _may(packing, key, day, work)]
    chosen = dict.fromkeys([*keys, *late])
    stops = tuple(_stop_on(packing.things[key], day, packing.zone) for key in chosen)
    walker = Walker("me", packing.start, packing.start, work.starts_s, work.ends_s, packing.means)
    plan = pack(Problem(stops, (walker,), packing.seconds, breaks=work.breaks), seconds=SEARCH_S)
    done = {step.stop.key for step in plan.walks[0].steps}
    packing.waiting = [key for key in dict.fromkeys([*packing.waiting, *chosen]) if key not in done]
    return Day(day, work, plan.walks[0], frozenset(done & set(late)))


def _may(packing: _Packing, key: str, day: date, work: Work) -> bool:
    return can_begin(packing.things[key], day, work, packing.zone)


def _stop_on(thing: Thing, day: date, zone: ZoneInfo) -> Stop:
    """Give the stop with the hours of a day; on the day of its deadline it must be done."""
    midnight = datetime.combine(day, time(0), zone)
    must = thing.until is not None and thing.until < midnight + timedelta(days=1)
    return replace(
        thing.stop,
        hours=hours_on(thing.hours, midnight),
        worth_s=MUST_S if must else min(thing.stop.worth_s, MUST_S - 1),
    )


def _left_out(
    things: Sequence[Thing], week: Week, days: Sequence[Day], packing: _Packing
) -> list[tuple[Thing, str]]:
    done = {step.stop.key for day in days for step in day.walk.steps}
    never = set(week.unplaced)
    full = {*week.full, *(packing.things[key].place for key in packing.waiting)}
    return [
        (thing, "no_day" if thing.place in never else "full")
        for thing in things
        if thing.stop.key not in done and thing.place in never | full
    ]


def own_day(thing: Thing, first: date, zone: ZoneInfo) -> date | None:
    """Give the day on which a thing falls due, None when it is due already or has no rhythm."""
    if thing.days is None or thing.last is None:
        return None
    due = thing.last.astimezone(zone).date() + timedelta(days=math.ceil(thing.days))
    return due if due > first else None


def why_moved(thing: Thing, day: Day, work: dict[date, Work], zone: ZoneInfo) -> tuple[date, str] | None:
    """Say from which day a thing was moved and why, None when it stands on its own.

    `off`: nobody works then; `hours`: the household's hours are on another day; `full`: its day had no room left;
    `even`: its day was heavier.
    """
    own = own_day(thing, min(work), zone)
    if own is None or own == day.day:
        return None
    if own not in work:
        return own, "off"
    if not can_begin(thing, own, work[own], zone):
        return own, "hours"
    return own, "full" if thing.stop.key in day.late else "even"
