"""Which clocks a case has, in which states each one runs, and what a move does to it: the one policy table of clocks.

Before: `cases.deadlines`. After: `cases.clock_book` follows it. A city edits the limits (table `clock_limit`, a row for
each stage and level; no row, no clock); the limit of handling stands on the category. A clock begins when a case comes
into one of its states, runs on while it stays in them, whoever has it, and stops when it leaves them. Nothing else
starts one: no edit, no note, no other owner, no other category. A clock that runs keeps the limit it began with; those
that begin after a case was given another category have that one's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from gis.cases.deadlines import Calendar, Limit

LEVELS = ("grid", "community", "subdistrict", "district")
"""网格 → 社区 → 街道 → 区县: what is late goes up one level at a time."""

LEVEL_WORDS = {
    "grid": ("网格", "grid"),
    "community": ("社区", "community"),
    "subdistrict": ("街道", "subdistrict"),
    "district": ("区县", "district"),
}


class Again(StrEnum):
    """What happens when a case comes back to a stage."""

    NEW = "new"
    """A new clock beside the old one: it is another look, another stand in the queue."""
    CONTINUE = "continue"
    """The same clock goes on with the same deadline: what was not done is not done, and nobody gains time."""
    ONCE = "once"
    """Nothing: this clock ran, and a new owner gets no new one."""


@dataclass(frozen=True)
class Stage:
    """One kind of clock.

    Attributes
    ----------
    begins : frozenset of str
        States in which it begins when a case comes into them.
    holds : frozenset of str
        States in which it goes on once it has begun; in all others it stops.
    done_by : frozenset of str
        Moves that end it although the case stays in its state.
    promised : bool
        Its deadline is one the case is listed by; the others only remind and escalate.
    """

    name: str
    zh: str
    en: str
    begins: frozenset[str]
    holds: frozenset[str]
    again: Again
    done_by: frozenset[str] = frozenset()
    promised: bool = True


_UNPLACED = frozenset({"reported", "queued"})
_HELD = frozenset({"assigned", "accepted", "transferred", "paused"})

STAGES = (
    Stage("dispatch", "派遣", "to be given out", _UNPLACED, _UNPLACED, Again.NEW),
    Stage("pre_check", "核实", "first look", frozenset({"pre_check"}), frozenset({"pre_check"}), Again.NEW),
    Stage(
        "accept",
        "接单",
        "to be accepted",
        frozenset({"assigned", "transferred"}),
        frozenset({"assigned", "transferred", "paused"}),
        Again.ONCE,
        promised=False,
    ),
    Stage("handle", "处理", "handling", _HELD, _HELD | _UNPLACED | {"pre_check"}, Again.CONTINUE),
    Stage("check", "核查", "check", frozenset({"acted"}), frozenset({"acted"}), Again.NEW),
    Stage(
        "callback",
        "回访",
        "call-back",
        frozenset({"closed"}),
        frozenset({"closed"}),
        Again.NEW,
        done_by=frozenset({"call_back", "rate"}),
        promised=False,
    ),
)
STAGE = {stage.name: stage for stage in STAGES}
HANDLE = "handle"
CALLBACK = "callback"

PAUSED = "paused"
"""While a case stands here its handling clocks stand still, until the named end of the pause at the latest."""


class Effect(StrEnum):
    """What a few moves do beside what their states say."""

    AFRESH = "afresh"
    """A new handling clock, whatever the state; the old one stays as it ended."""
    RESTORE = "restore"
    """The clocks that the move which is taken back had stopped run on, with the deadlines they had."""
    WITHDRAW = "withdraw"
    """The clocks that the withdrawn move had stopped run on, with the deadlines they had; none is begun again."""
    EXTEND = "extend"
    """Move the handling deadline by `detail.limit` or to `detail.until`; the first deadline is kept beside it."""
    EXCUSE = "excuse"
    """The lateness of the clock that the appeal named no longer counts."""


EFFECTS = {
    "reopen": Effect.AFRESH,
    "unmerge": Effect.RESTORE,
    "withdraw": Effect.WITHDRAW,
    "approve_extension": Effect.EXTEND,
    "uphold_appeal": Effect.EXCUSE,
}


@dataclass(frozen=True)
class Reminder:
    """How long before a deadline to remind: a share of the whole time, or a span."""

    share: float = 0.25
    span: timedelta | None = None

    def at(self, started_at: datetime, due_at: datetime) -> datetime:
        """Give the instant to remind at, never before the start."""
        before = self.span if self.span is not None else (due_at - started_at) * self.share
        return max(started_at, due_at - before)

    @classmethod
    @cache
    def read(cls, words: str) -> Reminder:
        """Read a setting such as `25%` or `4h`; `gis.settings` has checked it."""
        number = int(words[:-1])
        return cls(share=number / 100) if words.endswith("%") else cls(span=timedelta(hours=number))


@dataclass(frozen=True)
class Rules:
    """All that reckoning the clocks of one case needs.

    `limits` are the city's, by stage and level; `handle` and `authority` are those of the case's category;
    `calendar_version` says with which state of the calendar was reckoned.
    """

    calendar: Calendar
    calendar_version: int
    limits: Mapping[tuple[str, str], Limit]
    handle: Limit
    authority: str
    zone: ZoneInfo
    reminder: Reminder

    def first_level(self, stage: str) -> str | None:
        """Give the level a stage begins at: the category's for handling, else the lowest with a limit."""
        if stage == HANDLE:
            return self.authority
        return next((level for level in LEVELS if (stage, level) in self.limits), None)

    def next_level(self, stage: str, level: str) -> str | None:
        """Give the next level above that has a limit, or None at the top."""
        above = LEVELS[LEVELS.index(level) + 1 :]
        return next((one for one in above if (stage, one) in self.limits), None)

    def limit(self, stage: str, level: str) -> Limit | None:
        """Give the limit of a stage on a level; None where no clock is kept."""
        if stage == HANDLE and level == self.authority:
            return self.handle
        return self.limits.get((stage, level))
