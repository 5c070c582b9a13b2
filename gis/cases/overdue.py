"""Reminding before a deadline and escalating after it: what nobody has yet goes first, one level at a time.

Before: `cases.clocks`. After: `tasks.clocks`. The next level gets a clock of its own and is told; whoever has the case
keeps it, so that it has an owner at every instant. Each reminder and each level is written once: running this again
does nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import clock_rows, clocks, moves
from gis.cases.actor import SYSTEM
from gis.cases.clock_book import Book, Clock
from gis.cases.clock_models import CaseClock
from gis.cases.clock_rules import LEVEL_WORDS, STAGE, STAGES, Rules
from gis.cases.excerpt import excerpt
from gis.cases.models import Case, CaseLog, Notice
from gis.cases.notify import say_time
from gis.cases.poison import failed, waits
from gis.cases.reference import rules_of, type_with, versions_of
from gis.cases.stand import Stand, then
from gis.cases.states import State
from gis.staff.supervisors import Supervisor, over

AT_ONCE = 200
KIND = "clock"
"""What a case is called, whose clocks could not be followed, among the things that failed."""
ORDER = tuple(stage.name for stage in STAGES)
"""Stage after stage, what nobody has yet first."""


@dataclass
class _Due:
    """One clock about which something is to be done."""

    case: Case
    book: Book
    clock: Clock
    rules: Rules

    @property
    def next_level(self) -> str | None:
        """Give the level it goes up to."""
        return self.rules.next_level(self.clock.stage, self.clock.level)


# indexes: ix_case_clock_stage_next_at, uq_poison_kind_subject
def due(session: Session, stage: str, now: datetime, limit: int) -> dict[int, bool]:
    """Give the cases whose clocks of a stage have come to their time, the longest past first, and whether they failed.

    One that failed waits for its next attempt, or for a person; it holds up no other.
    """
    query = (
        select(CaseClock.case_id, failed(KIND, CaseClock.case_id))
        .where(CaseClock.stage == stage, CaseClock.next_at < now, ~waits(KIND, CaseClock.case_id, now))
        .order_by(CaseClock.next_at)
        .limit(limit)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def step(
    session: Session, stage: str, now: datetime, limit: int = AT_ONCE, *, case_id: int | None = None
) -> int:
    """Remind of and escalate the clocks of a stage whose time has come, at most `limit`; give their number.

    `case_id` narrows it to one case. The cases are locked; those that somebody moves right now are passed over until
    the next call.
    """
    found = _take(session, stage, now, limit, case_id)
    places = [(one.case.area_id, one.next_level or one.clock.level) for one in found]
    for one, supervisor in zip(found, over(session, places, now), strict=True):
        if one.clock.reminded_at is None and now <= one.clock.due_at:
            _remind(session, one, supervisor, now)
        else:
            _escalate(session, one, supervisor, now)
    clock_rows.write(session, {one.case.id: one.book.touched for one in found})
    for one in found:
        one.case.due_at, one.case.deadline = clocks.listed(one.book, one.case.due_at, one.case.deadline)
    return len(found)


# index: ix_case_clock_stage_next_at
def _take(session: Session, stage: str, now: datetime, limit: int, case_id: int | None) -> list[_Due]:
    """Lock the cases of the clocks whose next instant has passed, the longest past first; read their books."""
    query = (
        select(CaseClock.id, Case)
        .join(Case, Case.id == CaseClock.case_id)
        .where(CaseClock.stage == stage, CaseClock.next_at < now)
        .order_by(CaseClock.next_at)
        .limit(limit)
        .with_for_update(of=Case, skip_locked=True)
    )
    if case_id is not None:
        query = query.where(Case.id == case_id)
    rows = session.execute(query.execution_options(populate_existing=True)).all()
    books = clock_rows.books(session, [case.id for _, case in rows])
    versions = versions_of(session)
    return [
        _Due(case, book, clock, rules_of(session, type_with(session, case.case_type_id), versions))
        for clock_id, case in rows
        for book in [books[case.id]]
        for clock in book.clocks
        if clock.id == clock_id and clock.next_at is not None and clock.next_at < now
    ]


def _remind(session: Session, one: _Due, supervisor: Supervisor | None, now: datetime) -> None:
    clock = one.clock
    clock.reminded_at, clock.next_at = now, clock.due_at
    one.book.touch(clock)
    stage, until = STAGE[clock.stage], say_time(clock.due_at)
    notice = _to_owner(one, supervisor, now)
    notice.key = f"remind:{clock.id}:{clock.due_at:%Y%m%d%H%M%S}"
    notice.body = f"快到期：{excerpt(one.case.text)}。{stage.zh}时限 {until}。"
    until_en = f"{clock.due_at.astimezone(one.rules.zone):%d %b %H:%M}"
    notice.body_en = f"Due soon: {excerpt(one.case.text)} ({stage.en}, {until_en})."
    session.add(notice)


def _escalate(session: Session, one: _Due, supervisor: Supervisor | None, now: datetime) -> None:
    clock, level = one.clock, one.next_level
    clock.reminded_at = clock.reminded_at or now
    clock.escalated_at, clock.next_at = now, None
    one.book.touch(clock)
    organisation_id = supervisor.organisation_id if supervisor else None
    higher = level and one.book.begin(
        clock.stage, level, now, one.rules, number=clock.round, organisation_id=organisation_id
    )
    seq = _log(session, one, level, supervisor, now) if higher else one.case.revision
    session.add_all(_told(one, level if higher else None, supervisor, now, seq))


def _log(session: Session, one: _Due, level: str | None, supervisor: Supervisor | None, now: datetime) -> int:
    """Write the escalation into the case's history; its owner and state stay."""
    detail = {
        "stage": one.clock.stage,
        "from_level": one.clock.level,
        "level": level,
        "due": one.clock.due_at.isoformat(),
        "organisation": supervisor.name if supervisor else "",
    }
    decided = moves.decide("escalate", State(one.case.state), one.case.revision, SYSTEM, now, detail=detail)
    session.add(CaseLog(case_id=one.case.id, **vars(decided)))
    then(Stand.of(one.case), decided).write(one.case)
    return decided.seq


