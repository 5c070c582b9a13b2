"""Whatever a case goes through: no clock runs twice or starts again, pauses stay apart, parts sum to the limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gis.cases.clock_book import Book
from gis.cases.clock_rules import LEVELS, Reminder, Rules
from gis.cases.deadlines import Calendar, Kind, Limit, Pause, Unit, due
from gis.cases.states import MOVES, State, after

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 9, 17, 9, tzinfo=ZONE)
HOLIDAYS = {START.date() + timedelta(days=number): number == 3 for number in (3, 8, 14, 15, 18)}
CALENDAR = Calendar(HOLIDAYS)
STAGES = ("dispatch", "pre_check", "accept", "check", "callback", "handle")
RULES = Rules(
    calendar=CALENDAR,
    calendar_version=1,
    limits={(stage, level): Limit(2, Unit.WORK_HOUR) for stage in STAGES for level in LEVELS[1:]},
    handle=Limit(3, Unit.WORK_DAY),
    authority="grid",
    zone=ZONE,
    reminder=Reminder(),
)
NAMES = sorted(name for name, move in MOVES.items() if name not in {"file", "return"})


@dataclass
class Step:
    """One move as the log would have it."""

    at: datetime
    move: str
    from_state: str
    to_state: str
    detail: dict[str, Any] = field(default_factory=dict)


def possible(name: str, state: State, before: dict[str, State]) -> list[State]:
    """Give where a move may lead from a state; one that takes another back leads to where that one was made."""
    move = MOVES[name]
    if state not in move.sources:
        return []
    if move.back:
        return [before[move.back]]
    return [after(name, state, to) for to in sorted(move.choices)] if move.choices else [after(name, state)]


def walk(picks: list[tuple[str, int, int]]) -> tuple[Book, list[str]]:
    """Make those of the picked moves that may be made; check after each what must always hold."""
    book, state, now = Book(), State.REPORTED, START
    book.follow(Step(now, "file", "", state), RULES)
    born: dict[int, tuple[Any, ...]] = {}
    made: list[str] = []
    before: dict[str, State] = {}
    for name, hours, choice in picks:
        now += timedelta(hours=hours)
        ways = possible(name, state, before)
        if not ways:
            continue
        detail: dict[str, Any] = {"cause": "x", "until": (now + timedelta(days=1 + choice)).isoformat()}
        if name == "approve_extension":
            detail = {"limit": f"{1 + choice}工作日"}
        to_state = ways[choice % len(ways)]
        book.follow(Step(now, name, state, to_state, detail), RULES)
        before[name] = state
        state, made = to_state, [*made, name]
        holds_always(book, born)
    return book, made


def holds_always(book: Book, born: dict[int, tuple[Any, ...]]) -> None:
    keys = [(one.stage, one.level, one.round) for one in book.clocks]
    assert len(keys) == len(set(keys)), "no clock is begun twice"
    running = [(one.stage, one.level) for one in book.clocks if one.running]
    assert len(running) == len(set(running)), "no clock runs twice at once"
    for one in book.clocks:
        first = (one.started_at, one.limit, one.original_due_at)
        assert born.setdefault(id(one), first) == first, "nothing resets a clock"
        spans = sorted((pause.span.start, pause.span.end) for pause in one.pauses)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))
        assert one.due_at >= one.original_due_at
        assert one.stopped_at is None or one.next_at is None


PICKS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 30), st.integers(0, 5)), max_size=40)


@given(PICKS)
def test_no_sequence_of_moves_resets_a_clock_or_runs_it_twice(picks: list[tuple[str, int, int]]) -> None:
    book, made = walk(picks)
    handling = [one for one in book.clocks if one.stage == "handle"]
    assert len(handling) <= 1 + made.count("reopen"), "only reopening makes a new clock of handling"
    ended = {"approve_extension", "pause"} & set(made)
    assert ended or all(one.due_at == one.original_due_at for one in book.clocks)


STARTS = st.integers(0, 40 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
PAUSES = st.lists(st.integers(0, 20 * 24 * 60), unique=True, max_size=8).map(
    lambda cuts: [
        Pause(START + timedelta(minutes=begin), START + timedelta(minutes=end))
        for begin, end in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)
    ]
)
COUNTED_S = {Unit.URGENT_HOUR: 3600, Unit.WORK_HOUR: 3600, Unit.NATURAL_DAY: 24 * 3600, Unit.WORK_DAY: 1}


@given(STARTS, st.sampled_from(Unit), st.integers(1, 12), PAUSES)
def test_the_parts_sum_to_the_limit_and_no_deadline_lies_in_a_pause(
    start: datetime, unit: Unit, value: int, pauses: list[Pause]
) -> None:
    found = due(start, Limit(value, unit), CALENDAR, pauses)
    counted = [part.amount for part in found.parts if part.kind in {Kind.SPAN, Kind.DAYS, Kind.MAKE_UP}]
    assert sum(counted) == value * COUNTED_S[unit]
    assert not any(pause.start < found.due_at < pause.end for pause in pauses)
    assert due(start, Limit(value, unit), CALENDAR).due_at <= found.due_at


@given(STARTS, st.integers(0, 5000), st.sampled_from(Unit), st.integers(1, 12), PAUSES)
def test_later_starts_and_longer_limits_are_never_due_earlier(
    start: datetime, minutes: int, unit: Unit, value: int, pauses: list[Pause]
) -> None:
    here = due(start, Limit(value, unit), CALENDAR, pauses).due_at
    assert here > start
    assert here <= due(start, Limit(value + 1, unit), CALENDAR, pauses).due_at
    if unit is not Unit.WORK_DAY or not pauses:
        later = start + timedelta(minutes=minutes)
        if unit is not Unit.WORK_DAY or later.date() == start.date() or CALENDAR.works(later.date()):
            assert here <= due(later, Limit(value, unit), CALENDAR, pauses).due_at
