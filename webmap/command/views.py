"""The commander's acts on a case, and the queue of cases that a person must place.

Before: `cases.queries` within the person's scope. After: `cases.assign`, `cases.place`, `cases.moves`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gis.cases import place, queries
from gis.cases.models import Case
from gis.database import transaction
from gis.errors import InputError, NotFoundError
from gis.grids.extent import extent
from webmap import access, inputs, moving
from webmap.access import act, scope
from webmap.command.board_assign import give_out
from webmap.field.alike import likeness_of
from webmap.field.showing import comes_back

blueprint = Blueprint("command", __name__)

CHECKS = {"pass": "check_pass", "fail": "check_fail"}
LONGEST_LABEL = 200


@blueprint.post("/cases/<int:case_id>/assign")
@act("case.assign")
@comes_back("reassign")
def give(case_id: int) -> Response:
    """Give one case to somebody else, with a reason."""
    with transaction() as session:
        give_out(session, moving.locked(session, case_id), datetime.now(UTC))
    return moving.done(_("已改派。"), case_id)


@blueprint.post("/cases/<int:case_id>/check/<result>")
@act("case.check")
@comes_back("check_{result}")
def check(case_id: int, result: str) -> Response:
    """Check a case that somebody else has done: passed and closed, or on with it."""
    if result not in CHECKS:
        raise NotFoundError("没有这一步。 There is no such step.")
    with transaction() as session:
        moving.move(session, moving.locked(session, case_id), CHECKS[result], request.form.get("reason", ""))
    return moving.done_with(CHECKS[result], case_id)


@blueprint.post("/cases/<int:case_id>/void")
@act("case.void")
@comes_back("void")
def void(case_id: int) -> Response:
    """End what was no case, with a reason that the resident reads."""
    with transaction() as session:
        moving.move(session, moving.locked(session, case_id), "void", request.form.get("reason", ""))
    return moving.done_with("void", case_id)


@blueprint.get("/queue")
@act("case.locate")
def queue() -> str:
    """Show the cases that a person must place, and one of them with its candidates on a map."""
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session)
        rows = queries.queue(session, mine, now)
        bounds = extent(session, mine.grid_ids, now)
        picked = inputs.optional_id(request.args.get("case"), "case")
        selected = next((row for row in rows if row.case.id == picked), rows[0] if rows else None)
        like = likeness_of(session, mine, access.account(), selected, now) if selected else None
    return render_template(
        "command/queue.html", rows=rows, selected=selected, row=selected, like=like, bounds=bounds, now=now
    )


@blueprint.post("/cases/<int:case_id>/place")
@act("case.locate")
def put(case_id: int) -> Response:
    """Set the place of a queued case: one of its candidates, or the point that was clicked."""
    with transaction() as session:
        case = moving.locked(session, case_id)
        lon, lat, label = _where(case)
        place.place_by_hand(session, case, moving.actor(), datetime.now(UTC), lon=lon, lat=lat, label=label)
        placed = case.grid_id is not None
    if not placed:
        flash(_("这个位置在辖区之外，案件还在待定位里。"), "fault")
        return redirect(f"/queue?case={case_id}", 303)
    return moving.done(_("位置已定，案件已派出。"), case_id)


def _where(case: Case) -> tuple[float, float, str]:
    """Read the chosen candidate, or the clicked point."""
    label = inputs.words_of(request.form.get("label"), LONGEST_LABEL)
    lon, lat = inputs.number(request.form.get("lon"), "lon"), inputs.number(request.form.get("lat"), "lat")
    if lon is not None and lat is not None:
        return lon, lat, label
    candidates = case.location.get("candidates", [])
    picked = inputs.optional_id(request.form.get("candidate"), "candidate")
    if picked is None or picked >= len(candidates):
        raise InputError(
            "请选一个候选地点，或在地图上点一下。 Choose a candidate, or click on the map.", field="candidate"
        )
    one = candidates[picked]
    return float(one["lon"]), float(one["lat"]), label or str(one["label"])
