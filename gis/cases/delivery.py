"""One notice on one channel to one address: what is still to be sent, and how it went.

Before: `cases.outbox` makes these rows. After: `tasks.channels` carries them. A delivery is claimed for a while in a
transaction of its own, so that no slow receiver holds a lock; a worker that dies in between leaves it to the next one,
and the delivery's key lets the receiver drop the repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

import gis.staff.channels  # noqa: F401 - deliveries point to channels
from gis.cases.models import Notice, Report
from gis.cases.quiet import after_quiet
from gis.database import Base, Id
from gis.places.privacy import unseal
from gis.retrying import MOST_ATTEMPTS, given_up, wait
from gis.settings import settings
from gis.staff.channels import AccountChannel, GroupRobot
from gis.staff.models import Account

LEASE = timedelta(minutes=3)
"""So long a claimed delivery is its worker's; longer than a whole batch of silent receivers takes."""
BROKEN_OFF = "发送中途断开，每次都没有结果。 Sending broke off every time."
WAITING = text("delivered_at IS NULL AND failed_at IS NULL")


class NoticeDelivery(Base):
    """A notice's way to one address beside the app."""

    __tablename__ = "notice_delivery"
    __table_args__ = (
        # one row an address, however often the outbox runs
        UniqueConstraint("key"),
        CheckConstraint(
            "num_nonnulls(account_channel_id, group_robot_id, report_id) = 1", name="one_address"
        ),
        # claim(channel, now)
        Index("ix_notice_delivery_waiting", "channel", "next_at", postgresql_where=WAITING),
        # undelivered(scope)
        Index("ix_notice_delivery_undelivered", "created_at", postgresql_where=text("delivered_at IS NULL")),
        # deliveries_of(notice), and the end of a channel or robot
        Index("ix_notice_delivery_notice_id", "notice_id"),
        Index("ix_notice_delivery_account_channel_id", "account_channel_id"),
        Index("ix_notice_delivery_group_robot_id", "group_robot_id"),
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    key: Mapped[str]
    channel: Mapped[str]
    account_channel_id: Mapped[int | None] = mapped_column(
        ForeignKey("account_channel.id", ondelete="CASCADE")
    )
    group_robot_id: Mapped[int | None] = mapped_column(ForeignKey("group_robot.id", ondelete="CASCADE"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    urgent: Mapped[bool]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    next_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(server_default="")
    reference: Mapped[str] = mapped_column(server_default="")


@dataclass(frozen=True)
class Parcel:
    """What a channel needs to carry one delivery; the address and the robot's secret are shown nowhere."""

    delivery_id: int
    key: str
    channel: str
    attempts: int
    language: str
    body: str
    link: str
    address: str = field(repr=False, default="")
    secret: str = field(repr=False, default="")


# index: ix_notice_delivery_waiting
def claim(session: Session, channel: str, now: datetime, limit: int = 20) -> list[Parcel]:
    """Take what is due on a channel, the oldest first, for `LEASE`; what another worker holds is passed over.

    The attempt is counted here, so that one which ends its worker is counted too, and given up in the end.
    """
    session.execute(
        update(NoticeDelivery)
        .where(NoticeDelivery.channel == channel, WAITING, NoticeDelivery.next_at <= now)
        .where(NoticeDelivery.attempts >= MOST_ATTEMPTS)
        .values(failed_at=now, error=BROKEN_OFF)
    )
    due = (
        select(NoticeDelivery.id)
        .where(NoticeDelivery.channel == channel, WAITING, NoticeDelivery.next_at <= now)
        .order_by(NoticeDelivery.next_at, NoticeDelivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.scalars(
        update(NoticeDelivery)
        .where(NoticeDelivery.id.in_(due.scalar_subquery()))
        .values(attempts=NoticeDelivery.attempts + 1, next_at=now + LEASE)
        .returning(NoticeDelivery.id)
    ).all()
    return _parcels(session, taken)


# indexes: pk_notice_delivery, pk_notice, pk_report
def _parcels(session: Session, delivery_ids: Sequence[int]) -> list[Parcel]:
    query = (
        select(NoticeDelivery, Notice, AccountChannel, Account.language, GroupRobot, Report)
        .join(Notice, Notice.id == NoticeDelivery.notice_id)
        .outerjoin(AccountChannel, AccountChannel.id == NoticeDelivery.account_channel_id)
        .outerjoin(Account, Account.id == AccountChannel.account_id)
        .outerjoin(GroupRobot, GroupRobot.id == NoticeDelivery.group_robot_id)
        .outerjoin(Report, Report.id == NoticeDelivery.report_id)
        .where(NoticeDelivery.id.in_(delivery_ids))
        .order_by(NoticeDelivery.id)
    )
    return [
        _parcel(row, notice, (own, language, robot, report))
        for row, notice, own, language, robot, report in session.execute(query)
    ]


Reader: TypeAlias = tuple[AccountChannel | None, str | None, GroupRobot | None, Report | None]
"""A person's own channel with their language, or a robot, or a report; the others are None."""


def _parcel(row: NoticeDelivery, notice: Notice, reader: Reader) -> Parcel:
    own, language, robot, report = reader
    sealed = own.address_sealed if own else robot.url_sealed if robot else report and report.contact_sealed
    spoken = language or (report.language if report else settings().language)
    return Parcel(
        row.id,
        row.key,
        row.channel,
        row.attempts,
        spoken,
        notice.body_en if spoken == "en" and notice.body_en else notice.body,
        _link(notice, report),
        unseal(sealed) if sealed else "",
        unseal(robot.secret_sealed) if robot and robot.secret_sealed else "",
    )


def _link(notice: Notice, report: Report | None) -> str:
    """Give the page where the reader sees more: a reporter's own link, or the case; none where there is no case."""
    if report is not None:
        return f"{settings().public_url}/t/{report.tracking_token}"
    return f"{settings().public_url}/cases/{notice.case_id}" if notice.case_id else ""


# index: pk_notice_delivery
def delivered(session: Session, parcel: Parcel, now: datetime, reference: str = "") -> None:
    """Write down that the receiver has it; once is enough."""
    session.execute(
        update(NoticeDelivery)
        .where(NoticeDelivery.id == parcel.delivery_id, NoticeDelivery.delivered_at.is_(None))
        .values(delivered_at=now, failed_at=None, error="", reference=reference[:100])
    )


# index: pk_notice_delivery
def failed(
    session: Session, parcel: Parcel, now: datetime, error: str, *, for_good: bool = False, asked_s: float = 0
) -> None:
    """Write down that it was not taken: again later by the one retry policy, or left to a person."""
    over = for_good or given_up(parcel.attempts)
    row = session.get(NoticeDelivery, parcel.delivery_id, with_for_update=True)
    if row is None or row.delivered_at is not None or row.attempts != parcel.attempts:
        return  # its channel was ended, or another worker has it meanwhile
    row.error = error[:300]
    row.failed_at = now if over else None
    row.next_at = after_quiet(now + wait(parcel.attempts, asked_s), urgent=row.urgent)


# index: pk_notice_delivery
def put_back(session: Session, parcel: Parcel, at: datetime) -> None:
    """Give back what was claimed and not tried: it counts as no attempt."""
    session.execute(
        update(NoticeDelivery)
        .where(NoticeDelivery.id == parcel.delivery_id, NoticeDelivery.attempts == parcel.attempts, WAITING)
        .values(attempts=NoticeDelivery.attempts - 1, next_at=at)
    )
