"""What the round keeps beside itself: what happened on it, what households wish, rhythms, errands.

Before: `patrols.models`. After: `patrols.rounds.due` reads it, `patrols.rounds.events` writes it. An event is never
rewritten.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gis.database import Base, Id, shape


class PatrolEvent(Base):
    """One thing that happened on a round, under a request number that makes a repeat harmless."""

    __tablename__ = "patrol_event"
    __table_args__ = (
        UniqueConstraint("request"),
        CheckConstraint(
            "kind IN ('start', 'pause', 'done', 'skip', 'postpone', 'reorder', 'replan', 'finish')",
            name="kind",
        ),
        CheckConstraint("how IN ('hand', 'near')", name="how"),
        # events of(round)
        Index("ix_patrol_event_patrol_id", "patrol_id"),
        # due: when a section or checkpoint was last seen, until when a stop was put off
        Index(
            "ix_patrol_event_stop_key",
            "stop_key",
            "at",
            postgresql_where=text("kind IN ('done', 'postpone')"),
        ),
    )

    id: Mapped[Id]
    patrol_id: Mapped[int] = mapped_column(ForeignKey("patrol.id"))
    request: Mapped[str]
    kind: Mapped[str]
    stop_key: Mapped[str] = mapped_column(server_default="")
    how: Mapped[str] = mapped_column(server_default="hand")
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    until: Mapped[datetime | None]
    note: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class PatrolHold(Base):
    """A door, a case or a section that one round has on a day: no other round of that day can have it."""

    __tablename__ = "patrol_hold"
    __table_args__ = (
        # held(day); two rounds planned at once
        UniqueConstraint("day", "place"),
        # release(round), and a round that is deleted
        Index("ix_patrol_hold_patrol_id", "patrol_id"),
    )

    id: Mapped[Id]
    patrol_id: Mapped[int] = mapped_column(ForeignKey("patrol.id", ondelete="CASCADE"))
    day: Mapped[date]
    place: Mapped[str]


class HouseholdWish(Base):
    """When a household lets people in, or that it does not; written down with the resident, until a day."""

    __tablename__ = "household_wish"
    __table_args__ = (
        CheckConstraint("forget_at > at", name="forget_at"),
        CheckConstraint("btrim(purpose) <> ''", name="purpose"),
        # due: the newest wish of each household
        Index("ix_household_wish_household_id_at", "household_id", "at"),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    no_visits: Mapped[bool] = mapped_column(server_default="false")
    hours: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    purpose: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    forget_at: Mapped[datetime]


class HouseholdRhythm(Base):
    """A duty that a household has asked for or agreed to, in its own rhythm, until a day."""

    __tablename__ = "household_rhythm"
    __table_args__ = (
        CheckConstraint("ends_at > at", name="ends_at"),
        # due: the duties of each household
        UniqueConstraint("household_id", "duty"),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    duty: Mapped[str]
    rhythm: Mapped[str]
    purpose: Mapped[str]
    at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Errand(Base):
    """A paper to deliver, or a checkpoint to look at."""

    __tablename__ = "errand"
    __table_args__ = (
        # loading a file again
        UniqueConstraint("code"),
        CheckConstraint("kind IN ('paper', 'checkpoint')", name="kind"),
        CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes"),
        # due: open errands of a grid
        Index("ix_errand_open_grid_id", "grid_id", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[Id]
    code: Mapped[str | None]
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    kind: Mapped[str]
    label: Mapped[str]
    point: Mapped[Any] = mapped_column(shape("POINT"))
    minutes: Mapped[int] = mapped_column(Integer, server_default="5")
    rhythm: Mapped[str] = mapped_column(server_default="")
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
