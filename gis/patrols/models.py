"""The round and the visit: what a member is to see and whom they called on.

Before: `staff.models`, `places.models`. After: `patrols.rounds.queries` and the map. A visit says that somebody called
at a door, nothing about the people behind it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gis.database import Base, Id, shape


class Patrol(Base):
    """巡查: one member's round through a grid, with its route and stops."""

    __tablename__ = "patrol"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("state IN ('planned', 'running', 'done')", name="state"),
        # rounds of a day on the map
        Index("ix_patrol_starts_at", "starts_at"),
        # round of(member, day)
        Index("ix_patrol_member_id_starts_at", "member_id", "starts_at"),
        # uncounted(): tracks of finished rounds that are still to be taken into what was seen
        Index(
            "ix_patrol_uncounted",
            "ends_at",
            postgresql_where=text("state = 'done' AND track_counted_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str]
    route: Mapped[Any] = mapped_column(shape("LINESTRING"))
    stops: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    # by what means and by which ways it was reckoned
    receipt: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    # when its track was taken into what was seen
    track_counted_at: Mapped[datetime | None]


class Visit(Base):
    """走访: a call at a household."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("household_id", "member_id", "at"),
        # last_visit(grid): the map's figure
        Index("ix_visit_household_id_at", "household_id", "at"),
        # visits_of_day(member)
        Index("ix_visit_member_id_at", "member_id", "at"),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    # what was written down: the form's code and its answers
    template: Mapped[str] = mapped_column(server_default="")
    note: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
