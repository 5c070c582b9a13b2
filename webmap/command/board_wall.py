"""The wall: the board for a large screen that everybody in the room sees - numbers, places, nothing about a person.

Before: `command.board_read`. After: `static/js/board/wall.js`, which asks anew when something moved. It has no words of
residents, no names and no buttons.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from gis.cases import queries, roster
from gis.cases.queries import CaseRow, Filter
from gis.cases.roster import OnDuty
from gis.database import transaction
from gis.grids.extent import extent
from gis.staff.scope import Scope
from webmap.access import act, scope
from webmap.command.lanes import LANES

blueprint = Blueprint("board_wall", __name__)

NEXT = 8
SHOWN = ("late", "soon", "queued", "assigned", "accepted", "acted")


@blueprint.get("/board/wall")
@act("case.assign")
def wall() -> str:
    """Show the wall."""
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session)
        bounds = extent(session, mine.grid_ids, now)
        told = _told(session, mine, now)
    return render_template("command/board_wall.html", bounds=bounds, now=now, **told)


@blueprint.get("/board/wall/part")
@act("case.assign")
def part() -> str:
    """Give the numbers alone."""
    now = datetime.now(UTC)
    with transaction() as session:
        told = _told(session, scope(session), now)
    return render_template("command/board_wall_part.html", now=now, **told)


def _told(session: Session, mine: Scope, now: datetime) -> dict[str, object]:
    counted = queries.lanes(session, mine, now)
    return {
        "lanes": [(lane, lane.count(counted)) for lane in LANES if lane.name in SHOWN],
        "next": next_due(queries.open_cases(session, mine, Filter(limit=NEXT * 3), now)),
        "duty": by_grid(roster.on_duty(session, mine.grid_ids, now)),
    }


def next_due(rows: list[CaseRow]) -> list[CaseRow]:
    """Give what is late or due next; what has no deadline is no news for a wall."""
    return [row for row in rows if row.case.due_at is not None][:NEXT]


def by_grid(there: list[OnDuty]) -> list[tuple[str, int]]:
    """Count who is on duty by grid, in the order of the grids; names are nobody's business here."""
    return list(Counter(grid for one in there for grid in one.grids).items())
