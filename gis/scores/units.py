"""Counts with their unit, and the one way to divide them: only what is counted in the same unit.

Before: nothing (pure). After: `formulas` refuses a definition that mixes units, `figures` divides. A type checker
refuses `rate(Count[Cases], Count[Answers])` before anything runs; a table of definitions read at run time is refused in
a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

from gis.errors import InputError


class Unit:
    """What is counted; `zh` is the measure word, `en` the noun."""

    zh = ""
    en = ""


class Cases(Unit):
    """件: cases."""

    zh, en = "件", "cases"


class Answers(Unit):
    """人次: answers of people, one each time they are asked."""

    zh, en = "人次", "answers"


class Points(Unit):
    """分: points of a hundred."""

    zh, en = "分", "points"


UNITS: dict[str, type[Unit]] = {unit.zh: unit for unit in (Cases, Answers, Points)}

U = TypeVar("U", bound=Unit)


@dataclass(frozen=True)
class Count(Generic[U]):
    """A number of something; a weighted sum may have a fraction."""

    number: Decimal
    unit: type[U]


@dataclass(frozen=True)
class Rate(Generic[U]):
    """A part of a whole, both of one unit; `value` is None where the whole is nothing."""

    numerator: Count[U]
    denominator: Count[U]

    @property
    def value(self) -> Decimal | None:
        """Give the quotient, exactly as far as decimals go."""
        whole = self.denominator.number
        return self.numerator.number / whole if whole else None


class MixedUnitsError(InputError):
    """Things counted in different units were to be divided."""

    code = "mixed-units"


def rate(numerator: Count[U], denominator: Count[U]) -> Rate[U]:
    """Divide two counts of one unit.

    Raises
    ------
    MixedUnitsError
        When the units differ: 人次 over 件 says nothing.
    """
    if numerator.unit is not denominator.unit:
        raise MixedUnitsError(
            f"“{numerator.unit.zh}”不能除以“{denominator.unit.zh}”：单位不同的数不能成率。"
            f" {numerator.unit.en} cannot be divided by {denominator.unit.en}: no rate across units."
        )
    return Rate(numerator, denominator)


def percent(value: Decimal, digits: int = 2) -> Decimal:
    """Give a share as a percentage, rounded half up as people round."""
    return (value * 100).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
