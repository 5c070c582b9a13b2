"""The clocks of one case in memory: what a move starts, stops, pauses, resumes, extends; pure.

Before: `cases.clock_rules`. After: `cases.clocks` reads and writes a book; `cases.draft` keeps one for a new case. A
clock's start, limit and first deadline never change; its deadline changes only by a pause, an approved extension or a
new calendar, and each of these adds a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from gis.cases import sums
from gis.cases.clock_rules import EFFECTS, HANDLE, PAUSED, STAGE, STAGES, Again, Effect, Rules, Stage
from gis.cases.deadlines import Deadline, Limit, Pause, due, read_limit
from gis.errors import InputError


class Moved(Protocol):
    """One move of a case, as the log has it."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def move(self) -> str:
        """Its name in `states.MOVES`."""

    @property
    def from_state(self) -> str:
        """Where the case stood; "" for a new one."""

    @property
    def to_state(self) -> str:
        """Where it stands now."""

    @property
    def detail(self) -> Mapping[str, Any]:
        """What it says beside: the cause and end of a pause, the limit of an extension."""


@dataclass
class Pausing:
    """挂账 of one clock: why, from when, until when at the latest, and when it ended."""

    cause: str
    from_at: datetime
    until_at: datetime
    ended_at: datetime | None = None

    @property
    def span(self) -> Pause:
        """Give the span that does not count."""
        return Pause(self.from_at, min(self.until_at, self.ended_at or self.until_at))


@dataclass
class Change:
    """One row of why a deadline moved, or why a clock went on."""

    at: datetime
    cause: str
    due_before: datetime
    due_after: datetime
    detail: dict[str, Any]


