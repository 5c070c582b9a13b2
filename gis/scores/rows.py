"""The way down: exactly the rows that a part of a figure counted.

Before: `sets`, `counting`, with the same conditions. After: the list behind a figure, `wangge figures rows`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, select
from sqlalchemy.orm import Session

from gis.cases.models import Case, CaseType
from gis.errors import InputError
from gis.grids.models import Grid
from gis.scores.by import By, unit_sql
from gis.scores.counting import STAGES, TIMES, Asked, base, may_ask, sql
from gis.scores.formulas import Formula
from gis.scores.sets import SetOf
from gis.staff.scope import Scope

NONE = "-"
"""The key, in a link, of what belongs to no unit."""
MOST = 200


@dataclass(frozen=True)
class Wanted:
    """Which rows: a formula's part (`numerator` or `denominator`), of one unit or, with None, of all."""

    formula: Formula
    part: str
    unit: str | None = None

    @property
    def set(self) -> SetOf:
        """Give the set that was counted.

        Raises
        ------
        InputError
            The formula has no such part.
        """
        parts = self.formula.parts
        if self.part not in parts:
            known = ", ".join(parts) or "no rows of its own"
            raise InputError(
                f"{self.formula.id} 没有这一部分。 {self.formula.id} has no {self.part[:20]!r}; it has {known}."
            )
        return parts[self.part]


@dataclass(frozen=True)
class Counted:
    """One row that was counted; no words of a report, so that whoever may read figures may read this.

    `due_at` is the deadline it was counted by, `counts` says whether it is in the numerator too.
    """

    case_id: int
    number: str
    category: str
    category_en: str
    grid: str | None
    state: str
    reported_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    counts: bool


def _within(scope: Scope, wanted: Wanted, asked: Asked) -> tuple[FromClause, ColumnElement[bool]]:
    may_ask(scope, asked.by)
    rows, condition = base(wanted.set.source, asked, scope)
    conditions = [condition, sql(wanted.set.where, asked)]
    if wanted.unit is not None and asked.by is not By.TOTAL:
        key = sql(unit_sql(asked.by, asked.lines), asked)
        conditions.append(key.is_(None) if wanted.unit == NONE else key == wanted.unit)
    return rows, and_(*conditions)


def how_many(session: Session, scope: Scope, wanted: Wanted, asked: Asked) -> int:
    """Count the rows of the list; it is the number that the figure shows."""
    rows, condition = _within(scope, wanted, asked)
    return int(session.scalar(select(func.count()).select_from(rows).where(condition)) or 0)


def counted(
    session: Session, scope: Scope, wanted: Wanted, asked: Asked, *, limit: int | None = MOST, offset: int = 0
) -> list[Counted]:
    """List the rows of a part of a figure in the order of the time by which they fall in the period.

    Raises
    ------
    InputError
        The figure has no such part.
    ForbiddenError
        As for `counting.may_ask`.
    """
    rows, condition = _within(scope, wanted, asked)
    source = wanted.set.source
    time = TIMES[source]
    due_at = time if source in STAGES else Case.due_at
    top = wanted.formula.parts["numerator"]
    counts = sql(top.where, asked) if top.source == source else literal(value=False)
    chosen = select(Case.id.label("id"), time.label("at"), due_at.label("due_at"), counts.label("counts"))
    page = (
        chosen.select_from(rows)
        .where(condition)
        .order_by("at", Case.id)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    query = (
        select(
            Case.id, Case.number, CaseType.name, CaseType.name_en, Grid.code, Case.state, Case.reported_at,
            page.c.due_at, Case.closed_at, page.c.counts,
        )
        .join(page, page.c.id == Case.id)
        .join(CaseType, CaseType.id == Case.case_type_id)
        .outerjoin(Grid, Grid.id == Case.grid_id)
        .order_by(page.c.at, Case.id)
    )  # fmt: skip
    return [Counted(*row) for row in session.execute(query)]
