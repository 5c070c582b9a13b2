"""The page of the calendar: holidays, make-up workdays, settled years, limits; and a case's clocks as JSON.

Before: `cases.calendars`. After: running deadlines follow at once; the answer says how many moved.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from gis.cases import calendars, clocks, queries, reference
from gis.cases.clock_rules import LEVEL_WORDS, STAGES
from gis.database import transaction
from gis.errors import InputError, WanggeError
from gis.settings import settings
from webmap import access, clock_words, inputs
from webmap.access import act, scope

blueprint = Blueprint("calendar", __name__)


@blueprint.get("/calendar")
@act("calendar.edit")
def page() -> str:
    """Show a year of the calendar."""
    return _page()


@blueprint.post("/calendar/day")
@act("calendar.edit")
def set_day() -> str | tuple[str, int] | Answer:
    """Add or change a day."""
    given = {name: request.form.get(name, "") for name in ("day", "working", "name")}
    try:
        with transaction() as session:
            day = inputs.day(given["day"], "day")
            moved = calendars.set_day(
                session,
                day,
                working=_working(given["working"]),
                name=given["name"],
                account_id=access.account().id,
                now=datetime.now(UTC),
            )
    except InputError as fault:
        return _page(given, fault), 422
    return _done(moved, day.year)


@blueprint.post("/calendar/remove")
@act("calendar.edit")
def remove_day() -> Answer:
    """Take a day out."""
    with transaction() as session:
        day = inputs.day(request.form.get("day", ""), "day")
        moved = calendars.remove_day(session, day, account_id=access.account().id, now=datetime.now(UTC))
    return _done(moved, day.year)


@blueprint.post("/calendar/year")
@act("calendar.edit")
def settle() -> Answer:
    """Say that a year is settled, or not yet."""
    year = _year(request.form.get("year", ""))
    with transaction() as session:
        moved = calendars.settle_year(
            session,
            year,
            settled=request.form.get("settled") == "yes",
            account_id=access.account().id,
            now=datetime.now(UTC),
        )
    return _done(moved, year)


@blueprint.get("/cases/<int:case_id>/clocks.json")
@act("case.read")
def clocks_json(case_id: int) -> Response:
    """Give the clocks of a case with their arithmetic in both languages."""
    now = datetime.now(UTC)
    with transaction() as session:
        queries.case_of(session, scope(session), case_id, now)
        told = [clock_words.as_json(one, now) for one in clocks.of_case(session, case_id)]
    return jsonify({"clocks": told})


def _done(moved: int, year: int) -> Answer:
    flash(_("日历已更新，%(count)s 个在走的时限随之调整。", count=moved))
    return redirect(f"/calendar?year={year}", 303)


def _working(words: str) -> bool:
    if words not in {"yes", "no"}:
        raise InputError("请选择放假还是上班。 Say whether it is worked.", field="working")
    return words == "yes"


def _year(words: str) -> int:
    if not (words.isascii() and words.isdigit() and len(words) == 4):  # noqa: PLR2004 - digits of a year
        raise InputError("年份应如 2026。 Write the year as 2026.", field="year")
    return int(words)


def _page(given: dict[str, str] | None = None, fault: WanggeError | None = None) -> str:
    shown = request.args.get("year")
    year = _year(shown) if shown else datetime.now(settings().time_zone).year
    with transaction() as session:
        told: dict[str, Any] = {
            "days": calendars.days_of(session, year),
            "years": calendars.years(session) | {},
            "changes": calendars.changes(session),
            "limits": reference.clock_limits(session),
        }
    told["years"].setdefault(year, False)
    return render_template(
        "calendar.html",
        year=year,
        given=given or {},
        fault=fault,
        stages=STAGES,
        levels=LEVEL_WORDS,
        limit_words=clock_words.limit_of,
        **told,
    )
