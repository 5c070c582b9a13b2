"""Figures that somebody has published, held against their own parts: 2312 of 2421 is 95.50 %, not 95.12 %.

Before: nothing (pure), and the table of stated figures. After: the page, `wangge figures check`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.errors import InputError
from gis.scores.models import StatedFigure

LARGEST = Decimal(10) ** 12


@dataclass(frozen=True)
class Stated:
    """A figure as it was published: a percentage, and the numbers it is said to come from."""

    title: str
    stated: str
    numerator: Decimal
    denominator: Decimal
    unit: str = "件"
    denominator_unit: str = ""
    rest: Decimal | None = None
    source: str = ""
    period: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the parts say; `faults` are pairs of a Chinese and an English sentence, none when all fits."""

    reckoned: Decimal | None
    faults: tuple[tuple[str, str], ...]

    @property
    def matches(self) -> bool:
        """Say whether the figure and its parts agree."""
        return not self.faults


def number(words: str, field: str) -> Decimal:
    """Read a number of a published table: thousands' commas and full-width digits are understood.

    Raises
    ------
    InputError
    """
    try:
        found = Decimal(
            words.strip().replace(",", "").replace("，", "").replace("％", "").rstrip("%").strip()
        )
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > LARGEST:
        raise InputError(f"“{words[:30]}”不是数字。 {words[:30]!r} is no number.", field=field)
    return found


def judge(one: Stated) -> Verdict:
    """Reckon a stated figure again from its parts.

    A share matches when it is the quotient rounded to the decimals it was published with (half up, or half to even).
    """
    faults: list[tuple[str, str]] = []
    if one.denominator_unit and one.denominator_unit != one.unit:
        faults.append(
            (
                f"{one.unit}不能除以{one.denominator_unit}：单位不同的数不能成率",
                "the parts have different units; that is no rate",
            )
        )
    if one.rest is not None and one.denominator - one.numerator != one.rest:
        left = one.denominator - one.numerator
        faults.append((f"分母减分子是 {left}，写的是 {one.rest}", f"the rest is {left}, not {one.rest}"))
    if one.denominator == 0:
        return Verdict(None, (*faults, ("分母是 0，没有率", "the denominator is 0; there is no rate")))
    reckoned = one.numerator / one.denominator * 100
    said = number(one.stated, "stated")
    decimals = said.as_tuple().exponent
    digits = Decimal(1).scaleb(decimals) if isinstance(decimals, int) else Decimal(1)
    rounded = {reckoned.quantize(digits, rounding=way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}
    if said not in rounded:
        right = max(rounded)
        faults.append((f"按分子分母是 {right} %，写的是 {said} %", f"the parts give {right} %, not {said} %"))
    return Verdict(reckoned, tuple(faults))


def keep(session: Session, one: Stated, account_id: int | None, now: datetime) -> None:
    """Write a stated figure down with its parts; its verdict is never stored, it is reckoned whenever it is shown."""
    judge(one)
    session.add(
        StatedFigure(
            title=one.title, stated=one.stated, numerator=one.numerator, denominator=one.denominator, unit=one.unit,
            denominator_unit=one.denominator_unit or one.unit, rest=one.rest, source=one.source, period=one.period,
            account_id=account_id, at=now,
        )
    )  # fmt: skip
    session.flush()


# index: pk_stated_figure
def kept(session: Session, limit: int = 200) -> Sequence[tuple[Stated, datetime, Verdict]]:
    """Give the stated figures, the newest first, each with what its parts say."""
    rows = session.scalars(select(StatedFigure).order_by(StatedFigure.id.desc()).limit(limit))
    return [(one := _read(row), row.at, judge(one)) for row in rows]


def _read(row: StatedFigure) -> Stated:
    return Stated(
        row.title, row.stated, row.numerator, row.denominator, row.unit, row.denominator_unit, row.rest, row.source,
        row.period,
    )  # fmt: skip
