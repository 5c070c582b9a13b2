"""A thing that is due, what is asked, and what leaving it out costs.

Before: `pack.problem`, `rhythms`. After: `due_cases`, `due_doors`, `due_ways`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gis.patrols.pack.problem import Stop
from gis.patrols.rhythms.rhythms import Rhythm, days_between, overdue

MOST = {"case": 24, "visit": 24, "section": 40, "errand": 40}
"""How many of each kind a day's round looks at; the most urgent first."""
WORTH_S = {"visit": 1500, "case": 3600, "paper": 1500, "checkpoint": 900}
"""What leaving one out costs, in seconds of walking, on the day it is due; it grows with each rhythm missed."""
STAY_S = {"visit": 15 * 60, "case": 20 * 60}
MOST_MISSED = 4.0

PUT_OFF = """(SELECT max(e.until) FROM patrol_event e
               WHERE e.stop_key = {key} AND e.kind = 'postpone' AND e.until > :now)"""
"""The part of a statement that gives until when a stop was put off, if that is still ahead."""


@dataclass(frozen=True)
class Thing:
    """One thing that is due: as a stop, and when it may be done.

    Attributes
    ----------
    place : str
        The door or section; things at one place are done in one going there.
    days, last : float, datetime, or None
        Its rhythm, and when it was last done; a case or a paper has no rhythm.
    since, until : datetime or None
        Put off to; its deadline.
    hours : list or None
        The hours a household set, of all days of the week.
    """

    stop: Stop
    place: str
    days: float | None = None
    last: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    hours: list[dict[str, Any]] | None = None


@dataclass(frozen=True)
class Asked:
    """One question: where, for whom, now, due by when, by what means, by which rhythms, how many of each kind."""

    grids: list[int]
    members: list[int]
    now: datetime
    by: datetime
    zone: ZoneInfo
    means: str
    rhythms: tuple[Rhythm, ...]
    most: dict[str, int]

    def values(self, kind: str) -> dict[str, Any]:
        """Give what every statement asks with."""
        return {
            "grids": self.grids,
            "members": self.members,
            "now": self.now,
            "by": self.by,
            "most": self.most[kind],
        }

    def every(self, what: str, marks: Iterable[str]) -> float | None:
        """Give the days between two times of what has some marks; None where it has no rhythm today."""
        return days_between(what, marks, self.now.astimezone(self.zone).date(), self.rhythms)


def missed(last: datetime | None, days: float, now: datetime) -> float:
    """Give how many times over something is due: 1 on its day."""
    return overdue(None if last is None else (now - last) / timedelta(days=1), days)


def worth(kind: str, times: float) -> int:
    """Give what leaving one thing out costs, in seconds of walking, by how many times over it is due."""
    return round(WORTH_S[kind] * min(max(times, 0.5), MOST_MISSED))
