"""The walk of a case through the automatic steps: geocode → grid → assign → notify, until one stops.

Before: `cases.intake`. After: the web report runs it in its own transaction, Celery for bulk files, the sweeper for
what stood still. Every step can run twice: the state says which are behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases import assign, clock_rows, geocode, grid, intake, notify, write
from gis.cases.draft import COLUMNS, Draft
from gis.cases.intake import Begun, NewReport
from gis.cases.models import Case
from gis.cases.queries import CaseRow, tracked
from gis.cases.reference import rules_of, type_with
from gis.cases.states import State


@dataclass(frozen=True)
class Received:
    """A report that is in: how its case stands, the secret of its link, its words, and whether we had it already.

    `row.case` of a new report is a copy that no session holds; to move it, lock it by its id.
    """

    row: CaseRow
    tracking_token: str
    text: str
    repeated: bool


def report(session: Session, new: NewReport, now: datetime) -> Received:
    """Take a report in and walk its case as far as it goes by itself; the caller commits."""
    return report_all(session, [new], now)[0]


def report_all(session: Session, news: Sequence[NewReport], now: datetime) -> list[Received]:
    """Take reports in together: one question and one statement for all of them, so that either all are in or none."""
    begun = intake.begin(session, news, now)
    fresh = [one for one in begun if isinstance(one, Begun)]
    for one in fresh:
        walk(session, one.draft, now)
        if one.report.contact_sealed is not None:
            notify.reporters(one.draft, now)
    ids = iter(write.new(session, [(one.draft, one.report) for one in fresh]))
    return [
        _received(one, next(ids)) if isinstance(one, Begun) else _known(session, one, now) for one in begun
    ]


def _received(begun: Begun, case_id: int) -> Received:
    return Received(
        _row(begun.draft, case_id), begun.report.tracking_token, begun.report.text, repeated=False
    )


def _known(session: Session, token: str, now: datetime) -> Received:
    known = tracked(session, token, now)
    return Received(known.row, token, known.report.text, repeated=True)


def walk(session: Session, draft: Draft, now: datetime) -> None:
    """Run the automatic steps from where a draft stands; nothing happens to one that has passed them."""
    if draft.state is not State.REPORTED or not geocode.step(session, draft, now):
        return
    answer = grid.step(session, draft, now)
    if answer is not None:
        notify.step(draft, assign.step(session, draft, answer, now), now)
        notify.neighbours(session, draft, now)


def advance(session: Session, case: Case, now: datetime) -> None:
    """Walk on a case that is in the database already; the caller holds its lock and commits."""
    case_type = type_with(session, case.case_type_id)
    book = clock_rows.books(session, [case.id])[case.id]
    draft = Draft.of(case, case_type, rules_of(session, case_type), book)
    walk(session, draft, now)
    if draft.logs:
        write.over(session, case, draft)


def _row(draft: Draft, case_id: int) -> CaseRow:
    case = Case()
    # past the columns' own setters: nothing listens to this copy, and they would take longer than the walk
    vars(case).update(
        {name: getattr(draft, name) for name in COLUMNS}, id=case_id, case_type_id=draft.case_type.id
    )
    names = (draft.grid_code, draft.grid, draft.organisation, draft.member)
    return CaseRow(case, draft.case_type.name, draft.case_type.name_en, *names)
