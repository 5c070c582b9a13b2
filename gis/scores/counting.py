"""Counting the named sets over a scope and a period, parted by a unit: one query a source, whatever the number of sets.

Before: `sets`, `by`, `period`. After: `figures`; `rows` asks with the same conditions, so that its list has exactly the
rows that were counted. Nothing is rolled up beforehand: a count is always that of the rows as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal_column, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from gis.cases.clock_models import CaseClock
from gis.cases.models import Case, Evaluation
from gis.cases.queries import visible
from gis.errors import ForbiddenError
from gis.scores.by import NAMES, NOBODY, By, Lines, UnitName, unit_sql
from gis.scores.period import Period
from gis.scores.sets import SetOf
from gis.staff.roles import Reach
from gis.staff.scope import Scope

Counts = dict[str | None, dict[str, int]]
"""Unit's key (None: belongs to none) to set's name to count."""


@dataclass(frozen=True)
class Asked:
    """What figures are asked for."""

    period: Period
    now: datetime
    by: By = By.TOTAL
    lines: Lines = Lines.THEN

    @property
    def as_of(self) -> datetime:
        """Give the instant at which "still open" is looked at: the period's end, or now while it lasts."""
        return min(self.now, self.period.end)


STAGES = ("dispatch", "pre_check", "handle", "check")
"""The stages whose clocks are sources; of a stage the own level's clock counts, not those that watch from above."""
TIMES: dict[str, InstrumentedAttribute[Any]] = {
    "reported": Case.reported_at,  # index: ix_case_reported_at
    "closed": Case.closed_at,  # index: ix_case_closed_at
    "overdue": Case.reported_at,  # index: ix_case_clock_stage_due_at
    "answers": Evaluation.at,  # index: ix_evaluation_at
    **dict.fromkeys(STAGES, CaseClock.due_at),  # index: ix_case_clock_stage_due_at
}
"""Which time of a source's rows must fall in the period."""


def may_ask(scope: Scope, by: By) -> None:
    """Refuse figures of single members to all but themselves and their branch.

    Raises
    ------
    ForbiddenError
        For anybody else: figures are no ranking of people.
    """
    if by is By.MEMBER and scope.reach not in {Reach.GRIDS, Reach.BRANCH}:
        raise ForbiddenError(
            "按成员的数字只给本人和本支部看。 Figures of single members are for themselves and their branch."
        )


def base(source: str, asked: Asked, scope: Scope) -> tuple[FromClause, ColumnElement[bool]]:
    """Give a source's rows in a scope and a period: what to select from, and the condition."""
    time, table = TIMES[source], Case.__table__
    inside = [time >= _at(asked.period.start), time < _at(asked.period.end)]
    if source == "overdue":
        as_of = _at(asked.as_of)
        inside = [time < as_of, or_(Case.closed_at.is_(None), Case.closed_at >= as_of)]
    inside += [Case.member_id == scope.member_id] if _own_work(scope, asked.by) else []
    if source == "answers":
        table = table.join(Evaluation.__table__, Evaluation.case_id == Case.id)
    if source in STAGES:
        table = table.join(CaseClock.__table__, CaseClock.case_id == Case.id)
        inside += [CaseClock.stage == source, CaseClock.organisation_id.is_(None)]
    return table, and_(*inside, visible(scope))


def _at(instant: datetime) -> ColumnElement[datetime]:
    """Write an instant into the statement itself.

    A plan that is made for any period expects few rows and walks an index for each; for a year of cases that costs
    five times as much as reading them.
    """
    return literal_column(f"'{instant.astimezone(UTC).isoformat()}'::timestamptz")


def _own_work(scope: Scope, by: By) -> bool:
    return by is By.MEMBER and scope.reach is Reach.GRIDS


def sql(words: str, asked: Asked) -> ColumnElement[Any]:
    """Make SQL of our own tables' words; the two instants they may ask for are put in."""
    for name, at in (("now", asked.now), ("as_of", asked.as_of)):
        words = words.replace(f":{name}", f"'{at.astimezone(UTC).isoformat()}'")
    return literal_column(words)


def count(session: Session, scope: Scope, sets: Collection[SetOf], asked: Asked) -> Counts:
    """Count sets, parted by the unit that is asked for.

    Returns
    -------
    dict
        Every case falls under exactly one key, so the sum over the keys is the whole.

    Raises
    ------
    ForbiddenError
        Members' figures for somebody who is not concerned.
    """
    may_ask(scope, asked.by)
    return _count(session, scope, sets, asked, lambda source: unit_sql(asked.by, asked.lines))


def by_month(
    session: Session, scope: Scope, sets: Collection[SetOf], asked: Asked, months: Sequence[Period]
) -> Counts:
    """Count sets by the month of their own time, of months that follow each other; the key is the month's name."""
    return _count(session, scope, sets, asked, lambda source: _month_sql(source, months))


def by_unit_and_month(
    session: Session, scope: Scope, one: SetOf, asked: Asked, months: Sequence[Period]
) -> Counts:
    """Count one set by unit and by month; under each unit's key stand the months by name.

    Raises
    ------
    ForbiddenError
        Members' figures for somebody who is not concerned.
    """
    may_ask(scope, asked.by)
    unit = unit_sql(asked.by, asked.lines)
    counted: Counts = {}
    key = f"coalesce({unit}, '') || '|' || {_month_sql(one.source, months)}"
    for both, numbers in _count(session, scope, [one], asked, lambda _: key).items():
        name, month = (both or "|").rsplit("|", 1)
        counted.setdefault(name or None, {})[month] = numbers[one.name]
    return counted


def _month_sql(source: str, months: Sequence[Period]) -> str:
    starts = ", ".join(f"'{one.start.astimezone(UTC).isoformat()}'" for one in months)
    numbered = ", ".join(f"'{one.name}'" for one in months)
    column = TIMES[source]
    name = f'"{column.class_.__tablename__}".{column.key}'
    return f"(ARRAY[{numbered}])[width_bucket({name}, ARRAY[{starts}]::timestamptz[])]"


def _count(
    session: Session, scope: Scope, sets: Collection[SetOf], asked: Asked, key: Callable[[str], str]
) -> Counts:
    counted: Counts = {}
    for source in dict.fromkeys(one.source for one in sets):
        mine = [one for one in sets if one.source == source]
        for row in session.execute(_query(source, mine, asked, scope, key(source))):
            into = counted.setdefault(row[0], {})
            into.update({one.name: number for one, number in zip(mine, row[1:], strict=True)})
    return counted


def _query(source: str, sets: Collection[SetOf], asked: Asked, scope: Scope, key: str) -> Select[Any]:
    rows, condition = base(source, asked, scope)
    numbers = [func.count().filter(sql(one.where, asked)) for one in sets]
    unit = sql(key, asked).label("unit")
    return select(unit, *numbers).select_from(rows).where(condition).group_by("unit")


def names(session: Session, by: By, keys: Collection[str | None]) -> Mapping[str | None, UnitName]:
    """Name the units of a table; what belongs to none has the word for that."""
    found: dict[str | None, UnitName] = {None: UnitName("", "", *NOBODY[by])}
    told = sorted(key for key in keys if key is not None)
    if by in NAMES and told:
        found |= {row[0]: UnitName(*row) for row in session.execute(text(NAMES[by]), {"keys": told})}
    return {key: found.get(key) or UnitName(str(key), str(key), str(key), str(key)) for key in keys}
