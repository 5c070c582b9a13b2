"""What is to be packed: stops with their worth and hours, members with their shift, and the seconds between places.

Before: `patrols.rounds.due`. After: `exact`, `search`, `plan`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError
from gis.patrols.pack.hours import Hours

Point = tuple[float, float]
"""Longitude and latitude, degrees, EPSG:4490."""
Seconds = Callable[[Point, Point, str], float]
"""How long the way from one point to another takes by a means (`foot`, `ebike`), in seconds."""

MUST_S = 1_000_000
"""The worth of what must be done today: more than any walk of a day."""
DAY_S = 24 * 3600


@dataclass(frozen=True)
class Stop:
    """One thing to do at one place, or one piece of way to walk along.

    Attributes
    ----------
    key : str
        Names it across plans, such as `household:12`.
    point, far_end : Point
        Where one comes to it; a piece of way has a far end and may be walked from either.
    along_s : int
        Seconds of walking inside it: the length of a piece of way.
    stay_s : int
        Seconds of standing there.
    worth_s : int
        What leaving it out costs, in seconds of walking; `MUST_S` for what must be done.
    hours : tuple of (int, int), or None
        When one may begin, from and to inclusive, seconds of the day; None is any time, empty is never.
    """

    key: str
    kind: str
    point: Point
    worth_s: int
    stay_s: int = 0
    label: str = ""
    far_end: Point | None = None
    along_s: int = 0
    hours: tuple[tuple[int, int], ...] | None = None

    @property
    def ends(self) -> tuple[Point, Point]:
        """Give both ends; of a plain stop they are the same."""
        return self.point, self.far_end or self.point

    @property
    def ways(self) -> tuple[bool, ...]:
        """Give the directions in which it can be done: as it is, and turned round."""
        return (False, True) if self.far_end is not None and self.far_end != self.point else (False,)


@dataclass(frozen=True)
class Walker:
    """One member of the walk: from where and when, to where and when, by what means."""

    key: str
    start: Point
    end: Point
    starts_s: int
    ends_s: int
    means: str = "foot"


@dataclass(frozen=True)
class Problem:
    """Stops for walkers; `breaks` are from-to seconds of the day in which nobody works.

    `evenness` is what a second of difference between the longest and the shortest walk costs.
    """

    stops: tuple[Stop, ...]
    walkers: tuple[Walker, ...]
    seconds: Seconds
    breaks: tuple[tuple[int, int], ...] = ()
    evenness: float = 1.0

    def __post_init__(self) -> None:
        keys = [stop.key for stop in self.stops]
        if len(set(keys)) != len(keys):
            raise InputError("同一件事在路线里出现了两次。 The same stop is given twice.")
        for walker in self.walkers:
            if not 0 <= walker.starts_s <= walker.ends_s <= 2 * DAY_S:
                raise InputError("班次的结束早于开始。 A shift ends before it begins.")

    @property
    def day(self) -> Hours:
        """Give the day without its breaks."""
        return Hours.without(self.breaks)


class Table:
    """The seconds between all places of a problem for one walker: whole, and never shorter by a detour.

    Place 0 is the start, 1 the end; stop `i` has its ends at `2 + 2 i` and `3 + 2 i`.
    """

    def __init__(self, problem: Problem, walker: Walker) -> None:
        places = [walker.start, walker.end]
        for stop in problem.stops:
            places += stop.ends
        self.seconds = closed(_ask(places, problem.seconds, walker.means))

    def into(self, place: int, stop: int, turned: bool) -> int:
        """Give the seconds from a place to where a stop begins."""
        return int(self.seconds[place, 2 + 2 * stop + turned])

    @staticmethod
    def out(stop: int, turned: bool) -> int:
        """Name the place where one is after a stop."""
        return 3 + 2 * stop - turned

    def home(self, place: int) -> int:
        """Give the seconds from a place to the end."""
        return int(self.seconds[place, 1])


def _ask(places: list[Point], seconds: Seconds, means: str) -> NDArray[np.int64]:
    known: dict[tuple[Point, Point], int] = {}
    rows = []
    for one in places:
        for other in places:
            if (one, other) not in known:
                known[one, other] = round(seconds(one, other, means)) if one != other else 0
        rows.append([known[one, other] for other in places])
    return np.array(rows, np.int64)


def closed(seconds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shorten every way that a detour would beat (Floyd and Warshall), so that rounding makes no detour pay."""
    found = seconds.copy()
    for middle in range(len(found)):
        np.minimum(found, found[:, middle, None] + found[None, middle, :], out=found)
    return found
