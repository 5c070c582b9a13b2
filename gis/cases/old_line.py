"""Work under the old line: who had a case until its ground changed hands may still send in what they did meanwhile.

Before: `cases.rehome`. After: `cases.queries.lock` lets it in, `cases.moves` labels it. Only until the new owner moves
it, for two days, and only by whom the case was taken from; the case stays with its new owner.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.models import CaseLog

LATE = timedelta(days=2)
MOST_OWN = 50
"""How many moves one sends in at most for one case."""


def _beside(log: CaseLog, member_id: int | None) -> bool:
    """Say whether a move changes nothing here: a late clock's, or itself work under the old line by the same member."""
    own = member_id is not None and log.detail.get("member_id") == member_id
    return log.move == "escalate" or (own and "under_old_line" in log.detail)


# index: uq_case_log_case_id_seq
def handed_over(
    session: Session, case_id: int, *, member_id: int | None, organisation_id: int | None = None
) -> CaseLog | None:
    """Give the move that took a case from somebody with its ground, if nothing but their own came since; else None."""
    if member_id is None and organisation_id is None:
        return None
    query = select(CaseLog).where(CaseLog.case_id == case_id).order_by(CaseLog.seq.desc()).limit(MOST_OWN)
    last = next((log for log in session.scalars(query) if not _beside(log, member_id)), None)
    if last is None or last.move != "rehome":
        return None
    before = last.detail.get("before", {})
    own = member_id is not None and before.get("member_id") == member_id
    ours = organisation_id is not None and before.get("organisation_id") == organisation_id
    return last if own or ours else None


def in_time(handed: CaseLog, revision: int | None, now: datetime) -> bool:
    """Say whether what was seen before the hand-over may still come in."""
    return now - handed.at <= LATE and revision in {None, handed.seq - 1, handed.seq}


def label(session: Session, case_id: int, member_id: int | None) -> dict[str, Any]:
    """Give what the log says of a move by whom the case was taken from; nothing for everybody else."""
    handed = handed_over(session, case_id, member_id=member_id)
    if handed is None:
        return {}
    told = {name: handed.detail.get(name) for name in ("plan", "plan_name", "from_grid_id")}
    return {"under_old_line": told}
