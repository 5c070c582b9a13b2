"""The member's pages: what is next, one case with its acts, notices.

Before: `cases.queries` within the person's scope. After: `cases.moves`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gis.cases import contacts, inbox, photos, queries
from gis.cases.queries import CaseRow, Filter
from gis.cases.states import MOVES
from gis.database import transaction
from gis.errors import NotFoundError
from gis.staff.roles import Role
from webmap import access, inputs, moving
from webmap.access import act, scope
from webmap.field import steps
from webmap.field.forms import FORMS
from webmap.field.households import blueprint as households
from webmap.field.showing import comes_back, shown
from webmap.field.words import words

blueprint = Blueprint("field", __name__)
blueprint.register_blueprint(households)

MOST_ROWS = 200


@blueprint.get("/my")
@act("case.act")
def my() -> str:
    """Show what waits for this person, grouped by place, what is due first at the top."""
    now, account = datetime.now(UTC), access.account()
    whole = "all" in request.args or account.role != Role.GRID_MEMBER
    wanted = Filter(member_id=None if whole else account.member_id, limit=MOST_ROWS)
    with transaction() as session:
        rows = queries.open_cases(session, scope(session), wanted, now)
    return render_template(
        "field/my.html", places=by_place(rows), count=len(rows), whole=whole, now=now, words=words()
    )


def by_place(rows: list[CaseRow]) -> dict[str, list[CaseRow]]:
    """Group cases by the words of their place; the group whose case is due first comes first."""
    places: dict[str, list[CaseRow]] = {}
    for row in rows:
        places.setdefault(row.case.place_label or row.grid or "", []).append(row)
    return places


@blueprint.get("/agency")
@act("agency.work")
def agency() -> str:
    """Show what was handed to this agency, and what it only should know of."""
    now = datetime.now(UTC)
    with transaction() as session:
        rows = queries.open_cases(session, scope(session), Filter(limit=MOST_ROWS), now)
    ours = [row for row in rows if row.case.organisation_id is None]
    return render_template(
        "field/agency.html", ours=ours, known=[row for row in rows if row not in ours], now=now
    )


@blueprint.get("/cases/<int:case_id>")
@act("case.read")
def case(case_id: int) -> str:
    """Show one case."""
    return shown(case_id)


@blueprint.post("/cases/<int:case_id>/do/<name>")
@act("case.read")
@comes_back("{name}")
def do(case_id: int, name: str) -> Response:
    """Make one move of the table in the person's name; the move's own act says who may, and where."""
    move = MOVES.get(name)
    if name not in FORMS or move is None or move.act is None:
        raise NotFoundError("没有这一步。 There is no such step.")
    with transaction() as session:
        locked = moving.locked(session, case_id, move.act)
        steps.make(session, locked, name)
    return moving.done_with(name, case_id)


@blueprint.post("/cases/<int:case_id>/contact")
@act("contact.read")
@comes_back("contact")
def contact(case_id: int) -> str:
    """Show one reporter's telephone to somebody who says why; it is written down."""
    report_id = inputs.row_id(request.form.get("report"), "report")
    purpose = request.form.get("purpose", "")
    with transaction() as session:
        queries.case_of(session, scope(session), case_id, datetime.now(UTC))
        number = contacts.show(
            session, case_id, report_id, account=access.account(), purpose=purpose, now=datetime.now(UTC)
        )
    return shown(case_id, {report_id: number})


@blueprint.get("/cases/<int:case_id>/photos/<int:photo_id>")
@act("case.read")
def photo(case_id: int, photo_id: int) -> Response:
    """Give one picture of a case of the person's scope."""
    with transaction() as session:
        queries.case_of(session, scope(session), case_id, datetime.now(UTC))
        found = next((one for one in queries.photos(session, case_id) if one.id == photo_id), None)
    if found is None or not photos.path_of(found).exists():
        raise NotFoundError("没有这张照片。 There is no such picture.")
    response = send_file(photos.path_of(found), mimetype="image/jpeg", conditional=True)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.get("/notices")
@act("account.own")
def notices() -> str:
    """Show the person's notices."""
    with transaction() as session:
        rows = queries.inbox(session, access.account())
    return render_template("field/notices.html", notices=rows)


@blueprint.post("/notices/seen")
@act("account.own")
def seen() -> Response:
    """Write down that the notices on the page were seen; those that came since stay new."""
    ids = [inputs.row_id(value, "notice") for value in request.form.getlist("notice")[:MOST_ROWS]]
    with transaction() as session:
        count = inbox.see(session, access.account(), ids, datetime.now(UTC))
    flash(_("%(count)s 条通知标为已读。", count=count))
    return redirect("/notices", 303)
