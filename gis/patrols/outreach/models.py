"""巡回服务: where service windows stand on market days, and what was done, each in its own unit.

Before: `grids.models`. After: `patrols.outreach.windows`. Counts of different units are never added or divided.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gis.database import Base, Id, shape


class Outreach(Base):
    """巡回服务: a place where service windows stand on stated days, such as `农历逢三六九` or `逢5、15、20`."""

    __tablename__ = "outreach"
    __table_args__ = (
        UniqueConstraint("code"),
        # tours of(area)
        Index("ix_outreach_area_id", "area_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    place: Mapped[str]
    point: Mapped[Any | None] = mapped_column(shape("POINT"))
    days: Mapped[str]
    opens: Mapped[str] = mapped_column(server_default="09:00")
    closes: Mapped[str] = mapped_column(server_default="12:00")
    services: Mapped[list[str]] = mapped_column(server_default="{}")
    starts_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OutreachCount(Base):
    """One count of one day: what was done, in its own unit, exact or a floor (余, 多)."""

    __tablename__ = "outreach_count"
    __table_args__ = (
        CheckConstraint('"count" >= 0', name="count"),
        # counts of(tour)
        UniqueConstraint("outreach_id", "day", "what"),
    )

    id: Mapped[Id]
    outreach_id: Mapped[int] = mapped_column(ForeignKey("outreach.id"))
    day: Mapped[date]
    what: Mapped[str]
    unit: Mapped[str]
    count: Mapped[int] = mapped_column(Integer)
    at_least: Mapped[bool] = mapped_column(server_default="false")
    # who wrote it down; empty where it came in a file
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
