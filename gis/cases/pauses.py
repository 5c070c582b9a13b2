"""The end of a hold: cases whose named day has come go on by themselves.

Before: `cases.moves`. After: `tasks.pauses`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.actor import SYSTEM
from gis.cases.models import Case


# index: ix_case_paused_until
def resume_next(session: Session, now: datetime) -> Case | None:
    """Let the case go on whose hold ended first; None when no day has come. One that another holds is passed over."""
    query = (
        select(Case)
        .where(Case.paused_until.is_not(None), Case.paused_until <= now)
        .order_by(Case.paused_until)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    case = session.scalars(query).first()
    if case is not None:
        moves.make(session, case, "resume", SYSTEM, now)
    return case