@dataclass(eq=False)
class Clock:
    """One clock; `round` counts the times a stage was run on a level, from 1."""

    stage: str
    level: str
    round: int
    started_at: datetime
    limit: Limit
    due_at: datetime
    original_due_at: datetime
    provisional: bool
    arithmetic: dict[str, Any]
    calendar_version: int
    organisation_id: int | None = None
    id: int | None = None
    stopped_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    excused_at: datetime | None = None
    excused_by: int | None = None
    next_at: datetime | None = None
    extensions: list[dict[str, Any]] = field(default_factory=list)
    pauses: list[Pausing] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Say whether it has not stopped; a paused clock has not."""
        return self.stopped_at is None

    def missed(self, now: datetime) -> bool:
        """Say whether its deadline passed before it stopped; on the instant itself is in time."""
        return self.due_at < (self.stopped_at or now)

    def renew(self, rules: Rules) -> None:
        """Write down anew when something is next to be done about it."""
        self.next_at = next_at(self, rules)

    @property
    def paused(self) -> Pausing | None:
        """Give the pause that has not been ended."""
        return next((one for one in self.pauses if one.ended_at is None), None)


def reckoned(clock: Clock, rules: Rules) -> list[Deadline | datetime]:
    """Reckon a clock from its start: its limit, then each extension, around all pauses; the last is the end."""
    pauses = [one.span for one in clock.pauses]
    whole: list[Deadline | datetime] = [
        due(clock.started_at.astimezone(rules.zone), clock.limit, rules.calendar, pauses)
    ]
    for extension in clock.extensions:
        last = _end(whole[-1])
        if "until" in extension:
            until = datetime.fromisoformat(str(extension["until"]))
            whole.append(max(last, until.astimezone(rules.zone)))
        else:
            whole.append(due(last, read_limit(str(extension["limit"])), rules.calendar, pauses))
    return whole


def _end(one: Deadline | datetime) -> datetime:
    return one if isinstance(one, datetime) else one.due_at


def set_due(clock: Clock, rules: Rules) -> None:
    """Write down anew when a clock is due, and when something is next to be done about it."""
    whole = reckoned(clock, rules)
    clock.due_at = _end(whole[-1])
    clock.provisional = any(isinstance(one, Deadline) and one.provisional for one in whole)
    clock.arithmetic = sums.kept(whole)
    clock.calendar_version = rules.calendar_version
    clock.next_at = next_at(clock, rules)


def next_at(clock: Clock, rules: Rules) -> datetime | None:
    """Give the instant at which to remind or to escalate, None when there is nothing left to do."""
    if not clock.running:
        return None
    if clock.reminded_at is not None:
        return clock.due_at if clock.escalated_at is None else None
    at = rules.reminder.at(clock.started_at, clock.due_at)
    for pause in sorted((one.span for one in clock.pauses), key=lambda one: one.start):
        at = pause.end if pause.start <= at < pause.end else at
    return at


@dataclass
class Book:
    """All clocks of a case, and which of them were touched since it was read."""

    clocks: list[Clock] = field(default_factory=list)
    touched: list[Clock] = field(default_factory=list)

    def running(self, stage: str) -> list[Clock]:
        """Give the running clocks of a stage, on all levels."""
        return [clock for clock in self.clocks if clock.stage == stage and clock.running]

    def of(self, stage: str) -> list[Clock]:
        """Give all clocks of a stage."""
        return [clock for clock in self.clocks if clock.stage == stage]

    @property
    def listed(self) -> Clock | None:
        """Give the clock a case is listed by: the nearest running deadline, else that of the last handling."""
        running = [clock for clock in self.clocks if clock.running and STAGE[clock.stage].promised]
        if running:
            return min(running, key=lambda clock: clock.due_at)
        return max(self.of(HANDLE), key=lambda clock: (clock.round, clock.due_at), default=None)

    @property
    def worth_keeping(self) -> list[Clock]:
        """Give the clocks of a new case but for those that stopped in the instant they began."""
        return [clock for clock in self.clocks if clock.stopped_at != clock.started_at]

    def follow(self, moved: Moved, rules: Rules) -> None:
        """Do what a move does to the clocks; see `clock_rules`.

        Raises
        ------
        InputError
            When a pause or an extension does not say until when, or says what cannot be.
        """
        effect, now = EFFECTS.get(moved.move), moved.at
        if effect is Effect.RESTORE:
            self._restore(now, rules)
        elif effect is Effect.WITHDRAW:
            self._go_on_from(str(moved.detail["withdrawn_at"]), now, rules)
        elif effect is Effect.AFRESH:
            self._begin(HANDLE, now, rules)
        for stage in STAGES:
            self._pass(stage, moved, rules)
        if effect is Effect.EXTEND:
            self._extend(moved.detail, now, rules)
        elif effect is Effect.EXCUSE:
            self._excuse(moved.detail, now)
        if moved.to_state == PAUSED and moved.from_state != PAUSED and effect is not Effect.RESTORE:
            self._pause(moved.detail, now, rules)
        elif moved.from_state == PAUSED and moved.to_state != PAUSED:
            self._resume(now, rules)

    def _pass(self, stage: Stage, moved: Moved, rules: Rules) -> None:
        """Start, stop or go on with the clocks of one stage."""
        running = self.running(stage.name)
        done = moved.move in stage.done_by
        if running and (moved.to_state not in stage.holds or done):
            for clock in running:
                self._stop(clock, moved.at)
        elif running or done:
            return
        elif moved.to_state in stage.begins and moved.from_state not in stage.begins:
            self._enter(stage, moved.at, rules)
        elif moved.to_state in stage.holds and stage.again is Again.CONTINUE and self.of(stage.name):
            self._go_on(stage, moved.at, rules)

    def _enter(self, stage: Stage, now: datetime, rules: Rules) -> None:
        """Begin a stage that a case comes into, or go on with it."""
        current = self.last_round(HANDLE) or 1
        known = stage.again is not Again.NEW and self.last_round(stage.name) >= current
        if not known:
            self._begin(stage.name, now, rules)
        elif stage.again is Again.CONTINUE:
            self._go_on(stage, now, rules)

    def last_round(self, stage: str) -> int:
        """Give how many times a stage was begun."""
        return max((clock.round for clock in self.of(stage)), default=0)

    def _begin(self, stage: str, now: datetime, rules: Rules) -> None:
        level = rules.first_level(stage)
        if level is None:
            return
        again = STAGE[stage].again
        number = (self.last_round(HANDLE) or 1) if again is Again.ONCE else self.last_round(stage) + 1
        self.begin(stage, level, now, rules, number=number)

    def begin(
        self,
        stage: str,
        level: str,
        now: datetime,
        rules: Rules,
        *,
        number: int,
        organisation_id: int | None = None,
    ) -> Clock | None:
        """Begin the clock of a stage, level and round, where a limit is kept for it and it never began before."""
        limit = rules.limit(stage, level)
        if limit is None or any((one.level, one.round) == (level, number) for one in self.of(stage)):
            return None
        clock = Clock(stage, level, number, now, limit, now, now, False, {}, 0, organisation_id)
        set_due(clock, rules)
        clock.original_due_at = clock.due_at
        self.clocks.append(clock)
        self.touch(clock)
        return clock

    def _go_on(self, stage: Stage, now: datetime, rules: Rules) -> None:
        """Let the clocks of the last round run on with the deadlines they have: they were nobody's to reset."""
        last = self.last_round(stage.name)
        for clock in self.of(stage.name):
            if clock.round == last:
                self._start_again(clock, now, rules)

    def _restore(self, now: datetime, rules: Rules) -> None:
        """Let those clocks run on that the move which is taken back had stopped."""
        stopped = [clock.stopped_at for clock in self.clocks if clock.stopped_at is not None]
        for clock in self.clocks:
            if stopped and clock.stopped_at == max(stopped):
                for pause in clock.pauses:  # a hold that the move had cut short goes on as well
                    if pause.ended_at == clock.stopped_at and pause.until_at > now:
                        pause.ended_at = None
                        set_due(clock, rules)
                self._start_again(clock, now, rules)

    def _go_on_from(self, stopped: str, now: datetime, rules: Rules) -> None:
        """Let those clocks run on that stopped in one instant."""
        at = datetime.fromisoformat(stopped)
        for clock in self.clocks:
            if clock.stopped_at == at:
                self._start_again(clock, now, rules)

    def _start_again(self, clock: Clock, now: datetime, rules: Rules) -> None:
        detail = {"stopped_at": clock.stopped_at.isoformat()} if clock.stopped_at else {}
        clock.stopped_at = None
        clock.next_at = next_at(clock, rules)
        self._note(clock, Change(now, "continued", clock.due_at, clock.due_at, detail))

    def _stop(self, clock: Clock, now: datetime) -> None:
        open_pause = clock.paused
        if open_pause is not None:
            open_pause.ended_at = max(open_pause.from_at, min(now, open_pause.until_at))
        # two machines' clocks may differ by a little: nothing stops before it began
        clock.stopped_at, clock.next_at = max(now, clock.started_at), None
        self.touch(clock)

    def _pause(self, detail: Mapping[str, Any], now: datetime, rules: Rules) -> None:
        cause, until_at = str(detail.get("cause", "")), _instant(detail.get("until"), rules)
        if not cause or until_at is None or until_at <= now:
            raise InputError(
                "挂账要有原因和以后的结束时间。 A pause needs a named cause and an end that lies ahead.",
                field="until",
            )
        said = {"cause": cause, "until": until_at.isoformat()}
        for clock in self._pausable():
            before = clock.due_at
            clock.pauses.append(Pausing(cause, now, until_at))
            set_due(clock, rules)
            self._note(clock, Change(now, "pause", before, clock.due_at, said))

    def _pausable(self) -> list[Clock]:
        return [clock for clock in self.clocks if clock.running and PAUSED in STAGE[clock.stage].holds]

    def _resume(self, now: datetime, rules: Rules) -> None:
        for clock in self._pausable():
            open_pause, before = clock.paused, clock.due_at
            if open_pause is None:
                continue
            open_pause.ended_at = max(open_pause.from_at, min(now, open_pause.until_at))
            set_due(clock, rules)
            self._note(clock, Change(now, "resume", before, clock.due_at, {}))

    def _extend(self, detail: Mapping[str, Any], now: datetime, rules: Rules) -> None:
        given = {name: str(detail[name]) for name in ("limit", "until") if detail.get(name)}
        if len(given) != 1:
            raise InputError(
                "延期要写明延多久或延到何时。 An extension needs a limit, or an instant to extend to.",
                field="limit",
            )
        if "until" in given:
            _instant(given["until"], rules)
        for clock in self.running(HANDLE):
            before = clock.due_at
            clock.extensions.append(given)
            set_due(clock, rules)
            if clock.due_at > now:
                clock.escalated_at = None
                clock.next_at = next_at(clock, rules)
            self._note(clock, Change(now, "extension", before, clock.due_at, dict(given)))

    def _excuse(self, detail: Mapping[str, Any], now: datetime) -> None:
        wanted = detail.get("clock_id")
        for clock in self.clocks:
            if clock.missed(now) and clock.excused_at is None and wanted in (None, clock.id):
                clock.excused_at = now
                self.touch(clock)

    def _note(self, clock: Clock, change: Change) -> None:
        clock.changes.append(change)
        self.touch(clock)

    def touch(self, clock: Clock) -> None:
        """Mark a clock as to be written."""
        if clock not in self.touched:  # clocks compare by identity
            self.touched.append(clock)


def _instant(value: object, rules: Rules) -> datetime | None:
    """Read an instant of a move's detail; one without an offset is the town's time."""
    if not value:
        return None
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError as fault:
        raise InputError(f"时间“{str(value)[:40]}”看不懂。 No such time.", field="until") from fault
    return read if read.tzinfo else read.replace(tzinfo=rules.zone)


def walked(moves: Iterable[Moved], rules: Rules) -> Book:
    """Give the book of a case whose whole history is told, in its order."""
    book = Book()
    for moved in moves:
        book.follow(moved, rules)
    return book
