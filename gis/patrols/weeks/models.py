"""What a city sets for the weeks, and the weeks that were planned: seasons, rhythms, plans.

Before: `staff.models`. After: `rhythms` reads the first two, `weeks.plans` keeps the last. A plan says where to go,
never who lives there.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gis.database import Base, Id


class SeasonRow(Base):
    """A part of each year, such as 三夏 or 汛期: its first and last day (`MM-DD`); it may run over the new year."""

    __tablename__ = "season"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Id]
    code: Mapped[str]
    first_day: Mapped[str]
    last_day: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]


class RhythmRow(Base):
    """How often a kind of thing is to be seen: every so many days, in a season (its code) or always."""

    __tablename__ = "rhythm"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("what IN ('section', 'household', 'checkpoint')", name="what"),
        CheckConstraint("days > 0", name="days"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    what: Mapped[str]
    match: Mapped[list[str]] = mapped_column(server_default="{}")
    days: Mapped[float]
    season: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str]
    name_en: Mapped[str]


class WeekPlan(Base):
    """周计划: one member's week, day by day, and what did not fit."""

    __tablename__ = "week_plan"
    __table_args__ = (
        # week of(member); weeks of(members): one week of several
        UniqueConstraint("member_id", "monday"),
        CheckConstraint("extract(isodow FROM monday) = 1", name="monday"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    monday: Mapped[date]
    made_at: Mapped[datetime]
    days: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    receipt: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
