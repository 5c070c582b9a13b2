"""What a page of figures shows, put together once for the screen, the file and the paper.

Before: `scores`. After: the views, `excel`, `month`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gis.scores.by import By
from gis.scores.counting import Asked
from gis.scores.figures import Figure, Month, Table, figures, trend
from gis.scores.period import months_to
from gis.staff.scope import Scope
from webmap.figures import charts
from webmap.saying import pair

BY_UNIT = ("N01", "N02", "F04", "F05", "F06", "F07", "F08", "F18", "F19")
"""The figures that the table by unit has room for; the whole has all."""


@dataclass(frozen=True)
class Shown:
    """A table with its trend and its drawings."""

    table: Table
    months: Sequence[Month]
    columns: charts.Columns
    line: charts.Line
    bars: charts.Bars | None

    @property
    def by_unit(self) -> list[str]:
        """Give the ids of the figures that the table by unit shows."""
        return [one.id for one in self.table.formulas if one.id in BY_UNIT]


def show(session: Session, scope: Scope, asked: Asked) -> Shown:
    """Reckon what a page needs: three walks over the cases of the period, three over those of a year."""
    table = figures(session, scope, asked)
    months = trend(session, scope, asked, months_to(asked.period))
    drawn = charts.bars(table.rows, "F05") if asked.by not in {By.TOTAL, By.MEMBER} else None
    return Shown(table, months, charts.columns(months), charts.line(months), drawn)


def words(figure: Figure) -> str:
    """Say a figure with its parts: `95.50 % (2312/2421 件)`."""
    unit = pair((figure.formula.unit.zh, figure.formula.unit.en))
    if figure.denominator is None:
        return figure.shown if figure.value is None else f"{figure.shown} {unit}"
    return f"{figure.shown} ({figure.parts} {unit})"
