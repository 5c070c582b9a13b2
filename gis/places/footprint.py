"""民情足迹: finding a household, and writing down who looked at it and why.

Before: `places.models`. After: the household page of grid members, the tablet. Which rows may be seen is the caller's
condition and stands in the query itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from gis.errors import InputError, NotFoundError
from gis.places.models import Building, Compound, Entrance, Household, HouseholdAccess

PURPOSES = {
    "case": ("办理案件", "working on a case"),
    "visit": ("走访", "a visit"),
    "service": ("上门服务", "a service at home"),
    "safety": ("安全检查", "a safety check"),
}
"""Why a household may be looked up; nothing else counts as a reason."""
LONGEST_QUERY = 80


@dataclass(frozen=True)
class Door:
    """A household's door in words; nobody who lives there."""

    household_id: int
    code: str
    compound: str
    building: str
    entrance: str
    floor: str
    room: str
    grid_id: int | None


def check_purpose(purpose: str) -> None:
    """Refuse a look-up that says no purpose of the table.

    Raises
    ------
    InputError
    """
    if purpose not in PURPOSES:
        raise InputError("请先选择查看的目的。 Choose first what you need it for.", field="purpose")


# indexes: ix_household_grid_id (the scope), then ix_household_building_id
def find(session: Session, allowed: ColumnElement[bool], words: str, limit: int = 50) -> list[Door]:
    """Find doors by the words of their compound, building, road, entrance and room.

    Parameters
    ----------
    allowed : ColumnElement
        The condition on `Household.grid_id` that the person's scope sets.
    words : str
        Parts parted by spaces; each must stand somewhere in the door's words.

    Raises
    ------
    InputError
        When there are no words, or too many.
    """
    parts = words.replace("\x00", "").split()
    if not parts:
        raise InputError("请写下小区、楼栋或房号。 Give a compound, a building or a room.", field="q")
    if len(words) > LONGEST_QUERY:
        raise InputError("查询太长，请写短一些。 The search is too long; write less.", field="q")
    said = func.concat_ws(
        " ",
        Compound.name,
        Building.name,
        Building.road,
        Building.house_number,
        Entrance.name,
        Household.room,
        Household.code,
    )
    query = _doors(allowed).where(*(said.contains(part, autoescape=True) for part in parts)).limit(limit)
    return [Door(*row) for row in session.execute(query)]


# index: ix_household_grid_id
def doors_of(session: Session, grid_ids: Collection[int], limit: int) -> list[Door]:
    """Give all doors of some grids, for a device that will look them up without a network."""
    if not grid_ids:
        return []
    query = _doors(Household.grid_id.in_(grid_ids)).limit(limit)
    return [Door(*row) for row in session.execute(query)]


def _doors(allowed: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Household.id,
            Household.code,
            func.coalesce(Compound.name, Building.road, ""),
            func.coalesce(func.nullif(Building.name, ""), Building.house_number, ""),
            func.coalesce(Entrance.name, ""),
            Household.floor,
            Household.room,
            Household.grid_id,
        )
        .outerjoin(Building, Building.id == Household.building_id)
        .outerjoin(Compound, Compound.id == Building.compound_id)
        .outerjoin(Entrance, Entrance.id == Household.entrance_id)
        .where(allowed)
        .order_by(Compound.name, Building.name, Entrance.name, Household.room, Household.id)
    )


def write_down(
    session: Session, household_ids: Sequence[int], *, account: str, role: str, purpose: str, now: datetime
) -> None:
    """Add one row for every household that was shown."""
    session.add_all(
        HouseholdAccess(
            household_id=household_id, at=now, account=account, role=role, purpose=purpose, act="read"
        )
        for household_id in household_ids
    )


# index: pk_household
def looked(
    session: Session,
    grid_ids: Collection[int],
    household_ids: Collection[int],
    *,
    account: str,
    role: str,
    purpose: str,
    at: datetime,
) -> None:
    """Write down a look at doors that a tablet already had; those outside these grids are left out.

    Raises
    ------
    NotFoundError
        When there is none of them in these grids.
    """
    inside = select(Household.id).where(Household.id.in_(household_ids), Household.grid_id.in_(grid_ids))
    found = sorted(session.scalars(inside)) if grid_ids else []
    if not found:
        raise NotFoundError("没有这一户，或不在您的范围内。 There is no such household in your area.")
    write_down(session, found, account=account, role=role, purpose=purpose, now=at)


# index: ix_household_access_household_id_at
def not_yet(session: Session, household_ids: Sequence[int], account: str, since: datetime) -> list[int]:
    """Give which households this account has not been shown since an instant."""
    query = select(HouseholdAccess.household_id).where(
        HouseholdAccess.household_id.in_(household_ids),
        HouseholdAccess.account == account,
        HouseholdAccess.at >= since,
    )
    shown = set(session.scalars(query)) if household_ids else set()
    return [one for one in household_ids if one not in shown]
