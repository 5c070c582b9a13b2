"""A member's own track: taken in while the round runs, looked at, shortened or deleted, then counted as seen.

Before: `patrols.seen.counting`. After: the round's page sends fixes, the page of one's own track. Nobody else has a
way here: a round is found among one's own only, and what others see later is streets, without a name.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.errors import InputError
from gis.patrols.models import Patrol
from gis.patrols.rounds.queries import round_of
from gis.patrols.seen import counting, fixes
from gis.settings import settings
from webmap import access, inputs
from webmap.access import act, scope

blueprint = Blueprint("track", __name__)

Number = Annotated[float, Field(allow_inf_nan=False)]


class FixesInput(BaseModel):
    """Fixes since the page last reached the server: seconds since 1970, longitude, latitude, accuracy in metres."""

    model_config = ConfigDict(extra="forbid")

    request: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    fixes: Annotated[list[tuple[Number, Number, Number, Number]], Field(max_length=5000)]


def _own(session: Session, patrol_id: int, *, lock: bool = False) -> Patrol:
    return round_of(session, scope(session), patrol_id, lock=lock)


def _member() -> int:
    return access.account().member_id or 0


@blueprint.post("/round/<int:patrol_id>/fixes.json")
@act("round.walk")
def take(patrol_id: int) -> Response:
    """Take fixes in; the same number twice changes nothing."""
    given = inputs.read_json(FixesInput, request.get_data())
    with transaction() as session:
        patrol = _own(session, patrol_id, lock=True)
        new = fixes.add_fixes(session, patrol, given.request, given.fixes, datetime.now(UTC))
    return jsonify({"request": given.request, "new": new})


@blueprint.get("/round/<int:patrol_id>/track")
@act("round.walk")
def show(patrol_id: int) -> str:
    """Show a member the track of one of their own rounds."""
    with transaction() as session:
        patrol = _own(session, patrol_id)
        found = fixes.own_track(session, patrol_id, _member())
    times = (
        [datetime.fromtimestamp(fix[0], settings().time_zone) for fix in (found[0], found[-1])]
        if found
        else []
    )
    return render_template(
        "field/track.html",
        patrol=patrol,
        line=[[fix[1], fix[2]] for fix in found],
        times=times,
        counted_at=patrol.track_counted_at,
        counts_at=patrol.ends_at + counting.COUNTED_AFTER,
        kept_days=fixes.KEPT_DAYS,
    )


@blueprint.post("/round/<int:patrol_id>/track/drop")
@act("round.walk")
def drop(patrol_id: int) -> Response:
    """Delete one's own track, or a span of it."""
    with transaction() as session:
        patrol = _own(session, patrol_id, lock=True)
        gone = fixes.drop_track(session, patrol_id, _member(), _span(patrol))
    flash(_("已删除 %(count)s 个位置。", count=gone))
    return redirect(f"/round/{patrol_id}/track", 303)


def _span(patrol: Patrol) -> tuple[datetime, datetime] | None:
    """Read from when to when, times of the round's day; None for all of it."""
    given = [request.form.get(name, "").strip() for name in ("since", "until")]
    if not any(given):
        return None
    zone = settings().time_zone
    day = patrol.starts_at.astimezone(zone).date()
    try:
        since, until = (datetime.combine(day, time.fromisoformat(value), zone) for value in given)
    except ValueError:
        raise InputError("请填好从几点到几点。 Give both times, from and to.", field="since") from None
    if until < since:
        raise InputError("“到”不能早于“从”。 The end is before the beginning.", field="until")
    return since, until


@blueprint.post("/round/<int:patrol_id>/track/count")
@act("round.walk")
def count(patrol_id: int) -> Response:
    """Take the track into what was seen now."""
    with transaction() as session:
        counting.count_track(session, _own(session, patrol_id, lock=True), datetime.now(UTC))
    flash(_("已记入走过的路段。"))
    return redirect(f"/round/{patrol_id}/track", 303)
