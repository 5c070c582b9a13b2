"""Where staff are told beside the app: their own e-mail or telephone, and the group robots of their organisation.

Before: `staff.models`, the page `/account` and the administrators' page. After: `cases.outbox` makes one delivery for
each of these. Addresses are sealed: a robot's address holds its key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

import gis.staff.models  # noqa: F401 - channels point to accounts and organisations
from gis.database import Base, Id
from gis.errors import InputError
from gis.places.privacy import seal, unseal

OWN_CHANNELS = ("email", "sms")
ROBOTS = {"wecom": "企业微信", "dingtalk": "钉钉"}
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
TELEPHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")
ROBOT_URL = re.compile(r"https?://[^\s/@]+/\S*")
LONGEST_URL = 500


class AccountChannel(Base):
    """One more way on which a person wants to be told."""

    __tablename__ = "account_channel"
    __table_args__ = (
        # channels_of(account); the outbox's fan
        UniqueConstraint("account_id", "channel"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    channel: Mapped[str]
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[datetime]


class GroupRobot(Base):
    """An organisation's robot in a group of 企业微信 or 钉钉; set by an administrator only."""

    __tablename__ = "group_robot"
    __table_args__ = (
        # robots(); the outbox's fan
        UniqueConstraint("organisation_id", "channel"),
        CheckConstraint("channel IN ('wecom', 'dingtalk')", name="channel"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    channel: Mapped[str]
    url_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    since: Mapped[datetime]


# index: uq_account_channel_account_id_channel
def own(session: Session, account_id: int) -> dict[str, str]:
    """Give a person's own addresses by channel."""
    rows = session.scalars(select(AccountChannel).where(AccountChannel.account_id == account_id))
    return {row.channel: unseal(row.address_sealed) for row in rows}


def choose(session: Session, account_id: int, channel: str, address: str, now: datetime) -> None:
    """Set, change or (with an empty address) end one of a person's own ways.

    Raises
    ------
    InputError
        When the channel is none of `OWN_CHANNELS`, or the address does not look like one.
    """
    _check(channel, address)
    if not address:
        session.execute(
            delete(AccountChannel).where(
                AccountChannel.account_id == account_id, AccountChannel.channel == channel
            )
        )
        return
    statement = insert(AccountChannel).values(
        account_id=account_id, channel=channel, address_sealed=seal(address), since=now
    )
    new = {"address_sealed": statement.excluded.address_sealed, "since": now}
    session.execute(statement.on_conflict_do_update(index_elements=["account_id", "channel"], set_=new))


def _check(channel: str, address: str) -> None:
    if channel not in OWN_CHANNELS:
        raise InputError("没有这种通知方式。 There is no such channel.", field="channel")
    if channel == "email" and address and not EMAIL.fullmatch(address):
        raise InputError("这不像一个邮箱地址。 This does not look like an e-mail address.", field="email")
    if channel == "sms" and address and not TELEPHONE.fullmatch(address):
        raise InputError("这不像一个电话号码。 This does not look like a telephone number.", field="sms")


def robots(session: Session) -> Sequence[GroupRobot]:
    """Give all group robots; they are few."""
    return session.scalars(select(GroupRobot).order_by(GroupRobot.organisation_id, GroupRobot.channel)).all()


def set_robot(
    session: Session, organisation_id: int, channel: str, *, url: str, secret: str, now: datetime
) -> GroupRobot:
    """Set or change an organisation's robot.

    Raises
    ------
    InputError
        When the channel is none of `ROBOTS` or the address is no http(s) one.
    """
    if channel not in ROBOTS:
        raise InputError("请选择企业微信或钉钉。 Choose WeCom or DingTalk.", field="channel")
    if not ROBOT_URL.fullmatch(url) or len(url) > LONGEST_URL:
        raise InputError(
            "机器人地址应以 https:// 开头，从群机器人设置里整段复制。"
            " The robot's address begins with https://; copy it whole from the group's settings.",
            field="url",
        )
    statement = insert(GroupRobot).values(
        organisation_id=organisation_id,
        channel=channel,
        url_sealed=seal(url),
        secret_sealed=seal(secret) if secret else None,
        since=now,
    )
    new = {name: statement.excluded[name] for name in ("url_sealed", "secret_sealed", "since")}
    made = statement.on_conflict_do_update(index_elements=["organisation_id", "channel"], set_=new)
    return session.scalars(made.returning(GroupRobot)).one()


def remove_robot(session: Session, robot_id: int) -> None:
    """End a robot; what still waited for it is dropped with it."""
    session.execute(delete(GroupRobot).where(GroupRobot.id == robot_id))
