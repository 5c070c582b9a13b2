"""One day of a commander's area: what came, what was done, what is late, each figure with its parts.

Before: cases, their clocks, `cases.hotspots`. After: the day's report. A day is the town's own, to its last instant; of
a day that is not over, what happened so far. Nobody is ranked: grids stand in the order of their codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from gis.cases.hotspots import HotSpot, hot_spots
from gis.cases.models import Case, CaseLog, CaseType
from gis.cases.queries import CaseRow, Filter, Lanes, lanes, open_cases, visible
from gis.cases.states import State
from gis.errors import InputError
from gis.grids.models import Grid, GridVersion
from gis.settings import settings
from gis.staff.scope import Scope

MOST_LATE = 30
MOST_SPOTS = 5
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Share:
    """A share with its parts; None where there was nothing to share."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        """Give it in percent, two decimals."""
        return round(100 * self.numerator / self.denominator, 2) if self.denominator else None


@dataclass(frozen=True)
class Kind:
    """How many cases of one category came and were closed."""

    name: str
    name_en: str
    came: int
    closed: int


@dataclass(frozen=True)
class AtGrid:
    """How many cases of one grid came, were closed, and are late at the end."""

    code: str
    name: str
    came: int
    closed: int
    late: int


@dataclass(frozen=True)
class Day:
    """All that the day's report says; `until` is the end of the day, or now while it lasts."""

    day: date
    until: datetime
    came: int
    closed: int
    void: int
    in_time: Share
    given_out: int
    by_hand: int
    standing: Lanes | None
    late: int
    late_rows: list[CaseRow]
    kinds: list[Kind]
    grids: list[AtGrid]
    spots: list[HotSpot]


def day_asked(words: str, now: datetime) -> date:
    """Read a day such as 2026-11-23; nothing means today.

    Raises
    ------
    InputError
        When it is no day, or lies ahead.
    """
    today = now.astimezone(settings().time_zone).date()
    if not words:
        return today
    try:
        found = date.fromisoformat(words)
    except ValueError:
        found = date.max
    if not EARLIEST <= found <= today:
        raise InputError(
            "日期应写作 2026-01-31，不晚于今天。 Give a day as 2026-01-31, not after today.", field="day"
        )
    return found


def day_of(session: Session, scope: Scope, day: date, now: datetime) -> Day:
    """Read one day within a scope, in a fixed number of questions."""
    start = datetime.combine(day, time(), settings().time_zone)
    until = min(start + timedelta(days=1), now)
    came, closed = _between(Case.reported_at, start, until), _between(Case.closed_at, start, until)
    done = and_(closed, Case.state == State.CLOSED)
    totals = _totals(session, scope, came, closed, until)
    moves = _moves(session, scope, start, until)
    today = now - start < timedelta(days=1)
    return Day(
        day=day,
        until=until,
        came=totals.came,
        closed=totals.done,
        void=totals.void,
        in_time=Share(totals.in_time, totals.done),
        given_out=moves.given_out,
        by_hand=moves.by_hand,
        standing=lanes(session, scope, now) if today else None,
        late=totals.late,
        late_rows=open_cases(session, scope, Filter(late=True, limit=MOST_LATE), now) if today else [],
        kinds=_kinds(session, scope, came, done),
        grids=_grids(session, scope, [came, done, _late(until)], until),
        spots=hot_spots(session, scope, until)[:MOST_SPOTS],
    )


def _between(column: Any, start: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= start, column < until)


def _late(until: datetime) -> ColumnElement[bool]:
    return and_(
        Case.due_at < until, or_(Case.closed_at.is_(None), Case.closed_at >= until), Case.reported_at < until
    )


# indexes: ix_case_reported_at, ix_case_closed_at, ix_case_open_state_due_at
def _totals(
    session: Session, scope: Scope, came: ColumnElement[bool], closed: ColumnElement[bool], until: datetime
) -> Any:
    done = Case.state == State.CLOSED
    reported = select(func.count()).where(came, visible(scope)).scalar_subquery()
    late = select(func.count()).where(_late(until), visible(scope)).scalar_subquery()
    query = select(
        reported.label("came"),
        late.label("late"),
        func.count().filter(done).label("done"),
        func.count().filter(Case.state == State.VOID).label("void"),
        func.count().filter(done, Case.closed_at <= Case.due_at).label("in_time"),
    ).where(closed, visible(scope))
    return session.execute(query).one()


# indexes: ix_case_open_moved_at, ix_case_closed_at, then uq_case_log_case_id_seq
def _moves(session: Session, scope: Scope, start: datetime, until: datetime) -> Any:
    """Count how often cases were given out on the day; only cases that moved since then can have been."""
    given = CaseLog.move.in_(("assign", "reassign"))
    query = (
        select(
            func.count().label("given_out"),
            func.count().filter(CaseLog.move == "reassign").label("by_hand"),
        )
        .select_from(CaseLog)
        .join(Case, Case.id == CaseLog.case_id)
        .where(or_(and_(Case.closed_at.is_(None), Case.moved_at >= start), Case.closed_at >= start))
        .where(given, _between(CaseLog.at, start, until), visible(scope))
    )
    return session.execute(query).one()


# indexes: ix_case_reported_at, ix_case_closed_at
def _kinds(
    session: Session, scope: Scope, came: ColumnElement[bool], done: ColumnElement[bool]
) -> list[Kind]:
    query = (
        select(CaseType.name, CaseType.name_en, func.count().filter(came), func.count().filter(done))
        .join(Case, Case.case_type_id == CaseType.id)
        .where(or_(came, done), visible(scope))
        .group_by(CaseType.name, CaseType.name_en)
        .order_by(func.count().desc(), CaseType.name)
    )
    return [Kind(*row) for row in session.execute(query)]


# indexes: ix_case_reported_at, ix_case_closed_at, ix_case_open_state_due_at, ex_grid_version_valid
def _grids(session: Session, scope: Scope, parts: list[ColumnElement[bool]], at: datetime) -> list[AtGrid]:
    # counted by number first: a plan made for any day walked the cases once a grid when names were joined at once
    counts = [func.count().filter(part).label(f"part_{place}") for place, part in enumerate(parts)]
    counted = (
        select(Case.grid_id, *counts)
        .where(or_(*parts), visible(scope), Case.grid_id.is_not(None))
        .group_by(Case.grid_id)
        .subquery()
    )
    query = (
        select(Grid.code, GridVersion.name, *list(counted.c)[1:])
        .join(Grid, Grid.id == counted.c.grid_id)
        .join(GridVersion, and_(GridVersion.grid_id == Grid.id, GridVersion.valid.contains(at)))
        .order_by(Grid.code)
    )
    rows = session.execute(query)
    return [AtGrid(code, name, in_, done, late) for code, name, in_, done, late in map(tuple, rows)]
