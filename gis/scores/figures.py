"""The figures themselves: each formula over each unit, with numerator, denominator, unit and version of its definition.

Before: `formulas`, `counting`. After: pages, the command, the printed month. The table is in the order of codes, never
of values: it is no ranking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from gis.scores.by import NOBODY, By, UnitName
from gis.scores.counting import Asked, Counts, by_month, count, names
from gis.scores.formulas import Formula, in_force, shipped, weights
from gis.scores.period import Period
from gis.scores.sets import SETS, SetOf, rated
from gis.scores.units import Count, percent, rate
from gis.staff.scope import Scope

TREND = ("reported", "ended", "should_close", "closed_on_time")


@dataclass(frozen=True)
class Figure:
    """One formula's answer. `value` is a count, a share (0 to 1) or points; None where nothing divides."""

    formula: Formula
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None

    @property
    def shown(self) -> str:
        """Say the value: `95.50 %`, `2312`, or a dash where there is none."""
        if self.value is None:
            return "—"
        if self.formula.kind in {"rate", "weighted"}:
            return f"{percent(self.value)} %"
        return f"{self.value:.2f}" if self.formula.kind == "score" else f"{self.value}"

    @property
    def parts(self) -> str:
        """Say the parts: `2312/2421`; nothing for what has none."""
        if self.denominator is None:
            return ""
        return f"{plain(self.numerator)}/{plain(self.denominator)}"


@dataclass(frozen=True)
class Row:
    """The figures of one unit, by the id of their formula."""

    unit: UnitName
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class Table:
    """All figures of what was asked: the whole, and each unit in the order of its code."""

    asked: Asked
    formulas: Sequence[Formula]
    total: Row
    rows: Sequence[Row]


def plain(number: Decimal | None) -> str:
    """Say a number without needless noughts."""
    if number is None:
        return ""
    return f"{number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()}"


def figures(session: Session, scope: Scope, asked: Asked) -> Table:
    """Reckon every formula that is in force on the period's first day, over a scope, parted as asked.

    Parameters
    ----------
    session : Session
    scope : Scope
        Whose rows.
    asked : Asked
        Period, unit, lines, and the present instant.

    Returns
    -------
    Table
        The total is the sum of the rows' parts: every case stands in exactly one row.

    Raises
    ------
    ForbiddenError
        As for `counting.may_ask`.
    """
    chosen = in_force(shipped(), asked.period.first)
    counts = count(session, scope, _sets(chosen), asked)
    total = Row(UnitName("", "", *NOBODY[By.TOTAL]), _reckon(chosen, _sum(counts)))
    if asked.by is By.TOTAL:
        return Table(asked, chosen, total, [])
    named = names(session, asked.by, counts)
    rows = [Row(named[key], _reckon(chosen, numbers)) for key, numbers in counts.items()]
    return Table(asked, chosen, total, sorted(rows, key=lambda row: (row.unit.code == "", row.unit.code)))


def _sets(formulas: Iterable[Formula]) -> list[SetOf]:
    """Give the sets that some formulas need, each once."""
    needed = {part.name: part for one in formulas for part in one.parts.values()}
    ratings = [rated(rating) for rating in weights()]
    return [*needed.values(), *(ratings if any(one.kind == "weighted" for one in formulas) else [])]


def _sum(counts: Counts) -> dict[str, int]:
    total: dict[str, int] = {}
    for numbers in counts.values():
        for name, number in numbers.items():
            total[name] = total.get(name, 0) + number
    return total


def _reckon(formulas: Sequence[Formula], numbers: Mapping[str, int]) -> dict[str, Figure]:
    made: dict[str, Figure] = {}
    for one in formulas:
        made[one.id] = _score(one, made) if one.kind == "score" else reckon(one, numbers)
    return made


def reckon(formula: Formula, numbers: Mapping[str, int]) -> Figure:
    """Reckon one count or rate from the numbers of its sets; a set that is not there is empty."""
    number = Decimal(numbers.get(formula.numerator, 0))
    if formula.kind == "count":
        return Figure(formula, number, number, None)
    bottom = SETS[formula.denominator]
    if formula.kind == "weighted":
        number = sum((w * numbers.get(f"rated:{r}", 0) for r, w in weights().items()), Decimal(0))
    top = formula.parts["numerator"].unit
    made = rate(Count(number, top), Count(Decimal(numbers.get(bottom.name, 0)), bottom.unit))
    return Figure(formula, made.value, made.numerator.number, made.denominator.number)


def _score(formula: Formula, made: Mapping[str, Figure]) -> Figure:
    """Put rates together by weight; one without data is left out, and the others' weights grow in proportion."""
    told = {
        name: (weight, figure.value)
        for name, weight in formula.shares.items()
        if (figure := made.get(name)) is not None and figure.value is not None
    }
    whole = sum((weight for weight, _ in told.values()), Decimal(0))
    if not whole:
        return Figure(formula, None, None, None)
    return Figure(formula, sum((w * v for w, v in told.values()), Decimal(0)) / whole * 100, None, None)


@dataclass(frozen=True)
class Month:
    """One month of the trend: received, closed, due, and closed on time of those due."""

    period: Period
    reported: int
    ended: int
    should_close: int
    closed_on_time: int

    @property
    def on_time(self) -> Decimal | None:
        """Give the share closed on time; None when nothing was due."""
        return Decimal(self.closed_on_time) / self.should_close if self.should_close else None


def trend(session: Session, scope: Scope, asked: Asked, months: Sequence[Period]) -> list[Month]:
    """Count some months that follow each other, in one walk over their rows."""
    whole = Period(months[0].first, months[-1].last, asked.period.zone, "trend")
    asked = Asked(whole, asked.now, lines=asked.lines)
    counts = by_month(session, scope, [SETS[name] for name in TREND], asked, months)
    return [Month(one, **{name: counts.get(one.name, {}).get(name, 0) for name in TREND}) for one in months]
