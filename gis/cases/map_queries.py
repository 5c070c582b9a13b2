"""Open cases for the map: the marks of a window, gathered into clusters when they are many, and counts by grid.

Before: `cases.queries` (who may see which). After: `webmap.layers.views`. A mark carries no words of residents.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, select
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from gis.cases.models import Case, CaseType
from gis.cases.queries import SOON, Filter, conditions, visible
from gis.cases.states import State
from gis.staff.scope import Scope, among

MOST_MARKS = 500
"""More cases than this in a window come as clusters."""
CELL_PX = 72
"""Side of the squares that clusters are gathered in, on the screen."""
WORST_FIRST = (
    State.REPORTED,
    State.QUEUED,
    State.PRE_CHECK,
    State.ASSIGNED,
    State.TRANSFERRED,
    State.ACCEPTED,
    State.PAUSED,
    State.ACTED,
)
"""Which state a cluster shows: the one furthest from its end."""


@dataclass(frozen=True)
class Mark:
    """One case, or a cluster of several (`count` > 1, then without `case_id`); lon, lat are EPSG:4490 degrees."""

    lon: float
    lat: float
    count: int
    state: State
    late: int
    soon: int
    case_id: int | None = None
    number: str = ""
    category: str = ""
    category_en: str = ""
    due_at: datetime | None = None


# index: ix_case_open_point
def marks_in(
    session: Session,
    scope: Scope,
    sides: tuple[float, float, float, float],
    zoom: int,
    *,
    states: Sequence[State] = (),
    wanted: Filter | None = None,
    most: int = MOST_MARKS,
    now: datetime,
) -> list[Mark]:
    """Give the open cases of a window that a person may see.

    Parameters
    ----------
    session : Session
    scope : Scope
        The rows of the person who asks.
    sides : tuple of float
        West, south, east, north in degrees; a case on the side is inside.
    zoom : int
        The zoom of the map: clusters are gathered in squares of `CELL_PX` pixels at it.
    states : sequence of State
        Only these; none given means every open state.
    wanted : Filter, optional
        What else the cases are narrowed to, as a list beside the map is; its page and order say nothing here.
    most : int
        How many single cases there is room for; never more than `MOST_MARKS`.
    now : datetime
        Aware; decides what is late.

    Returns
    -------
    list of Mark
        At most `most` single cases, or clusters with their count and worst state.
    """
    seen = _seen(scope, sides, wanted or Filter(states=tuple(states)), now).cte("seen")
    room = min(most, MOST_MARKS)
    total = select(func.count()).select_from(seen).scalar_subquery()
    single = select(seen).where(total <= room)
    rows = session.execute(
        single.union_all(_clusters(seen, CELL_PX * 360 / 256 / 2**zoom).where(total > room))
    )
    return [_mark(row) for row in rows]


def _seen(
    scope: Scope, sides: tuple[float, float, float, float], wanted: Filter, now: datetime
) -> Select[Any]:
    rank = when(*[(Case.state == state, number) for number, state in enumerate(WORST_FIRST)], else_=0)
    query = (
        select(
            func.ST_X(Case.point).label("lon"),
            func.ST_Y(Case.point).label("lat"),
            literal(1).label("count"),
            rank.label("rank"),
            when((Case.due_at < now, 1), else_=0).label("late"),
            when((and_(Case.due_at >= now, Case.due_at < now + SOON), 1), else_=0).label("soon"),
            Case.id.label("case_id"),
            Case.number,
            CaseType.name.label("category"),
            CaseType.name_en.label("category_en"),
            Case.due_at,
        )
        .join(CaseType, CaseType.id == Case.case_type_id)
        .where(Case.closed_at.is_(None), visible(scope))
        .where(Case.point.op("&&")(func.ST_MakeEnvelope(*sides, 4490)))
    )
    return query.where(*conditions(wanted, now))


def _clusters(seen: Any, cell_deg: float) -> Select[Any]:
    columns = seen.c
    return select(
        func.avg(columns.lon),
        func.avg(columns.lat),
        func.count(),
        func.min(columns.rank),
        func.sum(columns.late),
        func.sum(columns.soon),
        *(func.min(columns[name]) for name in ("case_id", "number", "category", "category_en", "due_at")),
    ).group_by(func.floor(columns.lon / cell_deg), func.floor(columns.lat / cell_deg))


def _mark(row: Any) -> Mark:
    lon, lat, count, rank, late, soon, *single = row
    mark = Mark(lon, lat, count, WORST_FIRST[rank], late, soon)
    if count > 1:
        return mark
    case_id, number, category, category_en, due_at = single
    return replace(
        mark, case_id=case_id, number=number, category=category, category_en=category_en, due_at=due_at
    )


# index: ix_case_open_grid_id
def open_by_grid(session: Session, scope: Scope, grid_ids: Collection[int]) -> dict[int, int]:
    """Count the open cases of each of some grids that a person may see; a grid without any counts nought."""
    query = select(Case.grid_id, func.count()).where(
        Case.closed_at.is_(None), among(Case.grid_id, frozenset(grid_ids)), visible(scope)
    )
    counted = {row[0]: row[1] for row in session.execute(query.group_by(Case.grid_id))}
    return {grid_id: counted.get(grid_id, 0) for grid_id in grid_ids}
