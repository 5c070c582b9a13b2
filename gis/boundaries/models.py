"""Plans as rows: units of ground, drafts and their edits, which grid came from which, hand-over sheets.

Before: `grids.models`, `staff.models`. After: `boundaries.queries` and the steps. Edits, the log, lineage and the lines
of a sheet are only ever added; undo and redo move a plan's head along its edits.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

import gis.places.models
import gis.staff.models  # noqa: F401 - plans point to compounds and accounts
from gis.database import Base, Id, shape


class PlanState(StrEnum):
    """草稿, 已提交, 已审核, 已批准, 已生效, 已撤回."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    ADOPTED = "adopted"
    CALLED_OFF = "called_off"


class StoredUnits(Base):
    """The ground of some communities cut into planning units, over the lines of one instant."""

    __tablename__ = "unit_set"

    id: Mapped[Id]
    made_at: Mapped[datetime]
    # the lines that count as today in every plan over these units
    base_at: Mapped[datetime]
    # when households and cases were counted
    counted_at: Mapped[datetime]
    area_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    source: Mapped[str] = mapped_column(server_default="")


class PlanningUnit(Base):
    """基本单元: a piece of ground that is never divided, and what is known of it."""

    __tablename__ = "planning_unit"
    __table_args__ = (
        # which unit does this point lie in (counting, impact)
        Index("ix_planning_unit_geom", "geom", postgresql_using="gist"),
    )

    unit_set_id: Mapped[int] = mapped_column(ForeignKey("unit_set.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    compound_id: Mapped[int | None] = mapped_column(ForeignKey("compound.id"))
    geom: Mapped[Any] = mapped_column(shape("MULTIPOLYGON"))
    area_m2: Mapped[float] = mapped_column(Float, server_default="0")
    outline_m: Mapped[float] = mapped_column(Float, server_default="0")
    walking_min: Mapped[float] = mapped_column(Float, server_default="0")
    households: Mapped[int] = mapped_column(Integer, server_default="0")
    buildings: Mapped[int] = mapped_column(Integer, server_default="0")
    care: Mapped[int] = mapped_column(Integer, server_default="0")
    open_cases: Mapped[int] = mapped_column(Integer, server_default="0")
    past_cases: Mapped[int] = mapped_column(Integer, server_default="0")


class UnitNeighbour(Base):
    """Two units that share more than a metre of line, whether it is along a barrier, and whether nobody gets across."""

    __tablename__ = "unit_neighbour"
    __table_args__ = (CheckConstraint("one < other", name="order"),)

    unit_set_id: Mapped[int] = mapped_column(ForeignKey("unit_set.id"), primary_key=True)
    one: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    other: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    shared_m: Mapped[float] = mapped_column(Float)
    barrier: Mapped[bool] = mapped_column(server_default="false")
    closed: Mapped[bool] = mapped_column(server_default="false")


class BoundaryPlan(Base):
    """网格调整方案: new lines beside today's, from a draft to the day they are in force."""

    __tablename__ = "boundary_plan"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'submitted', 'reviewed', 'approved', 'adopted', 'called_off')", name="state"
        ),
        CheckConstraint("approved_by <> submitted_by", name="two_people"),
        # plans over(units)
        Index("ix_boundary_plan_unit_set_id", "unit_set_id"),
        # due_plans(now)
        Index("ix_boundary_plan_due", "effective_at", postgresql_where=text("state = 'approved'")),
    )

    id: Mapped[Id]
    unit_set_id: Mapped[int] = mapped_column(ForeignKey("unit_set.id"))
    name: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    weights: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    limits: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    # the last edit that counts; NULL is today
    head_id: Mapped[int | None]
    revision: Mapped[int] = mapped_column(Integer, server_default="0")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    called_off_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    called_off_at: Mapped[datetime | None]
    # the day it is to be in force from, and the instant it was
    effective_at: Mapped[datetime | None]
    adopted_at: Mapped[datetime | None]
    # restores the lines from before this adoption
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("boundary_plan.id"))


class PlanEdit(Base):
    """One edit of a plan and the edit it follows; only ever added."""

    __tablename__ = "plan_edit"
    __table_args__ = (
        # edits of(plan): the state of the draft, redo
        Index("ix_plan_edit_plan_id", "plan_id"),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("boundary_plan.id"))
    after_id: Mapped[int | None] = mapped_column(ForeignKey("plan_edit.id"))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class PlanLog(Base):
    """One step of a plan on its way: who, when, what; only ever added."""

    __tablename__ = "plan_log"
    __table_args__ = (
        # log of(plan)
        Index("ix_plan_log_plan_id", "plan_id"),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("boundary_plan.id"))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    step: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")


class GridLineage(Base):
    """Which grid's ground went to which grid, by which plan, and how much; only ever added."""

    __tablename__ = "grid_lineage"
    __table_args__ = (
        CheckConstraint("kind IN ('split', 'merge', 'moved', 'restored')", name="kind"),
        # what became of(grid)
        Index("ix_grid_lineage_from_grid_id", "from_grid_id"),
        # where did it come from(grid)
        Index("ix_grid_lineage_to_grid_id", "to_grid_id"),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("boundary_plan.id"))
    at: Mapped[datetime]
    from_grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    to_grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    kind: Mapped[str]
    area_m2: Mapped[float] = mapped_column(Float)
    households: Mapped[int] = mapped_column(Integer)


class Handover(Base):
    """交接单: what one member gives and another takes by an adoption; both sign."""

    __tablename__ = "handover"
    __table_args__ = (
        # sheets of(plan)
        Index("ix_handover_plan_id", "plan_id"),
        # sheets of(member), of(organisation): what waits for a signature
        Index("ix_handover_from_member_id", "from_member_id"),
        Index("ix_handover_to_member_id", "to_member_id"),
        Index("ix_handover_from_organisation_id", "from_organisation_id"),
        Index("ix_handover_to_organisation_id", "to_organisation_id"),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("boundary_plan.id"))
    at: Mapped[datetime]
    from_member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    to_member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    from_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    to_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    counts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    signed_from_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_to_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_from_at: Mapped[datetime | None]
    signed_to_at: Mapped[datetime | None]


class HandoverLine(Base):
    """One thing on a sheet; only ever added."""

    __tablename__ = "handover_line"
    __table_args__ = (
        CheckConstraint("kind IN ('household', 'building', 'case', 'patrol', 'visit')", name="kind"),
    )

    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    to_grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))


class CardDue(Base):
    """网格公示牌: the card of a grid that an adoption made or changed, to be printed and put up by its people."""

    __tablename__ = "card_due"
    __table_args__ = (
        # cards of(grids) that wait
        Index("ix_card_due_grid_id", "grid_id"),
    )

    plan_id: Mapped[int] = mapped_column(
        ForeignKey("boundary_plan.id"), primary_key=True, autoincrement=False
    )
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    put_up_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    put_up_at: Mapped[datetime | None]
