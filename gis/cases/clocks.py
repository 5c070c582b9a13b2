"""The clocks of a case follow its moves; every move of a case in the database comes by here.

Before: `cases.clock_book` (pure), `cases.clock_rows`. After: `cases.moves` and `cases.write` call `follow`; pages, the
sweeper and the figures read what it wrote. A new report's clocks go with the report's one statement (`cases.draft`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from gis.cases import clock_rows
from gis.cases.clock_book import Book, Clock
from gis.cases.clock_rules import Rules
from gis.cases.models import Case
from gis.cases.reference import rules_of, type_with

if TYPE_CHECKING:
    from gis.cases.stand import Decided


def follow(session: Session, case: Case, decided: Decided, now: datetime) -> Book:
    """Let the clocks of a case follow one move; the caller holds its lock.

    Parameters
    ----------
    case : Case
        Its deadline is set to the nearest running one.
    decided : Decided
        The move. A pause says `cause` and `until` in its detail, an extension `limit` ("2工作日") or `until`.
    now : datetime
        Aware.

    Raises
    ------
    InputError
        When the detail of a pause or an extension cannot be understood.
    """
    return follow_all(session, case, [decided])


def follow_all(session: Session, case: Case, moves: Sequence[Decided]) -> Book:
    """Let the clocks of a case follow several moves, written once."""
    rules = rules_of(session, type_with(session, case.case_type_id))
    book = clock_rows.books(session, [case.id])[case.id]
    for one in moves:
        book.follow(one, rules)
        if one.move == "uphold_appeal":
            _sign(book, one)
    clock_rows.write(session, {case.id: book.touched})
    case.due_at, case.deadline = listed(book, case.due_at, case.deadline)
    return book


def _sign(book: Book, decided: Decided) -> None:
    for clock in book.touched:
        if clock.excused_at == decided.at:
            clock.excused_by = decided.account_id


def listed(
    book: Book, due_at: datetime | None, deadline: dict[str, Any]
) -> tuple[datetime | None, dict[str, Any]]:
    """Give the deadline a case is listed by, and what is kept of it beside the case; as before when it has no clock."""
    clock = book.listed
    return (due_at, deadline) if clock is None else (clock.due_at, told(clock))


def told(clock: Clock) -> dict[str, Any]:
    """Give what is kept of a clock beside its case."""
    return {
        "stage": clock.stage,
        "level": clock.level,
        "limit": str(clock.limit),
        "from": clock.started_at.isoformat(),
        "due": clock.due_at.isoformat(),
        "provisional": clock.provisional,
    }


def of_case(session: Session, case_id: int) -> list[Clock]:
    """Give the clocks of a case in the order they began."""
    return clock_rows.books(session, [case_id])[case_id].clocks


def marks(session: Session, case_id: int, now: datetime) -> list[Clock]:
    """Give the lateness marks of a case: the clocks that were missed and are not excused."""
    return [one for one in of_case(session, case_id) if one.missed(now) and one.excused_at is None]


def rules(session: Session, case: Case) -> Rules:
    """Give the rules by which the clocks of a case are reckoned."""
    return rules_of(session, type_with(session, case.case_type_id))
