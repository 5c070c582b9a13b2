"""The public calendar of service windows on the road (巡回服务), its sheet, and its keeping by branch and commander.

Before: `patrols.outreach.windows`. After: residents; nothing here is about a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from gis.database import transaction
from gis.errors import InputError, NotFoundError, WanggeError
from gis.patrols.outreach import windows
from gis.patrols.outreach.days import lunar_day
from gis.patrols.outreach.windows import Done, Window
from gis.settings import settings
from gis.staff.areas import villages_of
from gis.staff.roles import Role, reach_of
from webmap import access, inputs
from webmap.access import act, scope
from webmap.field.week import WEEKDAYS
from webmap.figures import papers

blueprint = Blueprint("outreach", __name__)

AHEAD_DAYS, BACK_DAYS = 35, 60
LATEST = timedelta(days=400)


@blueprint.get("/outreach")
@act("page.open")
def calendar() -> str:
    """Show the coming windows, and what was done."""
    return _page()


def _page(fault: WanggeError | None = None) -> str:
    now, zone = datetime.now(UTC), settings().time_zone
    today = now.astimezone(zone).date()
    with transaction() as session:
        known = windows.windows(session, now, zone)
        past = {one.outreach_id: one for one in windows.windows(session, now, zone, since=now - LATEST)}
        done = windows.done_between(session, today - timedelta(days=BACK_DAYS), today)
        villages = _villages(session, now)
    return render_template(
        "outreach.html", coming=windows.calendar(known, today, AHEAD_DAYS), known=known, past=past,
        done=_by_visit(done), alike=_alike(known), villages=villages, weekdays=WEEKDAYS, lunar=lunar_day,
        today=today, fault=fault, given=request.form, spots=_spots(known),
    )  # fmt: skip


def _by_visit(done: Iterable[Done]) -> list[tuple[tuple[date, int], list[Done]]]:
    """Put what was done on one day at one window together, in the order given."""
    return [(visit, list(rows)) for visit, rows in groupby(done, lambda one: (one.day, one.outreach_id))]


def _alike(known: Iterable[Window]) -> tuple[str, ...]:
    """Give the services when every window has the same, so that they are said once; else nothing."""
    found = {one.services for one in known}
    return found.pop() if len(found) == 1 else ()


def _spots(known: Iterable[Window]) -> list[dict[str, Any]]:
    """Give windows for the map, numbered in their order; those without a place on it keep their number."""
    return [
        {"lon": one.point[0], "lat": one.point[1], "mark": number, "name": one.where}
        for number, one in enumerate(known, 1)
        if one.point is not None
    ]


def _villages(session: Session, now: datetime) -> dict[int, str]:
    """Give the villages whose windows the reader keeps; none for visitors."""
    account = g.get("account")
    if account is None or reach_of(Role(account.role), "outreach.edit") is None:
        return {}
    return villages_of(session, scope(session, "outreach.edit"), now)


@blueprint.get("/outreach/<day>")
@act("page.open")
def of_day(day: str) -> str:
    """Show the road through the windows of a day."""
    return render_template("outreach_day.html", **_tour(day))


@blueprint.get("/outreach/<day>.pdf")
@act("page.open")
def sheet(day: str) -> Response:
    """Give the sheet of a day, for the noticeboard."""
    body = papers.laid_out(render_template("outreach_sheet.html", ink=papers.ink(), **_tour(day)))
    return Response(body, mimetype="application/pdf")


def _tour(words: str) -> dict[str, Any]:
    day, now, zone = inputs.day(words, "day"), datetime.now(UTC), settings().time_zone
    if abs(day - now.astimezone(zone).date()) > LATEST:
        raise NotFoundError("只看前后一年的日子。 Only days within a year can be looked at.")
    with transaction() as session:
        known = windows.windows(session, now, zone, since=now - LATEST)
        standing = windows.calendar(known, day, 1).get(day, [])
        found = windows.tour(session, standing, now)
        done = windows.done_between(session, day, day)
    names = {one.outreach_id: one for one in known}
    return {
        "day": day,
        "tour": found,
        "spots": _spots([*(window for window, _begins, _leaves in found.stops), *found.apart]),
        "done": done,
        "names": names,
        "weekdays": WEEKDAYS,
        "lunar": lunar_day(day),
    }


@blueprint.post("/outreach")
@act("outreach.edit")
def save() -> str | tuple[str, int] | Answer:
    """Write a window down, or change it."""
    form, now = request.form, datetime.now(UTC)
    try:
        with transaction() as session:
            lon, lat = (inputs.number(form.get(name), "place") for name in ("lon", "lat"))
            row = windows.set_window(
                session, frozenset(_villages(session, now)), now, settings().time_zone,
                outreach_id=inputs.optional_id(form.get("id"), "id"), area_id=inputs.row_id(form.get("area"), "area"),
                name=form.get("name", ""), place=form.get("place", ""), days=form.get("days", ""),
                opens=form.get("opens", ""), closes=form.get("closes", ""),
                services=form.get("services", "").replace("；", ";").split(";"),
                point=None if lon is None or lat is None else (lon, lat),
            )  # fmt: skip
            name = row.name
    except (InputError, NotFoundError) as fault:
        return _page(fault), 422
    flash(_("记下了：%(name)s。", name=name))
    return redirect("/outreach", 303)


@blueprint.post("/outreach/<int:outreach_id>/end")
@act("outreach.edit")
def end(outreach_id: int) -> Answer:
    """End a window."""
    now = datetime.now(UTC)
    with transaction() as session:
        windows.end_window(session, frozenset(_villages(session, now)), outreach_id, now)
    flash(_("这个巡回点不再去了，做过的仍留着。"))
    return redirect("/outreach", 303)


@blueprint.post("/outreach/counts")
@act("outreach.edit")
def count() -> str | tuple[str, int] | Answer:
    """Write down what was done on a day."""
    form, now = request.form, datetime.now(UTC)
    try:
        with transaction() as session:
            windows.set_count(
                session, frozenset(_villages(session, now)), inputs.row_id(form.get("window"), "window"),
                access.account().id, now, day=inputs.day(form.get("day", ""), "day"), what=form.get("what", ""),
                unit=form.get("unit", ""), count=form.get("count", ""),
            )  # fmt: skip
    except (InputError, NotFoundError) as fault:
        return _page(fault), 422
    flash(_("记下了。"))
    return redirect("/outreach", 303)
