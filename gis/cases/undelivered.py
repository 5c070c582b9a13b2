"""Notices that did not reach somebody: given up, or tried for long; listed for who answers for the area.

Before: `cases.delivery`. After: the commander's board and the page `/undelivered`, where a person has them sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from gis.cases.delivery import NoticeDelivery
from gis.cases.models import Case, Notice
from gis.errors import NotFoundError
from gis.staff.channels import AccountChannel
from gis.staff.models import Account, Member, Organisation
from gis.staff.scope import Scope

MANY_ATTEMPTS = 3
"""After so many attempts a delivery is shown although it is still tried."""


@dataclass(frozen=True)
class Undelivered:
    """One delivery with the words of its list."""

    row: NoticeDelivery
    body: str
    body_en: str
    case_id: int
    case_number: str
    whom: str | None
    """A member's, organisation's or account's name; None for a resident."""


def _not_there() -> ColumnElement[bool]:
    return NoticeDelivery.delivered_at.is_(None) & or_(
        NoticeDelivery.failed_at.is_not(None), NoticeDelivery.attempts >= MANY_ATTEMPTS
    )


def _mine(scope: Scope) -> ColumnElement[bool]:
    return or_(scope.over_grid(Case.grid_id), Case.grid_id.is_(None) & Case.area_id.in_(scope.area_ids))


# indexes: ix_notice_delivery_undelivered, pk_notice, pk_case
def listed(session: Session, scope: Scope, limit: int = 200) -> Sequence[Undelivered]:
    """Give what did not reach somebody about cases of a scope, that which is given up first, then the newest."""
    whom = func.coalesce(Member.name, Organisation.name, Account.name)
    query = (
        select(NoticeDelivery, Notice.body, Notice.body_en, Case.id, Case.number, whom)
        .join(Notice, Notice.id == NoticeDelivery.notice_id)
        .join(Case, Case.id == Notice.case_id)
        .outerjoin(Member, Member.id == Notice.member_id)
        .outerjoin(Organisation, Organisation.id == Notice.organisation_id)
        .outerjoin(AccountChannel, AccountChannel.id == NoticeDelivery.account_channel_id)
        .outerjoin(Account, Account.id == AccountChannel.account_id)
        .where(_not_there(), _mine(scope))
        .order_by(NoticeDelivery.failed_at.is_(None), NoticeDelivery.created_at.desc())
        .limit(limit)
    )
    return [Undelivered(*row) for row in session.execute(query)]


# indexes: ix_notice_delivery_undelivered, pk_notice, pk_case
def count(session: Session, scope: Scope) -> int:
    """Count them."""
    query = (
        select(func.count())
        .select_from(NoticeDelivery)
        .join(Notice, Notice.id == NoticeDelivery.notice_id)
        .join(Case, Case.id == Notice.case_id)
        .where(_not_there(), _mine(scope))
    )
    return session.scalar(query) or 0


# indexes: ix_notice_delivery_undelivered, pk_notice, pk_case
def send_again(session: Session, scope: Scope, now: datetime, delivery_id: int | None = None) -> int:
    """Have one of them, or all, sent again from the first attempt on, under the same key; give their number.

    Raises
    ------
    NotFoundError
        When the one asked for was delivered meanwhile, or is not in the scope.
    """
    found = (
        select(NoticeDelivery.id)
        .join(Notice, Notice.id == NoticeDelivery.notice_id)
        .join(Case, Case.id == Notice.case_id)
        .where(_not_there(), _mine(scope))
    )
    if delivery_id is not None:
        found = found.where(NoticeDelivery.id == delivery_id)
    again = (
        update(NoticeDelivery)
        .where(NoticeDelivery.id.in_(found))
        .values(attempts=0, next_at=now, failed_at=None)
        .returning(NoticeDelivery.id)
    )
    number = len(session.scalars(again).all())
    if delivery_id is not None and not number:
        raise NotFoundError("它已经送达，不在名单里。 It was delivered meanwhile and is no longer listed.")
    return number
