"""Clocks as rows: one for each case, stage, level and round; pauses, moves of a deadline, limits.

Before: `cases.models`, `cases.clock_rules`. After: `cases.clocks` reads and writes them, figures read them. The
database refuses to change a clock's start, limit or first deadline, to run a stage twice at once, or to let pauses
overlap.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

import gis.cases.models  # noqa: F401 - clocks point to cases
from gis.database import Base, Id

RUNNING = text("stopped_at IS NULL")
UNITS = "limit_unit IN ('UH', 'WH', 'WD', 'ND')"
LEVEL = "level IN ('grid', 'community', 'subdistrict', 'district')"


class CaseClock(Base):
    """时钟: how long one stage of a case may take on one level, when it is due, how that was reckoned."""

    __tablename__ = "case_clock"
    __table_args__ = (
        # the clocks of a case; a stage is begun once a level and round
        UniqueConstraint("case_id", "stage", "level", "round"),
        # nothing runs twice at once
        Index("uq_case_clock_running", "case_id", "stage", "level", unique=True, postgresql_where=RUNNING),
        # what is next to be reminded of or escalated, stage by stage
        Index(
            "ix_case_clock_stage_next_at", "stage", "next_at", postgresql_where=text("next_at IS NOT NULL")
        ),
        # which running clocks were reckoned with an older calendar
        Index("ix_case_clock_calendar_version", "calendar_version", postgresql_where=RUNNING),
        # figures: what was due in a period, and what was overdue at an instant (scores.counting)
        Index(
            "ix_case_clock_stage_due_at", "stage", "due_at", postgresql_where=text("organisation_id IS NULL")
        ),
        # figures: whose check was late (scores.sets)
        Index(
            "ix_case_clock_late_check",
            "case_id",
            postgresql_where=text("stage = 'check' AND stopped_at > due_at"),
        ),
        CheckConstraint(UNITS, name="limit_unit"),
        CheckConstraint(LEVEL, name="level"),
        CheckConstraint("round > 0 AND due_at >= started_at AND stopped_at >= started_at", name="order"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    stage: Mapped[str]
    level: Mapped[str]
    round: Mapped[int] = mapped_column(Integer)
    # who watches over it on a higher level; on its own level the case's owner answers
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    started_at: Mapped[datetime]
    limit_value: Mapped[int] = mapped_column(Integer)
    limit_unit: Mapped[str]
    due_at: Mapped[datetime]
    original_due_at: Mapped[datetime]
    provisional: Mapped[bool] = mapped_column(server_default="false")
    arithmetic: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    extensions: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    calendar_version: Mapped[int] = mapped_column(server_default="0")
    stopped_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    excused_at: Mapped[datetime | None]
    excused_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ClockPause(Base):
    """挂账 of one clock: the named cause, from when, until when at the latest, and when it ended."""

    __tablename__ = "clock_pause"
    __table_args__ = (
        UniqueConstraint("clock_id", "from_at"),
        ExcludeConstraint(
            ("clock_id", "="),
            (text("tstzrange(from_at, coalesce(ended_at, until_at))"), "&&"),
            using="gist",
            name="ex_clock_pause_span",
        ),
        CheckConstraint("until_at > from_at AND ended_at BETWEEN from_at AND until_at", name="order"),
    )

    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(ForeignKey("case_clock.id"))
    cause: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ClockChange(Base):
    """Why a deadline moved or a clock went on: pause, resume, extension, continued, calendar; only ever added."""

    __tablename__ = "clock_change"
    __table_args__ = (
        # changes_of(clocks)
        Index("ix_clock_change_clock_id", "clock_id"),
    )

    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(ForeignKey("case_clock.id"))
    at: Mapped[datetime]
    cause: Mapped[str]
    due_before: Mapped[datetime]
    due_after: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class ClockLimit(Base):
    """The city's limit of a stage on a level; where there is none, no clock is kept."""

    __tablename__ = "clock_limit"
    __table_args__ = (
        CheckConstraint(
            "stage IN ('dispatch', 'pre_check', 'accept', 'handle', 'check', 'callback')", name="stage"
        ),
        CheckConstraint(LEVEL, name="level"),
        CheckConstraint(UNITS, name="limit_unit"),
        CheckConstraint("limit_value > 0", name="limit_value"),
    )

    stage: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    limit_value: Mapped[int] = mapped_column(Integer)
    limit_unit: Mapped[str]


class CalendarYear(Base):
    """A year whose holidays and make-up workdays are all known; deadlines beyond such years are provisional."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(server_default="")
    settled_at: Mapped[datetime]


class CalendarChange(Base):
    """Who changed the calendar, when and how; only ever added."""

    __tablename__ = "calendar_change"

    id: Mapped[Id]
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    what: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    deadlines: Mapped[int] = mapped_column(Integer, server_default="0")
