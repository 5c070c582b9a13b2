"""The outbox: notices that were written with their move and have not been sent.

Before: `cases.notify`. After: `tasks.notices`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gis.cases.models import Notice, Report
from gis.staff.models import Account

MOST_ATTEMPTS = 8


# index: ix_notice_unsent
def take_due(session: Session, now: datetime, limit: int = 100) -> Sequence[Notice]:
    """Lock the notices that are due, the oldest first; those that another worker holds are passed over."""
    query = (
        select(Notice)
        .where(Notice.sent_at.is_(None), Notice.failed_at.is_(None), Notice.send_after <= now)
        .order_by(Notice.send_after, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).all()


# index: uq_notice_key
def known_keys(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Give those keys under which something was written already."""
    return frozenset(session.scalars(select(Notice.key).where(Notice.key.in_(keys))))


def sent(notice: Notice, now: datetime) -> None:
    """Write down that a channel took a notice."""
    notice.attempts += 1
    notice.sent_at = now
    notice.error = ""


def failed(notice: Notice, now: datetime, error: str) -> None:
    """Write down that a channel did not take it: again later, and later still, in the end shown as undelivered."""
    notice.attempts += 1
    notice.error = error[:500]
    if notice.attempts >= MOST_ATTEMPTS:
        notice.failed_at = now
    notice.send_after = now + timedelta(seconds=10 * 2**notice.attempts)


# index: ix_notice_member_id
def mark_seen(session: Session, account: Account, now: datetime) -> None:
    """Write down that a member has seen their notices."""
    session.execute(
        update(Notice)
        .where(Notice.member_id == account.member_id, Notice.seen_at.is_(None), Notice.member_id.is_not(None))
        .values(seen_at=now)
    )


# index: ix_report_forget_at
def forget_contacts(session: Session, now: datetime) -> int:
    """Erase the telephones whose end date has come; give their number."""
    done = session.execute(
        update(Report)
        .where(Report.contact_sealed.is_not(None), Report.forget_at <= now)
        .values(contact_sealed=None)
        .returning(Report.id)
    )
    return len(done.all())
