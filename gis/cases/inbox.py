"""The notices of a person: how many wait, and that they were seen.

Before: `cases.notify` writes them. After: the bar's count, the notices page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select, update
from sqlalchemy.orm import Session

from gis.cases.models import Notice
from gis.staff.models import Account


def mine(account: Account) -> ColumnElement[bool]:
    """Give the condition that keeps notices to a person's own, their organisation's and their agency's."""
    own = [Notice.member_id == account.member_id] if account.member_id else []
    ours = [Notice.organisation_id == account.organisation_id] if account.organisation_id else []
    agency = [Notice.agency == account.agency] if account.agency else []
    return or_(false(), *own, *ours, *agency)


# indexes: ix_notice_member_id, ix_notice_organisation_id, ix_notice_agency
def unseen(session: Session, account: Account) -> int:
    """Count the notices that a person has not seen."""
    query = select(func.count()).where(mine(account), Notice.seen_at.is_(None))
    return session.scalar(query) or 0


# index: pk_notice
def see(session: Session, account: Account, notice_ids: Sequence[int], now: datetime) -> int:
    """Write down that some notices were seen; those of others are left alone.

    Returns
    -------
    int
        How many had not been seen before.
    """
    query = (
        update(Notice)
        .where(Notice.id.in_(notice_ids), mine(account), Notice.seen_at.is_(None))
        .values(seen_at=now)
        .returning(Notice.id)
    )
    return len(session.scalars(query).all())
