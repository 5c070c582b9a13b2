"""The book a tablet takes along: the doors of one's own grids in words, and who of the branch could stand in.

Before: `places.footprint`, `cases.hand_over`. After: `static/js/field/book.js`, which looks doors up without a network,
for a purpose, and writes that down at the next contact. It says nothing of who lives behind a door. The day names its
mark; a tablet whose mark is another throws its book away before it asks for the new one.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from gis.cases import hand_over
from gis.cases.leave import Leave
from gis.database import transaction
from gis.places import footprint
from gis.places.footprint import Door
from gis.settings import settings
from gis.staff.models import Account
from gis.staff.roles import Role
from gis.staff.scope import Scope
from webmap import access
from webmap.access import act, scope

blueprint = Blueprint("book", __name__)

MOST_DOORS = 10_000


@blueprint.get("/field/book.json")
@act("case.hand_over")
def book() -> Response:
    """Give the whole book."""
    now = datetime.now(UTC)
    with transaction() as session:
        mine, account = scope(session), access.account()
        doors = footprint.doors_of(session, mine.grid_ids, MOST_DOORS)
        people = _colleagues(session, mine, account, now)
    response = jsonify(doors=[[door.household_id, said(door)] for door in doors], people=people)
    response.headers["Cache-Control"] = "no-store"
    return response


def said(door: Door) -> str:
    """Say a door as it is looked for: compound, building, entrance, room."""
    return " ".join(filter(None, (door.compound, door.building, door.entrance, door.room or door.code)))


def _colleagues(session: Session, mine: Scope, account: Account, now: datetime) -> list[list[object]]:
    if account.member_id is None:
        return []
    today = now.astimezone(settings().time_zone).date()
    tomorrow = Leave(account.member_id, today, today + timedelta(days=1), 0).during(settings().time_zone)
    found = hand_over.colleagues(session, account.member_id, mine.grid_ids, tomorrow, now)
    return [[one.member_id, one.name] for one in found if not one.away]


def mark(account: Account, mine: Scope, now: datetime) -> str:
    """Name the book that belongs to these grids on this day; empty where nobody gets one."""
    if account.role != Role.GRID_MEMBER or not mine.grid_ids:
        return ""
    day = now.astimezone(settings().time_zone).date()
    return hashlib.sha256(f"{day} {sorted(mine.grid_ids)}".encode()).hexdigest()[:16]
