"""A visit at a door that was due, with or without a round.

Before: `models`, `templates`. After: the member's day; a running round of that day has the stop ticked as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.errors import NotFoundError
from gis.patrols.models import Patrol, Visit
from gis.patrols.rounds.shift import midnight_of
from gis.patrols.rounds.templates import checked
from gis.places.models import Household


def visited(
    session: Session,
    grid_ids: Collection[int],
    household_id: int,
    member_id: int,
    *,
    at: datetime,
    zone: ZoneInfo,
    template: str,
    note: Mapping[str, Any],
) -> None:
    """Write a visit down once, and tick its stop on the member's round of that day.

    Parameters
    ----------
    grid_ids : collection of int
        Where the member may visit.
    at : datetime
        When it was, aware.

    Raises
    ------
    NotFoundError
        When the household lies elsewhere.
    InputError
        For a form or an answer that the table does not have.
    """
    # index: pk_household
    inside = select(Household.id).where(Household.id == household_id, Household.grid_id.in_(grid_ids))
    if not grid_ids or session.scalar(inside) is None:
        raise NotFoundError("没有这一户，或不在您的范围内。 There is no such household in your area.")
    values = {"household_id": household_id, "member_id": member_id, "at": at, "template": template}
    session.execute(insert(Visit).values(**values, note=checked(template, note)).on_conflict_do_nothing())
    _tick(session, f"visit:{household_id}", member_id, at, zone)


# index: ix_patrol_member_id_starts_at
def _tick(session: Session, key: str, member_id: int, at: datetime, zone: ZoneInfo) -> None:
    midnight = midnight_of(at, zone)
    query = select(Patrol).where(
        Patrol.member_id == member_id, Patrol.starts_at >= midnight, Patrol.state != "done"
    )
    for patrol in session.scalars(query.with_for_update()):
        done = {"state": "done", "done": True, "at": at.isoformat()}
        patrol.stops = [stop | done if stop.get("key") == key else stop for stop in patrol.stops]
