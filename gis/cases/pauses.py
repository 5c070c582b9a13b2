"""The end of a hold: cases whose named day has come go on by themselves.

Before: `cases.moves`. After: `tasks.pauses`. A case that failed is passed over until its next attempt is due.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.actor import SYSTEM
from gis.cases.models import Case
from gis.cases.poison import failed, waits

KIND = "hold"
"""What a case is called, whose hold could not be ended, among the things that failed."""


# indexes: ix_case_paused_until, uq_poison_kind_subject
def ended(session: Session, now: datetime, limit: int) -> dict[int, bool]:
    """Give the cases whose hold has ended, the first to end first, and whether they failed before."""
    query = (
        select(Case.id, failed(KIND, Case.id))
        .where(Case.paused_until.is_not(None), Case.paused_until <= now, ~waits(KIND, Case.id, now))
        .order_by(Case.paused_until)
        .limit(limit)
    )
    return {row[0]: row[1] for row in session.execute(query)}


# index: pk_case
def resume(session: Session, case_id: int, now: datetime) -> Case | None:
    """Let a case go on whose hold has ended; None when it has gone on meanwhile, or another worker holds it."""
    query = select(Case).where(Case.id == case_id, Case.paused_until <= now)
    case = session.scalars(query.with_for_update(skip_locked=True)).first()
    if case is not None:
        moves.make(session, case, "resume", SYSTEM, now)
    return case