def _told(
    one: _Due, level: str | None, supervisor: Supervisor | None, now: datetime, seq: int
) -> list[Notice]:
    """Tell who has the case that it is late, and the next level that it is to watch over it."""
    clock, stage = one.clock, STAGE[one.clock.stage]
    words = level and LEVEL_WORDS[level]
    late = _to_owner(one, None, now)
    late.body = f"{stage.zh}已超时：{excerpt(one.case.text)}。" + (
        f"已升级到{words[0]}督办。" if words else ""
    )
    late.body_en = f"Late ({stage.en}): {excerpt(one.case.text)}." + (
        f" The {words[1]} watches it now." if words else ""
    )
    late.key = f"late:{clock.id}:{seq}"
    notices = [late] if late.member_id or late.organisation_id or late.agency else []
    if words and supervisor is not None:
        until = say_time(next(own.due_at for own in reversed(one.book.of(clock.stage)) if own.level == level))
        watch = Notice(
            case_id=one.case.id, organisation_id=supervisor.organisation_id, created_at=now, send_after=now
        )
        watch.key = f"escalate:{clock.id}:{seq}"
        watch.body = f"请督办：{excerpt(one.case.text)}。{stage.zh}超时，{until} 前督促解决。"
        watch.body_en = f"Please watch over: {excerpt(one.case.text)}; late in {stage.en}."
        notices.append(watch)
    return notices


def _to_owner(one: _Due, otherwise: Supervisor | None, now: datetime) -> Notice:
    """Address a notice to who has the case: its member, organisation or agency; else to who watches over the place."""
    case = one.case
    organisation_id = case.organisation_id
    if case.member_id is None and organisation_id is None and not case.agency and otherwise is not None:
        organisation_id = otherwise.organisation_id
    return Notice(
        case_id=case.id,
        member_id=case.member_id,
        organisation_id=None if case.member_id is not None else organisation_id,
        agency=case.agency if case.member_id is None and organisation_id is None else "",
        created_at=now,
        send_after=now,
    )


def watched(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Give, for listed cases that were escalated, the highest level that watches, as Chinese and English words."""
    # index: uq_case_clock_running
    rows = session.execute(
        select(CaseClock.case_id, CaseClock.level).where(
            CaseClock.case_id.in_(case_ids),
            CaseClock.stopped_at.is_(None),
            CaseClock.organisation_id.is_not(None),
        )
    )
    order = list(LEVEL_WORDS)
    highest: dict[int, str] = {}
    for case_id, level in rows:
        if order.index(level) >= order.index(highest.get(case_id, level)):
            highest[case_id] = level
    return {case_id: LEVEL_WORDS[level] for case_id, level in highest.items()}
