"""Figures that others have stated, kept with the parts they named.

Before: `staff.models`. After: `stated` reckons them again.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

import gis.staff.models  # noqa: F401 - a stated figure points to the account that wrote it down
from gis.database import Base, Id


class StatedFigure(Base):
    """公布的数字: a published figure with its numerator and denominator."""

    __tablename__ = "stated_figure"

    id: Mapped[Id]
    title: Mapped[str]
    period: Mapped[str] = mapped_column(server_default="")
    source: Mapped[str] = mapped_column(server_default="")
    stated: Mapped[str]
    numerator: Mapped[Decimal] = mapped_column(Numeric)
    denominator: Mapped[Decimal] = mapped_column(Numeric)
    unit: Mapped[str]
    denominator_unit: Mapped[str]
    rest: Mapped[Decimal | None] = mapped_column(Numeric)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
