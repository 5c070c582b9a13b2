"""Writing a household's wish down, together with the resident: hours, or no visits, until a day.

Before: the page of households. After: `patrols.rounds.wishes`; rounds keep to it from then on.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.patrols.rounds.errands import set_duty
from gis.patrols.rounds.wishes import wish
from gis.places import footprint
from gis.settings import settings
from webmap import access, inputs
from webmap.access import act, scope

blueprint = Blueprint("wishes", __name__)

LONGEST = 200


@blueprint.post("/households/<int:household_id>/wish")
@act("household.wish")
def write(household_id: int) -> Response:
    """Write down when a household lets people in, or that it does not."""
    now, form, account = datetime.now(UTC), request.form, access.account()
    hours = (form.get("from", ""), form.get("to", ""))
    with transaction() as session:
        wish(
            session, scope(session), household_id, account.id, now,
            no_visits="no_visits" in form, hours=hours if any(hours) else None,
            purpose=form.get("purpose", "")[:LONGEST], ends=_end(form.get("ends", "")),
        )  # fmt: skip
        footprint.write_down(
            session, [household_id], account=account.name, role=account.role, purpose="visit", now=now
        )
    flash(_("已记下这户的意愿，排路线时照办。"))
    return redirect("/households", 303)


@blueprint.post("/households/<int:household_id>/duty")
@act("household.wish")
def duty(household_id: int) -> Response:
    """Write down what a household agreed to, in which rhythm, until a day."""
    now, form, account = datetime.now(UTC), request.form, access.account()
    with transaction() as session:
        set_duty(
            session, scope(session), household_id, now, duty=form.get("duty", ""), rhythm=form.get("rhythm", ""),
            purpose=form.get("purpose", "")[:LONGEST], ends=_end(form.get("ends", "")),
        )  # fmt: skip
        footprint.write_down(
            session, [household_id], account=account.name, role=account.role, purpose="service", now=now
        )
    flash(_("已记下，排路线时按这个节奏去。"))
    return redirect("/households", 303)


def _end(value: str) -> datetime:
    day = inputs.day(value, "ends", "请选终止日期。 Choose the day it ends.")
    return datetime.combine(day, time(23, 59), settings().time_zone)
