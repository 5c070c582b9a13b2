"""What rounds go by, on two small pages: papers and checkpoints of one's grids, rhythms and seasons of the town.

Before: `patrols.rounds.errands`, `patrols.rhythms.tables`. After: the next plan follows them.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.errors import InputError, NotFoundError, WanggeError
from gis.patrols.rhythms import tables
from gis.patrols.rhythms.rhythms import WHATS
from gis.patrols.rounds import errands
from gis.settings import settings
from gis.staff.people import grids_named
from gis.staff.roles import Role, reach_of
from webmap import access, inputs
from webmap.access import act, scope
from webmap.command import marks

blueprint = Blueprint("errands", __name__)

KINDS = {"paper": ("送材料", "paper to deliver"), "checkpoint": ("点位", "checkpoint")}
DEFAULT_MIN = 5


@blueprint.get("/errands")
@act("round.plan")
def page() -> str:
    """Show the open papers and checkpoints, and the form for another."""
    return _page()


def _page(fault: WanggeError | None = None) -> str:
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session)
        rows = errands.open_errands(session, mine)
        grids = {one.grid_id: one.in_full for one in grids_named(session, mine.grid_ids, now)}
        rhythms = errands.rhythms_for(session, "checkpoint")
    return render_template(
        "command/errands.html",
        rows=rows,
        grids=grids,
        rhythms=rhythms,
        kinds=KINDS,
        fault=fault,
        given=request.form,
    )


@blueprint.post("/errands")
@act("round.plan")
def add() -> str | tuple[str, int] | Response:
    """Write a paper or a checkpoint down."""
    form = request.form
    try:
        with transaction() as session:
            row = errands.add_errand(
                session, scope(session), datetime.now(UTC), kind=form.get("kind", ""), label=form.get("label", ""),
                where=form.get("where", ""), minutes=int(inputs.number(form.get("minutes"), "minutes") or DEFAULT_MIN),
                rhythm=form.get("rhythm", ""), due_at=_due(form.get("due", "")),
            )  # fmt: skip
            label = row.label
    except (InputError, NotFoundError) as fault:
        return _page(fault), 422
    flash(_("记下了：%(label)s。排路线时会安排。", label=label))
    return redirect("/errands", 303)


@blueprint.post("/errands/<int:errand_id>/end")
@act("round.plan")
def end(errand_id: int) -> Response:
    """End a paper or a checkpoint."""
    with transaction() as session:
        label = errands.end_errand(session, scope(session), errand_id, datetime.now(UTC)).label
    flash(_("不再安排：%(label)s。", label=label))
    return redirect("/errands", 303)


def _due(words: str) -> datetime | None:
    if not words:
        return None
    day = inputs.day(words, "due", "请选一个日期。 Choose a day.")
    return datetime.combine(day, time(18), settings().time_zone)


@blueprint.get("/rhythms")
@act("round.plan")
def rhythms() -> str:
    """Show the rhythms and seasons of the town; a commander may change them."""
    return _rhythms()


def _rhythms(fault: WanggeError | None = None) -> str:
    with transaction() as session:
        rows = tables.town_rhythms(session)
        seasons = tables.town_seasons(session)
    may = reach_of(Role(access.account().role), "round.rhythm") is not None
    return render_template(
        "command/rhythms.html",
        rows=rows,
        seasons=seasons,
        whats=WHATS,
        marked=marks.said,
        may=may,
        fault=fault,
        given=request.form,
    )


@blueprint.post("/rhythms")
@act("round.rhythm")
def set_rhythm() -> str | tuple[str, int] | Response:
    """Write a rhythm down, or change it."""
    form = request.form
    try:
        with transaction() as session:
            tables.set_rhythm(
                session, _code(form.get("code", "")), what=form.get("what", ""),
                match=marks.read(form.get("match", "")[:200]), days=form.get("days", ""),
                season=form.get("season", ""), name=form.get("name", ""), name_en=form.get("name_en", ""),
            )  # fmt: skip
    except InputError as fault:
        return _rhythms(fault), 422
    flash(_("记下了，下一次排计划就按它。"))
    return redirect("/rhythms", 303)


@blueprint.post("/rhythms/season")
@act("round.rhythm")
def set_season() -> str | tuple[str, int] | Response:
    """Write a season down, or change it."""
    form = request.form
    try:
        with transaction() as session:
            tables.set_season(
                session, _code(form.get("code", "")), first=form.get("from", ""), last=form.get("to", ""),
                name=form.get("name", ""), name_en=form.get("name_en", ""),
            )  # fmt: skip
    except InputError as fault:
        return _rhythms(fault), 422
    flash(_("记下了，下一次排计划就按它。"))
    return redirect("/rhythms", 303)


@blueprint.post("/rhythms/drop")
@act("round.rhythm")
def drop() -> str | tuple[str, int] | Response:
    """Take a rhythm or a season out."""
    table = "season" if request.form.get("table") == "season" else "rhythm"
    try:
        with transaction() as session:
            tables.drop(session, table, request.form.get("code", ""))
    except InputError as fault:
        return _rhythms(fault), 422
    flash(_("去掉了。"))
    return redirect("/rhythms", 303)


def _code(words: str) -> str:
    """Give the code of the row that is changed, or one for a new row."""
    return words.strip()[:64] or f"own-{uuid4().hex[:8]}"
