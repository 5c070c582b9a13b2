"""The ledger page of minutes asked, and its table as CSV or Excel.

Before: `gis.admission.ledger` within the person's scope. After: nothing; it ranks nobody.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request

from gis.admission import ledger
from gis.admission.ledger import Asked, Calls
from gis.database import transaction
from gis.files.faults import harmless
from gis.settings import settings
from webmap.access import act, scope
from webmap.answers import table_answer

blueprint = Blueprint("ledger", __name__)

MONTHS = 12
COLUMNS = {
    "agency": "责任单位 agency",
    "item": "事项 item",
    "by_consent": "凭同意 by consent",
    "grid_code": "网格编码 grid code",
    "grid": "网格 grid",
    "member": "成员 member",
    "orders": "任务单（件） orders",
    "households": "户数（户） households",
    "household_min": "每户分钟 minutes a household",
    "minutes": "合计分钟 minutes",
}


def _month(words: str | None, now: datetime) -> tuple[datetime, datetime]:
    """Give a month's bounds in the town's time; this month when the words are none."""
    zone = settings().time_zone
    try:
        first = datetime.strptime(words or "", "%Y-%m").replace(tzinfo=zone)
    except ValueError:
        first = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = first.month % 12 + 1
    return first, first.replace(year=first.year + (following == 1), month=following)


def _rows() -> tuple[datetime, list[Asked], list[Calls]]:
    since, until = _month(request.args.get("month"), datetime.now(UTC))
    with transaction() as session:
        mine = scope(session)
        return since, ledger.asked(session, mine, since, until), ledger.calls(session, mine, since, until)


@blueprint.get("/ledger")
@act("work.ledger")
def page() -> str:
    """Show the minutes asked in a month."""
    since, rows, calls = _rows()
    return render_template(
        "admission/ledger.html", rows=rows, calls=calls, month=f"{since:%Y-%m}", months=_months()
    )


def _months() -> list[str]:
    here = datetime.now(settings().time_zone)
    numbers = [here.year * 12 + here.month - 1 - back for back in range(MONTHS)]
    return [f"{number // 12}-{number % 12 + 1:02}" for number in numbers]


@blueprint.get("/ledger.<ending>")
@act("work.ledger")
def download(ending: str) -> Response:
    """Give the month's table as a file."""
    since, rows, _calls = _rows()
    lines = [[harmless(str(getattr(row, name))) for name in COLUMNS] for row in rows]
    return table_answer(COLUMNS.values(), lines, f"ledger-{since:%Y-%m}", ending)
