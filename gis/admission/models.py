"""The public list of admitted work, recorded consents, the orders made from them, and facts entered once.

Before: `cases.models`. After: `admission.items`, `admission.orders`, `admission.ledger`, `admission.facts`. The
database itself refuses an order that stands neither on the list nor on a consent, and an agency's report without one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

import gis.cases.models  # noqa: F401 - orders point to cases
from gis.database import Base, Id


class Field(Base):
    """One thing that is asked about a household, a building or a grid, and how long the answer is kept."""

    __tablename__ = "field"
    __table_args__ = (
        CheckConstraint("kind IN ('text', 'number', 'yes_no', 'choice', 'date')", name="kind"),
        CheckConstraint("subject IN ('household', 'building', 'grid')", name="subject"),
        CheckConstraint("keep_days BETWEEN 1 AND 3660", name="keep_days"),
        CheckConstraint("kind <> 'choice' OR cardinality(choices) > 1", name="choices"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]
    choices: Mapped[list[str]] = mapped_column(server_default="{}")
    subject: Mapped[str]
    keep_days: Mapped[int] = mapped_column(Integer)


class WorkItem(Base):
    """准入事项: an entry of the public list; it may only end, never be rewritten."""

    __tablename__ = "work_item"
    __table_args__ = (
        CheckConstraint(
            "btrim(code) <> '' AND btrim(name) <> '' AND btrim(agency) <> '' AND btrim(legal_basis) <> ''"
            " AND btrim(what) <> '' AND btrim(frequency) <> '' AND btrim(approval) <> ''",
            name="filled",
        ),
        CheckConstraint("per IN ('grid', 'household')", name="per"),
        CheckConstraint("minutes BETWEEN 1 AND 10000", name="minutes"),
        CheckConstraint("NOT isempty(valid) AND NOT lower_inf(valid)", name="valid"),
        ExcludeConstraint(("code", "="), ("valid", "&&"), using="gist", name="ex_work_item_valid"),
        # items of(agency)
        Index("ix_work_item_agency", "agency"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(server_default="")
    agency: Mapped[str]
    legal_basis: Mapped[str]
    what: Mapped[str]
    category: Mapped[str]
    per: Mapped[str]
    minutes: Mapped[int] = mapped_column(Integer)
    frequency: Mapped[str]
    approval: Mapped[str]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    valid: Mapped[Range[datetime]]


class WorkField(Base):
    """Which fields an item asks for, in which order."""

    __tablename__ = "work_field"

    item_code: Mapped[str] = mapped_column(primary_key=True)
    field_code: Mapped[str] = mapped_column(ForeignKey("field.code"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)


class WorkConsent(Base):
    """同意: who agreed to work that is not on the list, where, and until which day; there is always an end."""

    __tablename__ = "work_consent"
    __table_args__ = (
        CheckConstraint(
            "btrim(agency) <> '' AND btrim(name) <> '' AND btrim(what) <> '' AND btrim(consented_by) <> ''",
            name="filled",
        ),
        CheckConstraint("per IN ('grid', 'household')", name="per"),
        CheckConstraint("minutes BETWEEN 1 AND 10000", name="minutes"),
        CheckConstraint("(area_id IS NULL) <> (grid_id IS NULL)", name="scope"),
        CheckConstraint("NOT isempty(valid) AND NOT lower_inf(valid) AND NOT upper_inf(valid)", name="valid"),
        # consents of(agency)
        Index("ix_work_consent_agency", "agency"),
    )

    id: Mapped[Id]
    agency: Mapped[str]
    name: Mapped[str]
    what: Mapped[str]
    category: Mapped[str]
    per: Mapped[str]
    minutes: Mapped[int] = mapped_column(Integer)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    consented_by: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    valid: Mapped[Range[datetime]]


class WorkOrder(Base):
    """任务单: one case that an agency asked of one grid, and the minutes it asked for; never rewritten."""

    __tablename__ = "work_order"
    __table_args__ = (
        UniqueConstraint("case_id"),
        CheckConstraint("(item_id IS NULL) <> (consent_id IS NULL)", name="ground"),
        CheckConstraint("households >= 0", name="households"),
        # ledger(month)
        Index("ix_work_order_at", "at"),
        # ledger(agency, month), orders of(agency)
        Index("ix_work_order_agency_at", "agency", "at"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("work_item.id"))
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("work_consent.id"))
    agency: Mapped[str]
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    per: Mapped[str]
    minutes_each: Mapped[int] = mapped_column(Integer)
    households: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(
        Computed("CASE WHEN per = 'grid' THEN minutes_each ELSE minutes_each * households END")
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class Fact(Base):
    """One answer, kept once for every item that asks for it, until its day; the newest one counts."""

    __tablename__ = "fact"
    __table_args__ = (
        CheckConstraint("num_nonnulls(household_id, building_id, grid_id) = 1", name="subject"),
        CheckConstraint("btrim(value) <> ''", name="value"),
        CheckConstraint("forget_at > at", name="forget_at"),
        # known(household), known(building), known(grid)
        Index(
            "ix_fact_household_id",
            "household_id",
            "field_code",
            postgresql_where=text("household_id IS NOT NULL"),
        ),
        Index(
            "ix_fact_building_id",
            "building_id",
            "field_code",
            postgresql_where=text("building_id IS NOT NULL"),
        ),
        Index("ix_fact_grid_id", "grid_id", "field_code", postgresql_where=text("grid_id IS NOT NULL")),
        # forget(now)
        Index("ix_fact_forget_at", "forget_at"),
    )

    id: Mapped[Id]
    field_code: Mapped[str] = mapped_column(ForeignKey("field.code"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id", ondelete="CASCADE"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id", ondelete="CASCADE"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    value: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"))
    purpose: Mapped[str]
    forget_at: Mapped[datetime]
