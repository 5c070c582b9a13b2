"""What a tablet sent, what came of it, and pictures that are still on their way up.

Before: `cases.models`. After: `cases.device_book`, `cases.uploads`. A request number is taken once an account; the
answer is kept with it, so that asking again gets the same words.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

import gis.cases.models  # noqa: F401 - requests point to cases
from gis.database import Base, Id


class DeviceRequest(Base):
    """One thing done on a tablet, with or without a network, and its outcome.

    `seq` counts on the device, `done_at` is when it was done there, as far as its clock can be put right. Outcomes:
    done; handed (done, on ground that is another's by now); kept (not made any more, its words and pictures stand in
    the case's history); refused (only the card keeps its words). `told` says what was done and what happened meanwhile.
    """

    __tablename__ = "device_request"
    __table_args__ = (
        # known(request): exactly once
        UniqueConstraint("account_id", "request"),
        CheckConstraint("outcome IN ('done', 'handed', 'kept', 'refused')", name="outcome"),
        # cards(account): what came of it otherwise than meant, until it was read
        Index(
            "ix_device_request_unseen",
            "account_id",
            postgresql_where=text("seen_at IS NULL AND outcome <> 'done'"),
        ),
        # forget(now)
        Index("ix_device_request_received_at", "received_at", postgresql_using="brin"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    device: Mapped[str]
    seq: Mapped[int]
    request: Mapped[str]
    kind: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    done_at: Mapped[datetime]
    received_at: Mapped[datetime]
    outcome: Mapped[str]
    told: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    seen_at: Mapped[datetime | None]


class Upload(Base):
    """A picture of which some bytes have come; they lie outside what is served until an action takes them."""

    __tablename__ = "upload"
    __table_args__ = (
        # put(request, offset), take(request)
        UniqueConstraint("account_id", "request"),
        CheckConstraint("received_bytes BETWEEN 0 AND size_bytes", name="received_bytes"),
        # sweep(now): pieces that nobody asked for any more
        Index("ix_upload_moved_at", "moved_at"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    request: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    received_bytes: Mapped[int]
    moved_at: Mapped[datetime]
