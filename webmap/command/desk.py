"""The desk: what waits for a branch's or a commander's word - bad marks, more time, appeals, call-backs.

Before: `cases.desk` within the person's scope. After: the case page, where the word is given.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template

from gis.cases.desk import KINDS, waiting
from gis.database import transaction
from webmap.access import act, scope

blueprint = Blueprint("desk", __name__)

MOST_ROWS = 50


@blueprint.get("/desk")
@act("case.call_back")
def desk() -> str:
    """Show each kind of waiting with its cases, the longest waiting first."""
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session)
        found = [(kind, waiting(session, mine, kind, now, MOST_ROWS)) for kind in KINDS]
    return render_template("command/desk.html", waiting=found, most=MOST_ROWS, now=now)
