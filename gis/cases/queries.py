"""Questions about cases; every one that shows rows takes the scope of the person who asks.

Before: `cases.models`, `staff.scope`. After: the steps and the pages. Which index answers is named beside each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy import case as when
from sqlalchemy.orm import InstrumentedAttribute, Session

from gis.cases.inbox import mine
from gis.cases.kept import kept_id
from gis.cases.models import Assignment, Case, CaseLog, CaseType, Notice, Photo, Report
from gis.cases.old_line import handed_over, in_time
from gis.cases.states import State
from gis.errors import ConflictError, NotFoundError
from gis.grids.models import Grid, GridVersion
from gis.staff.models import Account, Member, Organisation
from gis.staff.roles import Reach
from gis.staff.scope import Scope

SOON = timedelta(hours=4)


def visible(scope: Scope) -> ColumnElement[bool]:
    """Give the condition that keeps a query on cases inside a scope.

    A case that nobody has placed yet belongs to no grid; every commander sees it, so that it is never nobody's. Whoever
    a case was given to sees it, wherever it lies.
    """
    if scope.reach is Reach.ALL:
        return true()
    if scope.reach is Reach.AGENCY:
        return Case.agency == scope.agency if scope.agency else false()
    inside = scope.over_grid(Case.grid_id)
    if scope.reach is Reach.AREA:
        unplaced = and_(Case.grid_id.is_(None), Case.area_id.is_(None))
        return or_(inside, and_(Case.grid_id.is_(None), Case.area_id.in_(scope.area_ids)), unplaced)
    if scope.reach is Reach.GRIDS and scope.member_id is not None:
        return or_(inside, Case.member_id == scope.member_id)
    if scope.reach is Reach.BRANCH and scope.organisation_id is not None:
        return or_(inside, Case.organisation_id == scope.organisation_id)
    return inside


# index: pk_case
def lock(session: Session, scope: Scope, case_id: int, revision: int | None = None) -> Case:
    """Take a case for a move, so that two people cannot move it at once.

    Raises
    ------
    NotFoundError
        When it does not exist, or not for this person.
    ConflictError
        When it was moved since the page with `revision` was made.
    """
    query = select(Case).where(Case.id == case_id).with_for_update(of=Case)
    query = query.execution_options(populate_existing=True)
    case = session.scalars(query.where(visible(scope))).first()
    if (case is None or revision not in {None, case.revision}) and _under_old_line(
        session, scope, case_id, revision
    ):
        return session.scalars(query).one()
    if case is None:
        raise NotFoundError(
            "没有这个案件，或不在您的范围内。 There is no such case in your area.", case=case_id
        )
    if revision is not None and case.revision != revision:
        raise ConflictError(
            "别人刚刚改动过这个案件，请看过现在的状态再操作。 Somebody has just moved this case; look at it again.",
            case=case_id,
            revision=case.revision,
        )
    return case


def _under_old_line(session: Session, scope: Scope, case_id: int, revision: int | None) -> bool:
    """Say whether a case was taken from this person with its ground since they saw it."""
    handed = handed_over(session, case_id, member_id=scope.member_id, organisation_id=scope.organisation_id)
    return handed is not None and in_time(handed, revision, datetime.now(UTC))


@dataclass(frozen=True)
class CaseRow:
    """One case as lists and pages show it; `lon`, `lat` are EPSG:4490 degrees."""

    case: Case
    category: str
    category_en: str
    grid_code: str | None
    grid: str | None
    organisation: str | None
    member: str | None

    @property
    def state(self) -> State:
        """Give the state as the table knows it."""
        return State(self.case.state)

    def late(self, now: datetime) -> bool:
        """Say whether it is open and past its deadline."""
        return self.case.closed_at is None and self.case.due_at is not None and self.case.due_at < now

    def soon(self, now: datetime) -> bool:
        """Say whether it is open and due within four hours."""
        due_at = self.case.due_at
        return self.case.closed_at is None and due_at is not None and now <= due_at < now + SOON


def _rows(at: datetime) -> ColumnElement[bool]:
    return GridVersion.valid.contains(at)


def rows_at(at: datetime):  # type: ignore[no-untyped-def]
    """Select cases as `CaseRow` shows them, with the names of an instant."""
    return (
        select(
            Case,
            CaseType.name,
            CaseType.name_en,
            Grid.code,
            GridVersion.name,
            Organisation.name,
            Member.name,
        )
        .join(CaseType, CaseType.id == Case.case_type_id)
        .outerjoin(Grid, Grid.id == Case.grid_id)
        .outerjoin(GridVersion, and_(GridVersion.grid_id == Case.grid_id, _rows(at)))
        .outerjoin(Organisation, Organisation.id == Case.organisation_id)
        .outerjoin(Member, Member.id == Case.member_id)
    )


# index: pk_case
def case_of(session: Session, scope: Scope, case_id: int, now: datetime) -> CaseRow:
    """Give one case of a person's scope.

    Raises
    ------
    NotFoundError
        When it does not exist, or not for this person.
    """
    row = session.execute(rows_at(now).where(Case.id == case_id, visible(scope))).first()
    if row is None:
        raise NotFoundError(
            "没有这个案件，或不在您的范围内。 There is no such case in your area.", case=case_id
        )
    return CaseRow(*row)


# index: pk_case
def cases_of(session: Session, scope: Scope, case_ids: Sequence[int], now: datetime) -> list[CaseRow]:
    """Give those of some cases that are open and a person may see."""
    query = rows_at(now).where(Case.id.in_(case_ids), Case.closed_at.is_(None), visible(scope))
    return [CaseRow(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Filter:
    """What a list of open cases is narrowed to."""

    states: tuple[State, ...] = ()
    late: bool = False
    soon: bool = False
    grid_id: int | None = None
    member_id: int | None = None
    box: tuple[float, float, float, float] | None = None
    """West, south, east, north in EPSG:4490 degrees; a case on the side is inside."""
    text: str = ""
    order: str = "due"
    limit: int = 200
    offset: int = 0


ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "due": (Case.due_at.asc().nulls_first(), Case.id.asc()),
    "new": (Case.reported_at.desc(), Case.id.desc()),
    "still": (Case.moved_at.asc(), Case.id.asc()),
    "grid": (Grid.code.asc().nulls_first(), Case.due_at.asc().nulls_first(), Case.id.asc()),
}
"""How a list may be sorted: due first, newest first, longest without a move first, by grid."""


# indexes: ix_case_open_state_due_at for the board, ix_case_open_grid_id and ix_case_open_member_id for one's own
def open_cases(session: Session, scope: Scope, wanted: Filter, now: datetime) -> list[CaseRow]:
    """List open cases of a scope in one of `ORDERS`; by default what is due first, without a deadline before all."""
    query = rows_at(now).where(Case.closed_at.is_(None), visible(scope), *conditions(wanted, now))
    query = query.order_by(*ORDERS[wanted.order]).limit(wanted.limit).offset(wanted.offset)
    return [CaseRow(*row) for row in session.execute(query)]


# index: ix_case_open_state_due_at, or the one of what the list is narrowed to
def count_open(session: Session, scope: Scope, wanted: Filter, now: datetime) -> int:
    """Count the open cases that a filter holds, on all its pages."""
    query = select(func.count()).select_from(Case).where(Case.closed_at.is_(None), visible(scope))
    return session.scalar(query.where(*conditions(wanted, now))) or 0


def conditions(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    """Give what a filter asks of open cases; page and order are not in it."""
    asked: list[ColumnElement[bool]] = []
    if wanted.states:
        asked.append(Case.state.in_(wanted.states))
    if wanted.late:
        asked.append(Case.due_at < now)
    if wanted.soon:
        asked.append(Case.due_at.between(now, now + SOON))
    if wanted.grid_id is not None:
        asked.append(Case.grid_id == wanted.grid_id)
    if wanted.member_id is not None:
        asked.append(Case.member_id == wanted.member_id)
    if wanted.box is not None:
        asked.append(Case.point.op("&&")(func.ST_MakeEnvelope(*wanted.box, 4490)))
    if wanted.text:
        asked.append(or_(_holds(Case.text, wanted.text), _holds(Case.number, wanted.text)))
    return asked


def _holds(column: InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    return column.contains(words, autoescape=True)


# index: ix_case_open_state_due_at
def queue(session: Session, scope: Scope, now: datetime, limit: int = 200) -> list[CaseRow]:
    """List the cases that a person must place."""
    return open_cases(session, scope, Filter(states=(State.QUEUED,), limit=limit), now)


@dataclass(frozen=True)
class Lanes:
    """How many open cases stand in each lane, and how many are late or soon late."""

    counts: dict[State, int]
    late: int
    soon: int


# index: ix_case_open_state_due_at
def lanes(session: Session, scope: Scope, now: datetime) -> Lanes:
    """Count the open cases of a scope by state and lateness, in one walk over the open ones."""
    late = func.count(when((Case.due_at < now, 1)))
    soon = func.count(when((and_(Case.due_at >= now, Case.due_at < now + SOON), 1)))
    query = select(Case.state, func.count(), late, soon).where(Case.closed_at.is_(None), visible(scope))
    rows = session.execute(query.group_by(Case.state)).all()
    return Lanes(
        {State(row[0]): row[1] for row in rows}, sum(row[2] for row in rows), sum(row[3] for row in rows)
    )


# index: uq_case_log_case_id_seq
def history(session: Session, case_id: int) -> Sequence[CaseLog]:
    """Give a case's moves from the first to the last."""
    return session.scalars(select(CaseLog).where(CaseLog.case_id == case_id).order_by(CaseLog.seq)).all()


