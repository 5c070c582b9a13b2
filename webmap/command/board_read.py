"""What the board shows, read in a fixed number of questions however many cases are open: rows, lanes, who is on duty.

Before: `cases.queries`, `cases.roster`, `cases.undo` within the person's scope. After: `command.board` draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases import loads, overdue, queries, roster, undo
from gis.cases.moved import LastMove, last_moves
from gis.cases.queries import CaseRow, Filter
from gis.cases.roster import OnDuty
from gis.cases.undo import Given
from gis.staff.models import Account
from gis.staff.people import Branch, GridName, branches_of, grids_named
from gis.staff.scope import Scope
from webmap.command.lanes import LANES, Lane


@dataclass(frozen=True)
class Listed:
    """One page of the list with the numbers of its lanes; `given` is what the person can still take back."""

    rows: list[CaseRow]
    watched: dict[int, tuple[str, str]]
    lanes: list[tuple[Lane, int]]
    total: int
    given: list[Given]


@dataclass(frozen=True)
class People:
    """To whom work can be given, what each carries, who of them is on duty now, and the grids to narrow by."""

    branches: list[Branch]
    loads: dict[int, int]
    on_duty: list[OnDuty]
    grids: list[GridName]


def listed(session: Session, scope: Scope, account: Account, wanted: Filter, now: datetime) -> Listed:
    """Read one page of the list."""
    rows = queries.open_cases(session, scope, wanted, now)
    counted = queries.lanes(session, scope, now)
    return Listed(
        rows=rows,
        watched=overdue.watched(session, [row.case.id for row in rows]),
        lanes=[(lane, lane.count(counted)) for lane in LANES],
        total=_total(session, scope, wanted, now, len(rows)),
        given=undo.just_given(session, scope, account.id, now),
    )


def _total(session: Session, scope: Scope, wanted: Filter, now: datetime, found: int) -> int:
    """Count what the filter holds; a first page that is not full has said it already."""
    if wanted.offset == 0 and found < wanted.limit:
        return found
    return queries.count_open(session, scope, wanted, now)


def people(session: Session, scope: Scope, now: datetime) -> People:
    """Read who is there."""
    branches = branches_of(session, scope.grid_ids, now)
    return People(
        branches=branches,
        loads=loads.open_loads(session, [one.member_id for branch in branches for one in branch.members]),
        on_duty=roster.on_duty(session, scope.grid_ids, now),
        grids=grids_named(session, scope.grid_ids, now),
    )


@dataclass(frozen=True)
class Changed:
    """What is otherwise than on a screen: rows to draw anew, rows that are there no more, how many are new."""

    now: Listed
    anew: list[CaseRow]
    gone: list[int]
    fresh: int
    by: dict[int, LastMove]


def changed(
    session: Session, scope: Scope, account: Account, wanted: Filter, *, shown: dict[int, int], now: datetime
) -> Changed:
    """Compare a screen's page, case id to revision, with how it is now.

    A row that has slipped to the next page unmoved stays on the screen: nothing jumps.
    """
    current = listed(session, scope, account, wanted, now)
    rows = {row.case.id: row for row in current.rows}
    missing = [case_id for case_id in shown if case_id not in rows]
    by = last_moves(session, missing)
    gone = [one for one in missing if one not in by or by[one].revision != shown[one] or not by[one].open]
    anew = [row for row in current.rows if shown.get(row.case.id, row.case.revision) != row.case.revision]
    by |= last_moves(session, [row.case.id for row in anew])
    return Changed(current, anew, gone, _fresh(rows, shown), by)


def _fresh(rows: dict[int, CaseRow], shown: dict[int, int]) -> int:
    return sum(case_id not in shown for case_id in rows)


def marked(session: Session, scope: Scope, ids: Sequence[int], now: datetime) -> list[CaseRow]:
    """Give some open cases of a scope in the order asked; those that are not there are left out."""
    found = {row.case.id: row for row in queries.cases_of(session, scope, ids, now)}
    return [found[case_id] for case_id in ids if case_id in found]
