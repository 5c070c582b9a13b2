"""Dispatch rules with their dates, the drafts they are made in, and the weights of the choice among members.

Before: `staff.models`. After: `dispatch.kept` (what is in force), `dispatch.drafts`, `dispatch.load_rules`. A rule
without a draft is live. Two live rules never contradict each other: the database refuses the second.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

import gis.staff.models  # noqa: F401 - rules point to areas, grids, organisations
from gis.database import Base, Id

_WIDTH = text(
    "(length(weekdays) * CASE WHEN to_min > from_min THEN to_min - from_min ELSE to_min + 1440 - from_min END)"
)
_DRAFT = text("coalesce(draft_id, 0)")


class DispatchDraft(Base):
    """A set of rules somebody is working on for one area, tried before it goes live."""

    __tablename__ = "dispatch_draft"
    __table_args__ = (
        # drafts of(area)
        Index("ix_dispatch_draft_area_id", "area_id"),
    )

    id: Mapped[Id]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(server_default="0")
    # which state of the draft was tried, and what would have changed
    tried_revision: Mapped[int | None]
    tried_at: Mapped[datetime | None]
    trial: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    live_from: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    live_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class DispatchRule(Base):
    """派遣规则: for these categories, in this place, at these hours - this level, branch, agency, skill, handling."""

    __tablename__ = "dispatch_rule"
    __table_args__ = (
        CheckConstraint("level IN ('', 'grid', 'community', 'subdistrict', 'district')", name="level"),
        CheckConstraint("handling IN ('', 'explain', 'own', 'transfer')", name="handling"),
        CheckConstraint("area_id IS NULL OR grid_id IS NULL", name="place"),
        CheckConstraint("weekdays ~ '^[1-7]{1,7}$'", name="weekdays"),
        CheckConstraint(
            "from_min BETWEEN 0 AND 1439 AND to_min BETWEEN 0 AND 1440 AND from_min <> to_min", name="hours"
        ),
        CheckConstraint(
            "level <> '' OR organisation_id IS NOT NULL OR agency <> '' OR skill <> '' OR handling <> ''",
            name="says",
        ),
        CheckConstraint("NOT isempty(valid)", name="valid"),
        ExcludeConstraint(
            (_DRAFT, "="), ("code", "="), ("valid", "&&"), using="gist", name="ex_dispatch_rule_code"
        ),
        ExcludeConstraint(
            (_DRAFT, "="),
            ("category", "="),
            (text("coalesce(area_id, 0)"), "="),
            (text("coalesce(grid_id, 0)"), "="),
            ("valid", "&&"),
            (text("week_minutes(weekdays, from_min, to_min)"), "&&"),
            (_WIDTH, "="),
            using="gist",
            name="ex_dispatch_rule_contradiction",
        ),
        # rules_of(draft), and the live ones
        Index("ix_dispatch_rule_draft_id", "draft_id"),
    )

    id: Mapped[Id]
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("dispatch_draft.id", ondelete="CASCADE"))
    code: Mapped[str]
    # "" any; component, event or livelihood: a class; else a code or the beginning of codes
    category: Mapped[str] = mapped_column(server_default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    # the days 1 (Monday) to 7, and the minutes of the town's day; an end before the beginning is the next day's
    weekdays: Mapped[str] = mapped_column(server_default="1234567")
    from_min: Mapped[int] = mapped_column(Integer, server_default="0")
    to_min: Mapped[int] = mapped_column(Integer, server_default="1440")
    # what it says; "" and None leave it as the category and the place have it
    level: Mapped[str] = mapped_column(server_default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    agency: Mapped[str] = mapped_column(server_default="")
    skill: Mapped[str] = mapped_column(server_default="")
    handling: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    valid: Mapped[Range[datetime]]


class DispatchWeight(Base):
    """How many points one factor gives at most, from when to when; `zero_at` is where load or distance give none."""

    __tablename__ = "dispatch_weight"
    __table_args__ = (
        CheckConstraint("factor IN ('on_duty', 'skill', 'load', 'distance', 'posting')", name="factor"),
        CheckConstraint("points BETWEEN 0 AND 1000", name="points"),
        CheckConstraint(
            "zero_at IS NULL OR (zero_at > 0 AND factor IN ('load', 'distance'))", name="zero_at"
        ),
        ExcludeConstraint(("factor", "="), ("valid", "&&"), using="gist", name="ex_dispatch_weight_valid"),
    )

    id: Mapped[Id]
    factor: Mapped[str]
    points: Mapped[int] = mapped_column(Integer)
    zero_at: Mapped[int | None] = mapped_column(Integer)
    valid: Mapped[Range[datetime]]
