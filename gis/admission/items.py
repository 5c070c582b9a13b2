"""The public list, and consents to work that is not on it: what an agency may ask for, from when to when.

Before: `admission.load_items` publishes entries. After: `/admitted`, and `admission.orders`. An entry or a consent may
only be ended earlier than it says; the database refuses every other change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from gis.admission.models import WorkConsent, WorkItem
from gis.errors import ConflictError, InputError, NotFoundError
from gis.grids.models import Area, AreaVersion, Grid, GridVersion
from gis.staff.scope import Scope

Until = TypeVar("Until", WorkItem, WorkConsent)


@dataclass(frozen=True)
class Entry:
    """One entry of the public list with the names of its place and of the fields it asks for."""

    item: WorkItem
    area: str
    fields: tuple[str, ...]


_NAMES = text("""
    SELECT i.id, coalesce((SELECT v.name FROM area_version v WHERE v.area_id = i.area_id
                           ORDER BY lower(v.valid) DESC LIMIT 1), ''),
           coalesce((SELECT array_agg(f.name ORDER BY w.position)
                     FROM work_field w JOIN field f ON f.code = w.field_code WHERE w.item_code = i.code), '{}')
    FROM work_item i WHERE i.id = ANY(:ids)
""")


def listed(session: Session, at: datetime, *, agency: str = "", now_only: bool = False) -> list[Entry]:
    """Give the entries that hold at an instant or later, by agency and code; those of one agency when it is named."""
    query = select(WorkItem).where(or_(func.upper_inf(WorkItem.valid), func.upper(WorkItem.valid) > at))
    if now_only:
        query = query.where(WorkItem.valid.contains(at))
    if agency:
        query = query.where(WorkItem.agency == agency)
    items = session.scalars(query.order_by(WorkItem.agency, WorkItem.code, WorkItem.id)).all()
    names = {
        row[0]: (row[1], tuple(row[2])) for row in session.execute(_NAMES, {"ids": [i.id for i in items]})
    }
    return [Entry(item, *names[item.id]) for item in items]


def end_item(session: Session, scope: Scope, item_id: int, now: datetime) -> WorkItem:
    """Take an entry off the list from now on; orders that were made stay.

    Raises
    ------
    NotFoundError
        When there is no such entry in the scope's areas.
    ConflictError
        When it has ended already.
    """
    query = select(WorkItem).where(WorkItem.id == item_id, WorkItem.area_id.in_(scope.area_ids))
    item = session.scalars(query.with_for_update()).first()
    if item is None:
        raise NotFoundError("没有这个事项，或不归您管。 There is no such entry of your area.")
    return _ended(session, item, now)


def _ended(session: Session, row: WorkItem, now: datetime) -> WorkItem:
    if row.valid.upper is not None and row.valid.upper <= now:
        raise ConflictError("已经终止。 It has ended already.")
    if row.valid.lower is not None and row.valid.lower >= now:
        raise ConflictError("还没有开始，请改起始日期。 It has not begun yet.")
    return _until(session, row, now)


def _until(session: Session, row: Until, now: datetime) -> Until:
    """Let an entry or a consent hold until now and no longer."""
    table = type(row)
    ends = func.tstzrange(func.lower(table.valid), now)
    session.execute(
        update(table)
        .where(table.id == row.id)
        .values(valid=ends)
        .execution_options(synchronize_session=False)
    )
    session.expire(row)
    return row


@dataclass(frozen=True)
class NewConsent:
    """What a consent says; `consented_by` are the words for who agreed, `ends` its end, which there always is."""

    agency: str
    name: str
    what: str
    category: str
    per: str
    minutes: int
    consented_by: str
    ends: datetime
    area_id: int | None = None
    grid_id: int | None = None


def consent(session: Session, scope: Scope, new: NewConsent, now: datetime) -> WorkConsent:
    """Record that those whose ground it is agree to work that is not on the list.

    Raises
    ------
    InputError
        When something is missing, or the end is not in the future.
    NotFoundError
        When the place is not theirs.
    """
    for field in ("agency", "name", "what", "consented_by"):
        if not getattr(new, field).strip():
            raise InputError("这一项要写明。 Say this too.", field=field)
    if new.per not in {"grid", "household"} or not 1 <= new.minutes <= 10_000:  # noqa: PLR2004 - as in the table
        raise InputError("分钟数应为 1 到 10000。 Give 1 to 10000 minutes.", field="minutes")
    if new.ends <= now:
        raise InputError("终止日期要在今天以后。 The end must lie in the future.", field="ends")
    if new.area_id not in {None, *scope.area_ids} or new.grid_id not in {None, *scope.grid_ids}:
        raise NotFoundError("这个地方不在您的范围内。 That place is not yours.", field="place")
    if (new.area_id is None) == (new.grid_id is None):
        raise InputError("请选择同意的范围。 Choose where it holds.", field="place")
    if session.scalar(text("SELECT 1 FROM case_type WHERE code = :code"), {"code": new.category}) is None:
        raise InputError("没有这个类别。 There is no such category.", field="category")
    fields = {name: value for name, value in vars(new).items() if name != "ends"}
    row = WorkConsent(**fields, account_id=scope.account_id, at=now, valid=Range(now, new.ends))
    session.add(row)
    session.flush()
    return row


def _inside(scope: Scope) -> ColumnElement[bool]:
    return or_(WorkConsent.area_id.in_(scope.area_ids), WorkConsent.grid_id.in_(scope.grid_ids))


def consents(session: Session, scope: Scope) -> Sequence[WorkConsent]:
    """Give the consents of a scope's ground, or those given to its agency; the newest first."""
    mine = WorkConsent.agency == scope.agency if scope.agency else _inside(scope)
    return session.scalars(select(WorkConsent).where(mine).order_by(WorkConsent.id.desc())).all()


