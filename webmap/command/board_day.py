"""The day's report with one button: what came, what was done, what is late, hot spots - as a page and on A4.

Before: `scores.day` within the person's scope. After: the browser, the printer.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request

from gis.database import transaction
from gis.scores.day import Day, day_asked, day_of
from webmap.access import act, scope
from webmap.answers import file_answer
from webmap.figures.papers import laid_out

blueprint = Blueprint("board_day", __name__)


@blueprint.get("/board/day")
@act("case.assign")
def page() -> str:
    """Show the report of a day; today's without one."""
    now = datetime.now(UTC)
    return render_template("command/board_day.html", day=_day(now), now=now)


@blueprint.get("/board/day.pdf")
@act("case.assign")
def paper() -> Response:
    """Give the report of a day on A4."""
    now = datetime.now(UTC)
    day = _day(now)
    body = laid_out(render_template("command/board_day_paper.html", day=day, now=now))
    return file_answer(body, f"day-{day.day}.pdf")


def _day(now: datetime) -> Day:
    with transaction() as session:
        return day_of(session, scope(session), day_asked(request.args.get("day", ""), now), now)
