"""Who does the work: the organisation tree, members, their grids with dates, shifts, and sign-in accounts.

Before: `grids.models`, `places.models`. After: `staff.queries` (who is responsible), `staff.roles` (who may).
At any instant at most one branch answers for a grid: the database refuses a second.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

import gis.grids.models  # noqa: F401 - postings and accounts point to grids and areas
from gis.database import Base, Id


class PostingRole(StrEnum):
    """What a member does in a grid: 网格长, 网格员, 志愿者."""

    GRID_LEADER = "grid_leader"
    GRID_MEMBER = "grid_member"
    VOLUNTEER = "volunteer"


class Organisation(Base):
    """A committee, branch, group or household point in the tree of organisations."""

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(
            "kind IN ('committee', 'general_branch', 'branch', 'group', 'household_point')", name="kind"
        ),
        # tree(organisation): what stands below
        Index("ix_organisation_parent_id", "parent_id"),
        # committee_of(community): who answers when no branch does
        Index("ix_organisation_area_id", "area_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    ended_at: Mapped[datetime | None]
    # public, on the grid card: the office's own telephone, never a person's
    office_phone: Mapped[str] = mapped_column(server_default="")
    office_hours: Mapped[str] = mapped_column(server_default="")


class GridBranch(Base):
    """Which branch answers for which grid, from when to when."""

    __tablename__ = "grid_branch"
    __table_args__ = (
        ExcludeConstraint(("grid_id", "="), ("valid", "&&"), using="gist", name="ex_grid_branch_valid"),
        # grids_of(branch)
        Index("ix_grid_branch_organisation_id", "organisation_id"),
    )

    id: Mapped[Id]
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    valid: Mapped[Range[datetime]]


class Member(Base):
    """A member of an organisation who works for residents; the telephone is kept sealed."""

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("code"),
        # members_of(organisation)
        Index("ix_member_organisation_id", "organisation_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    skills: Mapped[list[str]] = mapped_column(server_default="{}")
    means: Mapped[str] = mapped_column(server_default="foot")
    left_at: Mapped[datetime | None]


class Posting(Base):
    """包格: a member's place in a grid, from when to when."""

    __tablename__ = "posting"
    __table_args__ = (
        ExcludeConstraint(
            ("member_id", "="),
            ("grid_id", "="),
            ("role", "="),
            ("valid", "&&"),
            using="gist",
            name="ex_posting_valid",
        ),
        CheckConstraint("role IN ('grid_leader', 'grid_member', 'volunteer')", name="role"),
        # responsible_at(point, at): who works in this grid
        Index("ix_posting_grid_id", "grid_id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    role: Mapped[str]
    valid: Mapped[Range[datetime]]


class Shift(Base):
    """When a member is on duty, or on leave."""

    __tablename__ = "shift"
    __table_args__ = (
        # on_duty(members, at); also keeps one member's shifts of one kind apart
        ExcludeConstraint(
            ("member_id", "="), ("kind", "="), ("during", "&&"), using="gist", name="ex_shift_during"
        ),
        CheckConstraint("kind IN ('duty', 'leave')", name="kind"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str]
    during: Mapped[Range[datetime]]


class Account(Base):
    """A sign-in: one role, and the member, branch, area or agency it stands for."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint(
            "role IN ('grid_member', 'branch', 'commander', 'planner', 'agency', 'administrator')",
            name="role",
        ),
    )

    id: Mapped[Id]
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    agency: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="zh")
    active: Mapped[bool] = mapped_column(server_default="true")
    failed_sign_ins: Mapped[int] = mapped_column(server_default="0")
    # the first of these failures: those of long ago do not lock anybody out
    failing_since: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    # raised at sign-out everywhere and password change: older cookies then no longer count
    session_epoch: Mapped[int] = mapped_column(server_default="0")
