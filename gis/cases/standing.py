"""Which cases stand still in the automatic steps.

Before: `cases.models`. After: the sweeper in `tasks`. A case that failed is passed over until its next attempt is due,
and one that was given up until a person has it tried again (`cases.poison`): it holds up no other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.models import Case
from gis.cases.poison import waits
from gis.cases.states import State

KIND = "case"


# indexes: ix_case_open_moved_at, uq_poison_kind_subject
def next_standing(session: Session, before: datetime, now: datetime) -> int | None:
    """Give the id of the case that has stood still longest since before an instant; None when there is none."""
    query = (
        select(Case.id)
        .where(
            Case.closed_at.is_(None),
            Case.state == State.REPORTED,
            Case.moved_at < before,
            ~waits(KIND, Case.id, now),
        )
        .order_by(Case.moved_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).first()


# index: pk_case
def take(session: Session, case_id: int) -> Case | None:
    """Lock a case that still stands in the automatic steps; None when it has walked on or another worker holds it."""
    query = select(Case).where(Case.id == case_id, Case.closed_at.is_(None), Case.state == State.REPORTED)
    return session.scalars(query.with_for_update(skip_locked=True)).first()
