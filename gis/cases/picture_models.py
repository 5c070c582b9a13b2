"""Pictures that anybody may see: painted copies that a person approved, and every decision about a picture.

Before: `cases.models`. After: `cases.pictures`. Decisions are only ever added: the database refuses to change them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import gis.cases.models  # noqa: F401 - pictures point to photos
from gis.database import Base, Id


class PublicPicture(Base):
    """The painted copy of a photo that is public now; it goes when the approval is withdrawn."""

    __tablename__ = "public_picture"
    __table_args__ = (
        # by_token(token): the address of the picture, which nobody can guess
        UniqueConstraint("token"),
    )

    photo_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("photo.id"), primary_key=True, autoincrement=False
    )
    token: Mapped[str]
    sha256: Mapped[str]
    width_px: Mapped[int] = mapped_column(Integer)
    height_px: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]


class PictureDecision(Base):
    """Who decided what about a picture, and when; `covered` are the painted rectangles in per cent of the picture."""

    __tablename__ = "picture_decision"
    __table_args__ = (
        CheckConstraint("decision IN ('approve', 'keep_back', 'withdraw')", name="decision"),
        # waiting(scope), decisions(photo)
        Index("ix_picture_decision_photo_id", "photo_id"),
    )

    id: Mapped[Id]
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"))
    at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decision: Mapped[str]
    covered: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    reason: Mapped[str] = mapped_column(server_default="")
