"""The resident's pages: say what is wrong and where; see who has it and what has happened.

Before: `webmap.inputs`. After: `cases.journey` in one transaction, then the tracking page of the report's secret link.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, g, redirect, render_template, request
from flask import Response as FlaskResponse
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.cases import clock_rows, contacts, evaluate, journey, photos, queries, reference
from gis.cases.intake import NewReport, Pin, clean
from gis.cases.joining import join
from gis.cases.journey import Received
from gis.database import transaction
from gis.errors import ForbiddenError, InputError, NotFoundError
from gis.grids.extent import extent
from gis.settings import settings
from gis.staff.roles import Role
from webmap import inputs
from webmap.access import act
from webmap.answers import private
from webmap.frame import START
from webmap.guards import limiter
from webmap.intake import answers
from webmap.public import codes

blueprint = Blueprint("intake", __name__)

LONGEST_NUMBER = 20
MOST_PHOTOS = 3
FIELDS = ("text", "where", "category", "contact", "lon", "lat", "client_request_id")


def _report_limit() -> str:
    return settings().report_limit


@blueprint.get("/")
@act("page.open")
def home() -> str | Response:
    """Give visitors the report form, staff the page their day begins on."""
    if g.account is not None:
        return redirect(START[Role(g.account.role)])
    return _form({"client_request_id": uuid4().hex})


@blueprint.get("/report")
@act("case.report")
def form() -> str:
    """Give the report form to anybody, also to staff who write down what they were told."""
    return _form({"client_request_id": uuid4().hex})


def _form(given: dict[str, str], fault: InputError | None = None) -> str:
    now = datetime.now(UTC)
    with transaction() as session:
        types = reference.case_types(session, now)
        bounds = extent(session, None, now)
    return render_template(
        "intake/report.html",
        given=given,
        fault=fault,
        fields=_by_field(types),
        bounds=bounds,
        keep_days=settings().report_keep_days,
        most_photos=MOST_PHOTOS,
    )


def _by_field(types: Any) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in types:
        grouped.setdefault(row.field, []).append(row)
    return grouped


@blueprint.post("/report")
@limiter.limit(_report_limit)
@act("case.report")
def send() -> str | tuple[str, int] | Response:
    """Take a report in; a fault is said beside its field, and nothing that was written is lost."""
    given = {name: request.form.get(name, "") for name in FIELDS}
    try:
        new = _new_report(given)
        if request.form.get("join"):
            return redirect(f"/t/{_joined(new)}?sent=1", 303)
        with transaction() as session:
            received = _take(session, new, datetime.now(UTC))
            _keep_photos(session, received.row.case.id)
    except InputError as fault:
        return _form(given, fault), 422
    return redirect(f"/t/{received.tracking_token}?sent=1", 303)


def _joined(new: NewReport) -> str:
    """Add a voice to the case that was chosen; when it was closed meanwhile, the form says so and keeps the words."""
    try:
        with transaction() as session:
            token = join(session, new, request.form["join"].strip()[:LONGEST_NUMBER], datetime.now(UTC))
            _keep_photos(session, queries.report_of(session, token).case_id)
            return token
    except NotFoundError as fault:
        raise InputError(fault.message, field="join") from fault


def _new_report(given: dict[str, str]) -> NewReport:
    refuse_agency()
    lon, lat = inputs.number(given["lon"], "pin"), inputs.number(given["lat"], "pin")
    where, words = clean(given["where"]), clean(given["text"])
    if not words:
        raise InputError("请写下发生了什么。 Say what is wrong.", field="text")
    if len(where) > inputs.LONGEST_WHERE:
        raise InputError("地点请写短一些。 Write the place in fewer words.", field="where")
    if not where and lon is None:
        raise InputError(
            "请写下地点，或在地图上标出来。 Write where it is, or mark it on the map.", field="where"
        )
    return NewReport(
        text=f"{where}：{words}" if where else words,
        channel="member" if g.account is not None else "web",
        client_request_id=given["client_request_id"] or uuid4().hex,
        pin=Pin(lon, lat, "cgcs2000") if lon is not None and lat is not None else None,
        category=_category(given["category"]),
        contact=given["contact"].strip(),
        language=_language(),
    )


def refuse_agency() -> None:
    """Keep agencies from sending work to grids as if it were a resident's report: theirs is admitted or not at all.

    Raises
    ------
    ForbiddenError
    """
    if g.account is not None and g.account.role == Role.AGENCY:
        raise ForbiddenError(
            "单位请网格做事，请走准入清单（派任务）。 An agency asks grids only through the list of admitted work."
        )


def _category(code: str) -> str | None:
    if code and not code.isalnum():
        raise InputError("没有这个类别。 There is no such category.", field="category")
    return code or None


def _language() -> str:
    locale = get_locale()
    return locale.language if locale is not None else "zh"


def _take(session: Session, new: NewReport, now: datetime) -> Received:
    """Report; a page that was gone back to and filled in anew is a new report, not a repeat."""
    received = journey.report(session, new, now)
    if received.repeated and received.text != clean(new.text):
        return journey.report(session, replace(new, client_request_id=uuid4().hex), now)
    return received


def _keep_photos(session: Session, case_id: int) -> None:
    given = [one for one in request.files.getlist("photo") if one.filename]
    if len(given) > MOST_PHOTOS:
        raise InputError(f"照片最多 {MOST_PHOTOS} 张。 Send at most {MOST_PHOTOS} pictures.", field="photo")
    for photo in given:
        photos.keep(session, case_id, photo.stream, "report", datetime.now(UTC))


@blueprint.get("/t")
@act("case.track")
def find() -> str | Response:
    """Ask for the link or the code of a report."""
    given = request.args.get("token", "").strip().rstrip("/")
    if given:
        return redirect(f"/t/{inputs.token_of(given.rpartition('/')[2].partition('?')[0]) or '-'}")
    return render_template("intake/find.html")


@blueprint.get("/t/<token>")
@act("case.track")
def track(token: str) -> str:
    """Show where a report stands to whoever holds its secret link."""
    with transaction() as session:
        tracked = queries.tracked(session, inputs.token_of(token), datetime.now(UTC))
        readings = contacts.readings(session, tracked.report.id)
        marks = evaluate.evaluations(session, tracked.row.case.id)
        book = clock_rows.books(session, [tracked.row.case.id])[tracked.row.case.id]
    return render_template(
        "intake/track.html",
        tracked=tracked,
        readings=readings,
        promised=book.listed,
        asks=answers.asks(tracked, marks),
        evaluate=evaluate,
        purposes=contacts.PURPOSES,
        row=tracked.row,
        sentence=answers.sentence(tracked.row),
        near=answers.near(tracked.row),
        steps=answers.steps(tracked),
        state=answers.public_state(tracked.row.state),
        link=f"{settings().public_url}/t/{token}",
        fresh="sent" in request.args,
    )


@blueprint.get("/t/<token>/qr.svg")
@act("case.track")
def qr(token: str) -> Response:
    """Give the code of a tracking link, to be read by another telephone or kept on paper."""
    with transaction() as session:
        found = queries.report_of(session, inputs.token_of(token))
    response = FlaskResponse(
        codes.qr(f"{settings().public_url}/t/{found.tracking_token}"), mimetype="image/svg+xml"
    )
    return private(response)


@blueprint.post("/t/<token>/forget")
@limiter.limit(_report_limit)
@act("case.track")
def forget(token: str) -> Response:
    """Delete the telephone number of a report, because its reporter says so."""
    with transaction() as session:
        found = queries.report_of(session, inputs.token_of(token))
        contacts.forget(session, found)
    flash(_("您的电话已删除。"))
    return redirect(f"/t/{found.tracking_token}#contact", 303)


@blueprint.get("/privacy")
@act("page.open")
def privacy() -> str:
    """Say in plain words what is kept, why, how long and who sees it."""
    return render_template("intake/privacy.html", keep_days=settings().report_keep_days)
