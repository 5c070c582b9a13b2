"""Who made the last move of some cases, which, and when: what a second person is told before they act on old news.

Before: `cases.models`. After: the board's live rows, and the sentence of a collision.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.models import Case, CaseLog
from gis.staff.models import Account


@dataclass(frozen=True)
class LastMove:
    """The newest row of a case's history; `account` is "" where a resident or the program moved."""

    case_id: int
    number: str
    revision: int
    open: bool
    at: datetime
    move: str
    role: str
    account: str


# indexes: pk_case, uq_case_log_case_id_seq, pk_account
def last_moves(session: Session, case_ids: Collection[int]) -> dict[int, LastMove]:
    """Give the newest move of each of some cases; the caller has asked whether they are the person's to see."""
    query = (
        select(
            Case.id,
            Case.number,
            Case.revision,
            Case.closed_at.is_(None),
            CaseLog.at,
            CaseLog.move,
            CaseLog.role,
            Account.name,
        )
        .join(CaseLog, (CaseLog.case_id == Case.id) & (CaseLog.seq == Case.revision))
        .outerjoin(Account, Account.id == CaseLog.account_id)
        .where(Case.id.in_(sorted(case_ids)))
    )
    return {row[0]: LastMove(*row[:-1], row[-1] or "") for row in session.execute(query)} if case_ids else {}
