"""Planning rounds: what is due in some grids, shared out among some members, each thing once.

Before: `rounds.wanted`, `due`, `together` (which packs). After: `events`, the member's pages, `exports`. A plan takes
the place of an earlier one of that day that nobody has begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.errors import ConflictError
from gis.patrols.models import Patrol
from gis.patrols.pack.plan import Plan, Walk
from gis.patrols.pack.problem import Problem, Walker
from gis.patrols.rounds import holds
from gis.patrols.rounds.due import due_today
from gis.patrols.rounds.ground import middle_of, ways_between
from gis.patrols.rounds.kept_stops import as_json
from gis.patrols.rounds.shift import LONGEST_ROUND, LUNCH, midnight_of
from gis.patrols.rounds.things import Thing
from gis.patrols.rounds.together import packed
from gis.patrols.rounds.walkways import Straight, Walkways
from gis.patrols.rounds.wanted import Wanted, check
from gis.patrols.rounds.written import route_of, steps_json

SEARCH_S = 1.5


def plan_rounds(session: Session, wanted: Wanted, now: datetime, zone: ZoneInfo) -> list[Patrol]:
    """Plan a round for each of some members, all together: equal walks, each thing once.

    Raises
    ------
    InputError
        When the times are no piece of one day, or nobody is asked.
    ConflictError
        When one of them is on a round already.
    """
    check(wanted, zone)
    holds.wait_for(session, wanted.grid_ids)
    _clear(session, wanted)
    midnight = midnight_of(wanted.starts_at, zone)
    things = due_today(
        session, wanted.grid_ids, wanted.member_ids, max(now, wanted.starts_at), until=wanted.ends_at,
        zone=zone, means=wanted.means, keys=wanted.keys, by=wanted.by, held=holds.held(session, midnight.date()),
    )  # fmt: skip
    problem, ways = _problem(session, wanted, things, midnight, now)
    plan = packed(problem, things, seconds=SEARCH_S)
    rows = [_row(wanted, plan, walk, midnight, ways) for walk in plan.walks]
    session.add_all(rows)
    session.flush()
    _take(session, midnight.date(), rows, {one.stop.key: one.place for one in things})
    return rows


def _problem(
    session: Session, wanted: Wanted, things: Sequence[Thing], midnight: datetime, now: datetime
) -> tuple[Problem, Walkways | Straight]:
    """Say who walks from where and when; the stops come in as `together` takes them."""
    start = wanted.here or middle_of(session, wanted.grid_ids, now)
    begins, ends = (round((one - midnight).total_seconds()) for one in (wanted.starts_at, wanted.ends_at))
    walkers = tuple(Walker(str(one), start, start, begins, ends, wanted.means) for one in wanted.member_ids)
    places = [start, *(end for one in things for end in one.stop.ends)]
    ways = ways_between(session, wanted.grid_ids, now, places, wanted.means)
    return Problem((), walkers, ways, breaks=(LUNCH, *wanted.breaks)), ways


def _clear(session: Session, wanted: Wanted) -> None:
    # index: ix_patrol_member_id_starts_at
    rows = session.scalars(
        select(Patrol).where(
            Patrol.member_id.in_(wanted.member_ids),
            Patrol.starts_at >= wanted.starts_at - LONGEST_ROUND,
            Patrol.starts_at < wanted.ends_at,
            Patrol.code.startswith("R-"),
        )
    ).all()
    if any(row.state == "running" for row in rows):
        raise ConflictError("还有一趟正在走，请先结束它。 A round is under way; finish it first.")
    for row in rows:
        if row.state == "planned":
            session.delete(row)
    session.flush()


def _row(wanted: Wanted, plan: Plan, walk: Walk, midnight: datetime, ways: Walkways | Straight) -> Patrol:
    return Patrol(
        code=f"R-{uuid4().hex[:12]}",
        member_id=int(walk.walker.key),
        grid_id=wanted.grid_ids[0],
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        state="planned",
        route=route_of(walk, ways),
        stops=steps_json(walk, midnight),
        left_out=[as_json(stop) for stop in plan.left_out],
        receipt={
            "means": wanted.means,
            "ways": ways.remark,
            "grids": list(wanted.grid_ids),
            "breaks": [list(span) for span in wanted.breaks],
        },
    )


def _take(session: Session, day: date, rows: Sequence[Patrol], place: dict[str, str]) -> None:
    """Hold what the rounds go to; what another round took at the same moment is left to it."""
    wanted = {place[stop["key"]]: row.id for row in rows for stop in row.stops}
    lost = holds.hold(session, day, wanted)
    if lost:
        for row in rows:
            row.stops = [stop for stop in row.stops if place[stop["key"]] not in lost]
        session.flush()