# index: ix_assignment_case_id
def receipts(session: Session, case_id: int) -> Sequence[Assignment]:
    """Give a case's assignments with their receipts, the newest first."""
    return session.scalars(
        select(Assignment).where(Assignment.case_id == case_id).order_by(Assignment.id.desc())
    ).all()


# index: uq_photo_case_id_sha256
def photos(session: Session, case_id: int) -> Sequence[Photo]:
    """Give a case's pictures in the order they came."""
    return session.scalars(select(Photo).where(Photo.case_id == case_id).order_by(Photo.id)).all()


# index: ix_report_case_id
def reports(session: Session, case_id: int) -> Sequence[Report]:
    """Give the reports of a case."""
    return session.scalars(select(Report).where(Report.case_id == case_id).order_by(Report.id)).all()


@dataclass(frozen=True)
class Tracked:
    """What the holder of a secret link sees: the case in public words, and its moves without names of accounts."""

    row: CaseRow
    report: Report
    steps: Sequence[CaseLog]
    merged_number: str = ""
    """The number of the report's own case, when another answers for it."""


# index: uq_report_tracking_token
def report_of(session: Session, token: str) -> Report:
    """Find a report by its secret link.

    Raises
    ------
    NotFoundError
        When no report has this link.
    """
    report = session.scalars(select(Report).where(Report.tracking_token == token)).first()
    if report is None:
        raise NotFoundError("没有这个查询链接，请核对后再试。 There is no such link; check it and try again.")
    return report


def tracked(session: Session, token: str, now: datetime) -> Tracked:
    """Find a case by the secret link of one of its reports; of a merged one, the case that answers for it.

    Raises
    ------
    NotFoundError
        When no report has this link.
    """
    report = report_of(session, token)
    row = CaseRow(*session.execute(rows_at(now).where(Case.id == report.case_id)).one())
    steps = history(session, report.case_id)
    if row.case.merged_into_id is None:
        return Tracked(row, report, steps)
    kept = kept_id(session, report.case_id)
    kept_row = CaseRow(*session.execute(rows_at(now).where(Case.id == kept)).one())
    since = [log for log in history(session, kept) if log.at > steps[-1].at]
    return Tracked(kept_row, report, [*steps, *since], row.case.number)


# indexes: ix_notice_member_id, ix_notice_organisation_id, ix_notice_agency
def inbox(session: Session, account: Account, limit: int = 100) -> Sequence[Notice]:
    """Give the notices of a person, the newest first: their own, their organisation's, their agency's."""
    query = select(Notice).where(mine(account)).order_by(Notice.created_at.desc(), Notice.id.desc())
    return session.scalars(query.limit(limit)).all()
