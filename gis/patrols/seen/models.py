"""What a round leaves behind: its track for a while, and what was seen of the streets for good.

Before: `patrols.models`, `places.models`. After: `patrols.seen.counting` writes, `patrols.seen.blind` asks. What was
seen names no person and no round: only the street, the stretch and the hour.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gis.database import Base, Id


class PatrolTrack(Base):
    """轨迹: fixes of a running round, `[seconds since 1970, lon, lat, accuracy in metres]` each; its member's own."""

    __tablename__ = "patrol_track"
    __table_args__ = (
        # what is sent again is written once; own_track(patrol)
        UniqueConstraint("patrol_id", "request"),
        CheckConstraint("forget_at <= received_at + interval '90 days'", name="kept_90_days"),
        # forget_tracks: what is past its date
        Index("ix_patrol_track_forget_at", "forget_at"),
    )

    id: Mapped[Id]
    patrol_id: Mapped[int] = mapped_column(ForeignKey("patrol.id"))
    request: Mapped[str]
    received_at: Mapped[datetime]
    forget_at: Mapped[datetime]
    fixes: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")


class SectionSeen(Base):
    """A stretch of road that was seen: metres along the road from its beginning, and the hour."""

    __tablename__ = "section_seen"
    __table_args__ = (
        CheckConstraint("from_m >= 0 AND to_m > from_m", name="stretch"),
        # streets_of(grids): stretches seen in a window, and when a road was last seen
        Index("ix_section_seen_road_id_seen_at", "road_id", "seen_at"),
    )

    id: Mapped[Id]
    road_id: Mapped[int] = mapped_column(ForeignKey("road.id", ondelete="CASCADE"))
    seen_at: Mapped[datetime]
    from_m: Mapped[float]
    to_m: Mapped[float]
