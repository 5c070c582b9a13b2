"""Which cases stand still in the automatic steps.

Before: `cases.models`. After: the sweeper in `tasks`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.models import Case
from gis.cases.states import State


# index: ix_case_open_moved_at
def take_standing(session: Session, before: datetime) -> Case | None:
    """Lock the case that has stood still longest since before an instant; None when there is none.

    One that another worker holds is passed over.
    """
    query = (
        select(Case)
        .where(Case.closed_at.is_(None), Case.state == State.REPORTED, Case.moved_at < before)
        .order_by(Case.moved_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).first()
