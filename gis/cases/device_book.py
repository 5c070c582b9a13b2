"""The book of what tablets sent: each request number once, the answer kept; cards stay until they were read.

Before: `cases.device_models`. After: `webmap.field.taking` asks it before and writes it after every action.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from gis.cases.device_models import DeviceRequest

KEEP = timedelta(days=60)
"""How long a number is known; a tablet that comes later than that has been signed out long ago."""


@dataclass(frozen=True)
class Outcome:
    """What came of one action: the word for it, what the card says, and which case it is about."""

    outcome: str
    told: dict[str, Any] = field(default_factory=dict)
    case_id: int | None = None


@dataclass(frozen=True)
class Sent:
    """One action as it came: from which device, its place in the device's order, its number, its kind, when done."""

    device: str
    seq: int
    request: str
    kind: str
    done_at: datetime


def one_at_a_time(session: Session, account_id: int) -> None:
    """Let actions of one account in one after the other, so that a number sent twice at once is taken once."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("device", account_id))))


# index: uq_device_request_account_id_request
def known(session: Session, account_id: int, request: str) -> DeviceRequest | None:
    """Give what came of a request number before, if it is known."""
    query = select(DeviceRequest).where(
        DeviceRequest.account_id == account_id, DeviceRequest.request == request
    )
    return session.scalars(query).first()


def keep(session: Session, account_id: int, sent: Sent, came: Outcome, now: datetime) -> DeviceRequest:
    """Write down what came of an action."""
    row = DeviceRequest(
        account_id=account_id, case_id=came.case_id, received_at=now, outcome=came.outcome, told=came.told,
        **vars(sent),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


# index: ix_device_request_unseen
def cards(session: Session, account_id: int) -> Sequence[DeviceRequest]:
    """Give what came of things otherwise than meant and was not read yet, in the order in which it was done."""
    query = select(DeviceRequest).where(
        DeviceRequest.account_id == account_id,
        DeviceRequest.seen_at.is_(None),
        DeviceRequest.outcome != "done",
    )
    return session.scalars(query.order_by(DeviceRequest.done_at, DeviceRequest.id)).all()


# index: uq_device_request_account_id_request
def see(session: Session, account_id: int, requests: list[str], now: datetime) -> None:
    """Write down that cards were read."""
    mine = (DeviceRequest.account_id == account_id, DeviceRequest.request.in_(requests))
    session.execute(update(DeviceRequest).where(*mine, DeviceRequest.seen_at.is_(None)).values(seen_at=now))


# index: ix_device_request_received_at
def forget(session: Session, now: datetime) -> int:
    """Delete old requests; a card that nobody has read stays."""
    old = DeviceRequest.received_at < now - KEEP
    read = or_(DeviceRequest.outcome == "done", DeviceRequest.seen_at.is_not(None))
    return session.execute(delete(DeviceRequest).where(old, read)).rowcount  # type: ignore[attr-defined,no-any-return]