def withdraw(session: Session, scope: Scope, consent_id: int, now: datetime) -> WorkConsent:
    """End a consent from now on; orders that were made stay.

    Raises
    ------
    NotFoundError
        When there is none that holds on the scope's ground.
    """
    query = select(WorkConsent).where(
        WorkConsent.id == consent_id, _inside(scope), WorkConsent.valid.contains(now), WorkConsent.at < now
    )
    row = session.scalars(query.with_for_update()).first()
    if row is None:
        raise NotFoundError("没有这个有效的同意。 There is no such consent that holds.")
    return _until(session, row, now)


@dataclass(frozen=True)
class PlaceName:
    """An area or grid one may choose: `key` is `area:ID` or `grid:ID`."""

    key: str
    name: str
    level: str


# indexes: ex_area_version_valid, ex_grid_version_valid
def places(session: Session, at: datetime, scope: Scope | None = None) -> list[PlaceName]:
    """Give the subdistricts, communities and grids of a scope (of the town without one), in the order of codes."""
    areas = select(literal("area:") + cast(Area.id, Text), AreaVersion.name, Area.level, Area.code)
    areas = areas.join(AreaVersion, and_(AreaVersion.area_id == Area.id, AreaVersion.valid.contains(at)))
    areas = areas.where(Area.level.in_(("subdistrict", "community")))
    grids = select(literal("grid:") + cast(Grid.id, Text), GridVersion.name, literal("grid"), Grid.code)
    grids = grids.join(GridVersion, and_(GridVersion.grid_id == Grid.id, GridVersion.valid.contains(at)))
    grids = grids.where(GridVersion.kind != "micro")
    if scope is not None:
        areas = areas.where(Area.id.in_(scope.area_ids))
        grids = grids.where(Grid.id.in_(scope.grid_ids))
    rows = [*session.execute(areas), *session.execute(grids)]
    return [PlaceName(row[0], row[1], row[2]) for row in sorted(rows, key=lambda row: row[3])]


def place_of(key: str) -> dict[str, int]:
    """Read a place's key as the id of an area or of a grid.

    Raises
    ------
    InputError
        When it is none.
    """
    kind, _mark, number = key.partition(":")
    if kind not in {"area", "grid"} or not (number.isascii() and number.isdigit()):
        raise InputError("请选择地方。 Choose a place.", field="place")
    return {f"{kind}_id": int(number[:15])}
