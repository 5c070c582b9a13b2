"""The week of rounds: the member's own, and those of a grid's people for who sends them out.

Before: `patrols.weeks.plans`. After: `field/week.html`, `command/weeks.html`; a day becomes that day's round. Doors are
shown to the member who goes there, and to others with a trace.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.errors import ForbiddenError, InputError, NotFoundError
from gis.patrols.weeks.models import WeekPlan
from gis.patrols.weeks.plans import monday_of, plan_of, plan_week_of, plans_of, round_of_day
from gis.places import footprint
from gis.settings import settings
from gis.staff.people import Branch, branches_of
from webmap import access, inputs
from webmap.access import act, scope
from webmap.field.round import KINDS, ways_words

blueprint = Blueprint("week", __name__)

A_WEEK = timedelta(days=7)
WEEKDAYS = (("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri"), ("周六", "Sat"),
            ("周日", "Sun"))  # fmt: skip
LATEST = timedelta(days=35)
"""How far back and ahead a week can be looked at."""


@blueprint.get("/week")
@act("round.walk")
def own() -> str:
    """Show the member's own week."""
    monday = _monday()
    with transaction() as session:
        plan = plan_of(session, access.account().member_id or 0, monday)
    return render_template("field/week.html", plan=plan, name="", **_told(monday))


@blueprint.post("/week/plan")
@act("round.walk")
def plan_own() -> Response:
    """Plan the member's own week at once."""
    monday = _monday()
    with transaction() as session:
        row = _plan(session, _member(), monday)
        _write_down(session, row)
    flash(_("这一周排好了。"))
    return redirect(f"/week?week={monday}", 303)


@blueprint.post("/week/round")
@act("round.walk")
def make_round() -> Response:
    """Make the round of one day of the week."""
    now, zone = datetime.now(UTC), settings().time_zone
    day = inputs.day(request.form.get("day", ""), "day")
    with transaction() as session:
        row = plan_of(session, _member(), monday_of(day))
        if row is None:
            raise NotFoundError("这一周还没有排。 That week is not planned yet.")
        patrol = round_of_day(session, row, day, now, zone)
        footprint.write_down(
            session, homes_of(patrol.stops), account=access.account().name, role=access.account().role,
            purpose="visit", now=now,
        )  # fmt: skip
    flash(_("%(day)s的路线排好了。", day=f"{day.month}月{day.day}日"))
    return redirect("/round" if day == now.astimezone(zone).date() else f"/week?week={monday_of(day)}", 303)


@blueprint.get("/rounds/week")
@act("round.plan")
def all_weeks() -> str:
    """Show the weeks of all who are posted in the person's grids."""
    monday, now = _monday(), datetime.now(UTC)
    with transaction() as session:
        branches = branches_of(session, scope(session).grid_ids, now)
        plans = plans_of(session, {one.member_id for branch in branches for one in branch.members}, monday)
    return render_template("command/weeks.html", branches=branches, plans=plans, **_told(monday))


@blueprint.get("/rounds/week/<int:member_id>")
@act("round.plan")
def one_week(member_id: int) -> str:
    """Show one member's week; looking at its doors is written down."""
    monday, now = _monday(), datetime.now(UTC)
    with transaction() as session:
        name = _named(branches_of(session, scope(session).grid_ids, now), member_id)
        plan = plan_of(session, member_id, monday)
        if plan is not None:
            _write_down(session, plan)
    return render_template("field/week.html", plan=plan, name=name, member_id=member_id, **_told(monday))


@blueprint.post("/rounds/week/<int:member_id>")
@act("round.plan")
def plan_for(member_id: int) -> Response:
    """Plan a member's week at once."""
    monday, now = _monday(), datetime.now(UTC)
    with transaction() as session:
        name = _named(branches_of(session, scope(session).grid_ids, now), member_id)
        _plan(session, member_id, monday)
    flash(_("%(name)s的这一周排好了。", name=name))
    return redirect(f"/rounds/week/{member_id}?week={monday}", 303)


def _plan(session: Session, member_id: int, monday: date) -> WeekPlan:
    return plan_week_of(session, member_id, monday, datetime.now(UTC), settings().time_zone)


def _named(branches: list[Branch], member_id: int) -> str:
    """Give a member's name when the person may send them out."""
    for branch in branches:
        for one in branch.members:
            if one.member_id == member_id:
                return one.name
    raise NotFoundError("没有这位成员，或不在您的网格。 There is no such member in your grids.")


def _member() -> int:
    member_id = access.account().member_id
    if member_id is None:
        raise ForbiddenError("您的账号没有对应的成员。 Your account stands for no member.")
    return member_id


def _write_down(session: Session, plan: WeekPlan) -> None:
    account = access.account()
    stops = [call for day in plan.days for call in day["calls"]]
    footprint.write_down(
        session,
        homes_of(stops),
        account=account.name,
        role=account.role,
        purpose="visit",
        now=datetime.now(UTC),
    )


def homes_of(stops: list[dict[str, Any]]) -> list[int]:
    """Give the households among some stops, each once."""
    return list(dict.fromkeys(int(stop["key"].split(":")[1]) for stop in stops if stop["kind"] == "visit"))


def _monday() -> date:
    """Read which week is meant: any of its days, this week without one."""
    today = datetime.now(settings().time_zone).date()
    words = request.values.get("week", "")
    day = inputs.day(words, "day") if words else today
    if abs(day - today) > LATEST:
        raise InputError("请选近五周内的一周。 Choose a week within five weeks of today.", field="week")
    return monday_of(day)


def _told(monday: date) -> dict[str, Any]:
    today = datetime.now(settings().time_zone).date()
    return {
        "monday": monday, "today": today, "weekdays": WEEKDAYS, "kinds": KINDS, "ways_words": ways_words(),
        "days": [monday + timedelta(days=number) for number in range(7)], "a_week": A_WEEK,
        "over": monday + A_WEEK <= today, "why": why_words(), "left": left_words(),
    }  # fmt: skip


def why_words() -> dict[str, str]:
    """Say why a thing was moved from its own day."""
    return {
        "off": _("那天不上班"),
        "hours": _("那天不在住户约的时间"),
        "full": _("那天排满了"),
        "even": _("那天更忙"),
    }


def left_words() -> dict[str, str]:
    """Say why a thing is in no day of the week."""
    return {"no_day": _("上班的日子都不在约定的时间"), "full": _("这一周排不下")}
