"""A round planned anew under way: what is still to do, from where one stands or in an order set by hand.

Before: `pack`, `rounds.planning` planned it. After: `rounds.events`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gis.patrols.models import Patrol
from gis.patrols.pack.pack import pack
from gis.patrols.pack.plan import in_order
from gis.patrols.pack.problem import Point, Problem, Walker
from gis.patrols.rounds.ground import ways_between
from gis.patrols.rounds.kept_stops import as_json, from_json
from gis.patrols.rounds.planning import SEARCH_S
from gis.patrols.rounds.shift import LUNCH, midnight_of
from gis.patrols.rounds.written import route_of, steps_json

OVERTIME = timedelta(hours=2)


def again(
    session: Session, patrol: Patrol, now: datetime, zone: ZoneInfo, *, here: Point | None = None,
    keys: Sequence[str] | None = None, line: Sequence[Point] = (),
) -> None:  # fmt: skip
    """Plan what is still to do anew: in the best order from where one stands, or in an order set by hand.

    Raises
    ------
    InputError
        When an order set by hand breaks a household's hours or the shift.
    """
    rest = [stop for stop in patrol.stops if stop["state"] == "todo"]
    gone = [stop for stop in patrol.stops if stop["state"] != "todo"]
    midnight = midnight_of(patrol.starts_at, zone)
    home = line[-1] if line else here or _place(patrol.stops[0])
    start = here or (_place(gone[-1]) if gone else line[0] if line else home)
    begins = max(now, patrol.starts_at) if patrol.state == "running" else patrol.starts_at
    # whoever is at it beyond the shift may still order what is left
    ends = patrol.ends_at if keys is None else max(patrol.ends_at, begins + OVERTIME)
    starts_s, ends_s = (round((one - midnight).total_seconds()) for one in (begins, ends))
    receipt, stops = patrol.receipt, tuple(from_json(stop) for stop in rest)
    means = receipt.get("means", "foot")
    ways = ways_between(
        session, receipt.get("grids", [patrol.grid_id]), now,
        [start, home, *(end for stop in stops for end in stop.ends)], means,
    )  # fmt: skip
    walker = Walker(str(patrol.member_id), start, home, starts_s, max(starts_s, ends_s), means)
    breaks = (LUNCH, *((first, last) for first, last in receipt.get("breaks", [])))
    problem = Problem(stops, (walker,), ways, breaks=breaks)
    plan = pack(problem, seconds=SEARCH_S) if keys is None else in_order(problem, keys)
    walk = plan.walks[0]
    done_line = [line[0], *(_place(stop) for stop in gone)] if line else [_place(stop) for stop in gone]
    patrol.route = route_of(walk, ways, done_line)
    patrol.receipt = receipt | {"means": means, "ways": ways.remark}
    patrol.stops = [*gone, *steps_json(walk, midnight)]
    known = {stop["key"] for stop in patrol.left_out}
    patrol.left_out = [*patrol.left_out, *(as_json(one) for one in plan.left_out if one.key not in known)]


def _place(stop: dict[str, Any]) -> Point:
    return stop["lon"], stop["lat"]
