"""Leave: a member hands over open cases and asks for the days; the branch agrees with one press.

Before: `cases.leave`. After: `field/leave.html`, for both. It works without a script.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.cases import hand_over as handing
from gis.cases import leave, queries
from gis.cases.leave import Leave
from gis.cases.queries import CaseRow, Filter
from gis.cases.states import MOVES
from gis.database import transaction
from gis.errors import ConflictError, ForbiddenError, InputError, NotFoundError, WanggeError
from gis.settings import settings
from webmap import access, inputs, moving
from webmap.access import act, scope
from webmap.errors import status_of
from webmap.field import handed
from webmap.field.day import doors_due
from webmap.field.handed import MOST_CASES

blueprint = Blueprint("leave", __name__)

LONGEST_NOTE = 300


@blueprint.get("/leave")
@act("case.hand_over")
def own() -> str:
    """Show what one has on hand, to whom it could go, and what was handed over before."""
    return _page()


@blueprint.post("/leave")
@act("case.hand_over")
def hand_over() -> str | tuple[str, int] | Response:
    """Hand over; what is refused comes back with its sentence and what was chosen."""
    form = request.form
    try:
        note = inputs.words_of(form.get("note"), LONGEST_NOTE)
        away = Leave(
            _member(), _day("first"), _day("last"), inputs.row_id(form.get("colleague"), "colleague")
        )
        with transaction() as session:
            asked = handed.give(
                session, scope(session), away, _marks(), note, actor=moving.actor(), now=datetime.now(UTC)
            )
    except (InputError, ConflictError, NotFoundError) as fault:
        return _page(fault), status_of(fault)
    flash(_("交接好了，已请支部确认请假。") if asked else _("交接好了。"))
    return redirect("/leave", 303)


def _page(fault: WanggeError | None = None) -> str:
    now, account = datetime.now(UTC), access.account()
    with transaction() as session:
        mine = scope(session)
        rows = queries.open_cases(session, mine, Filter(member_id=_member(), limit=MOST_CASES), now)
        doors = doors_due(session, mine, account, now)
        people = handing.colleagues(
            session, _member(), mine.grid_ids, _shown_days().during(settings().time_zone), now
        )
        lately = handing.handed(session, account.id, now)
    movable = MOVES["reassign"].sources
    return render_template(
        "field/leave.html", fault=fault, given=request.form, days=_shown_days(), doors=doors, people=people,
        rows=[row for row in rows if row.state in movable], stays=[row for row in rows if row.state not in movable],
        ticked=_ticked(rows), handed=lately, today=_today(), asks=None,
    )  # fmt: skip


def _ticked(rows: list[CaseRow]) -> set[int]:
    """Give what is ticked: everything at first, afterwards what was."""
    if request.method == "GET":
        return {row.case.id for row in rows}
    given = {value.partition(":")[0] for value in request.form.getlist("case")}
    return {row.case.id for row in rows if str(row.case.id) in given}


def _shown_days() -> Leave:
    """Give the days of the form where they can be read; tomorrow otherwise."""
    days = []
    for name in ("first", "last"):
        try:
            days.append(_day(name))
        except InputError:
            days.append(_today() + timedelta(days=1))
    return Leave(0, days[0], max(days), 0)


@blueprint.get("/leaves")
@act("leave.grant")
def asked() -> str:
    """Show the leaves the branch was asked for."""
    now = datetime.now(UTC)
    with transaction() as session:
        asks = leave.asks(session, _branch(session), now, settings().time_zone)
    return render_template("field/leave.html", asks=asks)


@blueprint.post("/leaves/<int:notice_id>")
@act("leave.grant")
def grant(notice_id: int) -> Response:
    """Agree to one leave."""
    with transaction() as session:
        ask = leave.grant(session, scope(session), notice_id, datetime.now(UTC), settings().time_zone)
    flash(_("%(name)s的请假已同意，%(colleague)s代管。", name=ask.name, colleague=ask.colleague))
    return redirect("/leaves", 303)


def _branch(session: Session) -> list[int]:
    own_id = scope(session).organisation_id
    return [] if own_id is None else [own_id]


def _member() -> int:
    member_id = access.account().member_id
    if member_id is None:
        raise ForbiddenError("您的账号没有对应的成员。 Your account stands for no member.")
    return member_id


def _today() -> date:
    return datetime.now(settings().time_zone).date()


def _day(name: str) -> date:
    return inputs.day(request.form.get(name), name)


def _marks() -> list[tuple[int, int]]:
    """Read the ticks: case and the revision its row was drawn from."""
    parts: list[Any] = [value.partition(":") for value in request.form.getlist("case")[:MOST_CASES]]
    return [
        (inputs.row_id(one, "case"), min(inputs.row_id(other, "case"), 2**31 - 1))
        for one, _mark, other in parts
    ]
