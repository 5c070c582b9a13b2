"""Looking a household up: only within one's own grids, only for a purpose, and never without a trace.

Before: `places.footprint`. After: nothing; the page shows doors, not people.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, request

from gis.database import transaction
from gis.errors import InputError
from gis.patrols.rounds.errands import rhythms_for
from gis.places import footprint
from gis.places.models import Household
from webmap import access
from webmap.access import act, scope

blueprint = Blueprint("households", __name__)


@blueprint.get("/households")
@act("household.read")
def form() -> str:
    """Ask what is looked for, and what for."""
    return _page({"q": request.args.get("q", "")[: footprint.LONGEST_QUERY]})


@blueprint.post("/households")
@act("household.read")
def search() -> str | tuple[str, int]:
    """Find doors in the person's grids, and write down that they were shown."""
    given = {"q": request.form.get("q", ""), "purpose": request.form.get("purpose", "")}
    account = access.account()
    try:
        footprint.check_purpose(given["purpose"])
        with transaction() as session:
            allowed = scope(session).over_grid(Household.grid_id)
            doors = footprint.find(session, allowed, given["q"])
            footprint.write_down(
                session,
                [door.household_id for door in doors],
                account=account.name,
                role=account.role,
                purpose=given["purpose"],
                now=datetime.now(UTC),
            )
    except InputError as fault:
        return _page(given, fault=fault), 422
    return _page(given, doors=doors)


def _page(given: dict[str, str], **more: object) -> str:
    with transaction() as session:
        rhythms = rhythms_for(session, "household")
    return render_template(
        "field/households.html", given=given, purposes=footprint.PURPOSES, rhythms=rhythms, **more
    )
