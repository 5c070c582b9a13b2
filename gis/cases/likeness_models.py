"""What helps to see that cases are alike: the rules of likeness a city sets, and what was learned of categories.

Before: `cases.models`. After: `cases.likeness`, `cases.learning.history`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gis.database import Base, Id


class LikenessRule(Base):
    """How near, how soon after each other and how alike in words two cases of a category must be to be shown as one.

    `applies_to` is a category's code, or a kind of category (component, event, livelihood).
    """

    __tablename__ = "likeness_rule"
    __table_args__ = (
        # rules(): the whole small table, by what it applies to
        UniqueConstraint("applies_to"),
        CheckConstraint("distance_m BETWEEN 1 AND 2000", name="distance_m"),
        CheckConstraint("window_h BETWEEN 1 AND 8760", name="window_h"),
        CheckConstraint("least_words BETWEEN 0 AND 1", name="least_words"),
    )

    id: Mapped[Id]
    applies_to: Mapped[str]
    distance_m: Mapped[float] = mapped_column(Float)
    window_h: Mapped[int] = mapped_column(Integer)
    least_words: Mapped[float] = mapped_column(Float)


class CategoryModel(Base):
    """A learned model of categories as plain bytes with their hash, and how good it was on texts kept aside."""

    __tablename__ = "category_model"

    id: Mapped[Id]
    made_at: Mapped[datetime]
    source: Mapped[str]
    texts: Mapped[int] = mapped_column(Integer)
    labels: Mapped[int] = mapped_column(Integer)
    accuracy: Mapped[float] = mapped_column(Float)
    macro_f1: Mapped[float] = mapped_column(Float)
    judged: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
