"""The walk of a case through the automatic steps: geocode → grid → assign → notify, until one stops.

Before: `cases.intake`. After: the web report runs it in its own transaction, Celery for bulk files, the sweeper for
what stood still. Every step can run twice: the state says which are behind.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases import assign, geocode, grid, intake, notify
from gis.cases.intake import NewReport, Received
from gis.cases.models import Case
from gis.cases.states import State


def report(session: Session, new: NewReport, now: datetime) -> Received:
    """Take a report in and walk its case as far as it goes by itself; the caller commits."""
    received = intake.receive(session, new, now)
    if not received.repeated:
        advance(session, received.case, now)
        session.flush()
    return received


def advance(session: Session, case: Case, now: datetime) -> None:
    """Run the automatic steps from where a case stands; nothing happens to one that has passed them."""
    if case.state != State.REPORTED or not geocode.step(session, case, now):
        return
    answer = grid.step(session, case, now)
    if answer is not None:
        assignment = assign.step(session, case, answer, now)
        notify.step(session, case, assignment, now)
