"""The tables that hardly change - categories, calendar, limits, rules - kept by each process while their version stays.

Before: `cases.models`; the database raises a version with every change. After: intake, deadlines. A report asks for the
versions anyway (`cases.intake`), so that knowing them costs no question of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases.clock_models import CalendarYear, ClockLimit
from gis.cases.clock_rules import Reminder, Rules
from gis.cases.deadlines import Calendar, Limit, Unit, settled_span
from gis.cases.models import CalendarDay, CaseType
from gis.errors import InputError
from gis.settings import settings

T = TypeVar("T")
OTHER = "L0999"
"""The category of a report that says none and whose words name none: 其他诉求."""

_VERSIONS = text("SELECT layer, version FROM layer_version")


def versions_of(session: Session) -> dict[str, int]:
    """Ask for the versions of all tables that are kept."""
    return {row[0]: row[1] for row in session.execute(_VERSIONS)}


class Kept(Generic[T]):
    """What was read of some tables, as it was at their versions."""

    def __init__(self, layers: tuple[str, ...], read: Callable[[Session], T]) -> None:
        self.layers = layers
        self.read = read
        self.kept: tuple[tuple[int, ...], T] | None = None

    def get(self, session: Session, versions: Mapping[str, int] | None) -> T:
        """Give it, read anew when a table has changed; without `versions` they are asked for."""
        known = versions if versions is not None else versions_of(session)
        version = tuple(known.get(layer, 0) for layer in self.layers)
        kept = self.kept
        if kept is None or kept[0] != version:
            kept = self.kept = (version, self.read(session))
        return kept[1]


def _read_types(session: Session) -> list[CaseType]:
    rows = list(session.scalars(select(CaseType).order_by(CaseType.code)))
    for row in rows:
        session.expunge(row)
    return rows


def _read_calendar(session: Session) -> Calendar:
    rows = session.execute(select(CalendarDay.day, CalendarDay.working, CalendarDay.name)).all()
    first, last = settled_span(set(session.scalars(select(CalendarYear.year))))
    return Calendar(
        {row[0]: row[1] for row in rows}, last, first, names={row[0]: row[2] for row in rows if row[2]}
    )


def _read_limits(session: Session) -> dict[tuple[str, str], Limit]:
    return {
        (row.stage, row.level): Limit(row.limit_value, Unit(row.limit_unit))
        for row in session.scalars(select(ClockLimit))
    }


def _read_coded(session: Session) -> dict[str, list[CaseType]]:
    coded: dict[str, list[CaseType]] = {}
    for row in _read_types(session):
        coded.setdefault(row.code, []).append(row)
    return coded


_types = Kept(("case_types",), _read_types)
_coded = Kept(("case_types",), _read_coded)
_calendar = Kept(("calendar",), _read_calendar)
_limits = Kept(("clock_limits",), _read_limits)


def case_types(session: Session, at: datetime, versions: Mapping[str, int] | None = None) -> list[CaseType]:
    """Give the categories in force at an instant, in the order of their codes; rows bound to no session."""
    return [row for row in _types.get(session, versions) if at in row.valid]


def calendar(session: Session, versions: Mapping[str, int] | None = None) -> Calendar:
    """Give the days that differ from their weekday; the list speaks to the end of its last year."""
    return _calendar.get(session, versions)


def clock_limits(session: Session) -> Mapping[tuple[str, str], Limit]:
    """Give the city's limits of clocks, by stage and level."""
    return _limits.get(session, None)


def rules_of(session: Session, case_type: CaseType, versions: Mapping[str, int] | None = None) -> Rules:
    """Give all that the clocks of a case of a category are reckoned by."""
    known = versions if versions is not None else versions_of(session)
    return Rules(
        calendar=_calendar.get(session, known),
        calendar_version=known.get("calendar", 0),
        limits=_limits.get(session, known),
        handle=Limit(case_type.limit_value, Unit(case_type.limit_unit)),
        authority=case_type.authority,
        zone=settings().time_zone,
        reminder=Reminder.read(settings().remind_before),
    )


def case_type_of(
    session: Session, code: str | None, words: str, at: datetime, versions: Mapping[str, int] | None = None
) -> CaseType:
    """Find the category asked for, or the one whose keywords stand in the words, or 其他诉求.

    Raises
    ------
    InputError
        When the code is not in the table, or the table is empty.
    """
    if code is not None:
        named = next((row for row in _coded.get(session, versions).get(code, ()) if at in row.valid), None)
        if named is not None:
            return named
    types = case_types(session, at, versions)
    if not types:
        raise InputError("还没有案件类别，请先运行 wangge load categories。 No categories are loaded yet.")
    if code is None:
        other = next((row for row in types if row.code == OTHER), types[-1])
        return max(types, key=lambda row: (_said(row, words), row is other, row.code))
    raise InputError(f"没有“{code[:20]}”这个类别。 There is no category {code[:20]!r}.", field="category")


def every_type(session: Session) -> list[CaseType]:
    """Give all categories, in force or not; rows bound to no session."""
    return _types.get(session, None)


def type_with(session: Session, case_type_id: int) -> CaseType:
    """Give the category of a case by its id, in force or not."""
    return next(row for row in _types.get(session, None) if row.id == case_type_id)


def _said(case_type: CaseType, words: str) -> int:
    """Count the letters of a category's keywords that the words hold: longer words say more."""
    return sum(len(keyword) for keyword in case_type.keywords if keyword in words)
