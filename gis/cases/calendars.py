"""The calendar as people keep it: days, settled years, every change written down, running deadlines reckoned anew.

Before: `cases.reference`. After: the calendar page, `wangge load calendar`, `tasks.clocks`. Only clocks that still run
are reckoned anew, and no deadline is moved into the past: nobody is late by a calendar that came afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import extract, select
from sqlalchemy.orm import Session

from gis.cases import clock_rows, clocks
from gis.cases.clock_book import Book, Change, Clock, set_due
from gis.cases.clock_models import CalendarChange, CalendarYear, CaseClock
from gis.cases.clock_rules import Rules
from gis.cases.models import CalendarDay, Case
from gis.cases.reference import rules_of, type_with, versions_of
from gis.errors import InputError

AT_ONCE = 500
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_NAME = 40


# index: pk_calendar_day
def days_of(session: Session, year: int) -> Sequence[CalendarDay]:
    """Give the days of a year that differ from their weekday."""
    query = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return session.scalars(query.order_by(CalendarDay.day)).all()


def years(session: Session) -> dict[int, bool]:
    """Give every year that has days or is settled, and whether it is settled."""
    settled = set(session.scalars(select(CalendarYear.year)))
    told = session.scalars(select(extract("year", CalendarDay.day)).distinct())
    return {year: year in settled for year in sorted(settled | {int(year) for year in told})}


def changes(session: Session, limit: int = 20) -> Sequence[CalendarChange]:
    """Give the last changes, the newest first."""
    # index: pk_calendar_change
    return session.scalars(select(CalendarChange).order_by(CalendarChange.id.desc()).limit(limit)).all()


def set_day(
    session: Session, day: date, *, working: bool, name: str, account_id: int | None, now: datetime
) -> int:
    """Say that a day is worked or not, against its weekday; give the number of deadlines that moved.

    Raises
    ------
    InputError
        When the day lies outside the calendar, says what its weekday says anyway, or the name is too long.
    """
    _in_range(day.year)
    if working == (day.weekday() < 5):  # noqa: PLR2004 - Saturday
        raise InputError(
            f"{day} 本来就{'上班' if working else '休息'}，不用登记。 {day} is no different from its weekday.",
            field="day",
        )
    if len(name) > LONGEST_NAME:
        raise InputError(f"名称请控制在 {LONGEST_NAME} 字以内。 Keep the name short.", field="name")
    session.merge(CalendarDay(day=day, working=working, name=name.strip(), source="screen"))
    told = {"day": day.isoformat(), "working": working, "name": name.strip()}
    return _changed(session, "set_day", told, account_id, now)


def remove_day(session: Session, day: date, *, account_id: int | None, now: datetime) -> int:
    """Let a day be again what its weekday says; give the number of deadlines that moved.

    Raises
    ------
    InputError
        When the day is not in the calendar.
    """
    row = session.get(CalendarDay, day)
    if row is None:
        raise InputError(f"日历里没有 {day}。 {day} is not in the calendar.", field="day")
    session.delete(row)
    return _changed(session, "remove_day", {"day": day.isoformat(), "name": row.name}, account_id, now)


def settle_year(session: Session, year: int, *, settled: bool, account_id: int | None, now: datetime) -> int:
    """Say that all days of a year are known, or not yet; give the number of deadlines that moved."""
    _in_range(year)
    row = session.get(CalendarYear, year)
    if settled and row is None:
        session.add(CalendarYear(year=year, source="screen", settled_at=now))
    elif not settled and row is not None:
        session.delete(row)
    return _changed(session, "settle" if settled else "unsettle", {"year": year}, account_id, now)


def _in_range(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            f"年份应在 {FIRST_YEAR}—{LAST_YEAR}。 The year lies outside the calendar.", field="day"
        )


def loaded(session: Session, days: Sequence[date], source: str, now: datetime) -> int:
    """Write down that a file was loaded, and reckon anew; give the number of deadlines that moved."""
    told = {"source": source, "days": len(days), "years": sorted({day.year for day in days})}
    return _changed(session, "load", told, None, now)


def _changed(
    session: Session, what: str, detail: dict[str, Any], account_id: int | None, now: datetime
) -> int:
    """Write down a change of the calendar in one row, with the number of running deadlines that moved by it."""
    session.flush()
    moved = 0
    while True:
        looked, changed = step(session, now)
        moved += changed
        if looked < AT_ONCE:
            break
    session.add(CalendarChange(at=now, account_id=account_id, what=what, detail=detail, deadlines=moved))
    session.flush()
    return moved


# index: ix_case_clock_calendar_version
def step(session: Session, now: datetime, limit: int = AT_ONCE) -> tuple[int, int]:
    """Reckon anew at most `limit` running clocks of an older calendar; give how many were looked at and moved.

    Cases that somebody moves right now are passed over: the timetable comes back to them.
    """
    versions = versions_of(session)
    query = (
        select(CaseClock.id, Case)
        .join(Case, Case.id == CaseClock.case_id)
        .where(CaseClock.stopped_at.is_(None), CaseClock.calendar_version < versions.get("calendar", 0))
        .order_by(CaseClock.calendar_version, CaseClock.id)
        .limit(limit)
        .with_for_update(of=Case, skip_locked=True)
    )
    rows = session.execute(query.execution_options(populate_existing=True)).all()
    books = clock_rows.books(session, [case.id for _, case in rows])
    wanted, moved = {clock_id for clock_id, _ in rows}, 0
    for case in {case.id: case for _, case in rows}.values():
        rules, book = rules_of(session, type_with(session, case.case_type_id), versions), books[case.id]
        moved += sum(_again(book, clock, rules, now) for clock in book.clocks if clock.id in wanted)
        case.due_at, case.deadline = clocks.listed(book, case.due_at, case.deadline)
    clock_rows.write(session, {case_id: book.touched for case_id, book in books.items()})
    return len(rows), moved


def _again(book: Book, clock: Clock, rules: Rules, now: datetime) -> bool:
    """Reckon one clock anew; never earlier than it was once that lies in the past."""
    before, kept = clock.due_at, clock.arithmetic
    if "words" in kept:  # a clock from before clocks were kept cannot be reckoned anew from its words
        clock.calendar_version = rules.calendar_version
        book.touch(clock)
        return False
    set_due(clock, rules)
    held = clock.due_at < before and clock.due_at < now
    if held:
        reckoned, clock.due_at, clock.arithmetic = clock.due_at, before, kept
        detail = {"held": True, "would_be": reckoned.isoformat()}
    else:
        detail = {}
    if clock.due_at > now and clock.due_at > before:
        clock.escalated_at = None
    clock.renew(rules)
    book.touch(clock)
    if held or clock.due_at != before:
        clock.changes.append(Change(now, "calendar", before, clock.due_at, detail))
    return clock.due_at != before
