"""Planning rounds and keeping them: who walks what today, again from where one stands, in an order set by hand.

Before: `due`, `pack`. After: `events`, the member's pages, `exports`. A plan takes the place of an earlier one of that
day that nobody has begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.errors import ConflictError, InputError, NotFoundError
from gis.patrols.models import Patrol
from gis.patrols.network.stored import network_of
from gis.patrols.pack.pack import pack
from gis.patrols.pack.plan import Plan, Step, Walk, in_order
from gis.patrols.pack.problem import Point, Problem, Walker
from gis.patrols.rounds import holds
from gis.patrols.rounds.due import due_today
from gis.patrols.rounds.kept_stops import as_json, from_json
from gis.patrols.rounds.together import packed
from gis.patrols.rounds.walkways import Straight, Walkways, walkways
from gis.staff.models import Shift
from gis.staff.scope import Scope

LUNCH = (12 * 3600, 13 * 3600)
USUAL = (time(14, 0), time(18, 0))
"""The shift of somebody who has none on the roster."""
LONGEST_ROUND = timedelta(hours=12)
OVERTIME = timedelta(hours=2)
SEARCH_S = 1.5

# index: ex_grid_version_valid
_MIDDLE = text("""
    SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM grid_version
    WHERE grid_id = ANY(:grids) AND valid @> CAST(:now AS timestamptz) ORDER BY grid_id LIMIT 1) middle
""")


@dataclass(frozen=True)
class Wanted:
    """What is asked: for which members, from when to when, by what means, and from where if not the grid's middle.

    `keys` are the stops of a day of the week plan, due by `by`; without them all that is due is looked at. `breaks` are
    seconds of the day beside lunch.
    """

    grid_ids: tuple[int, ...]
    member_ids: tuple[int, ...]
    starts_at: datetime
    ends_at: datetime
    means: str = "foot"
    here: Point | None = None
    keys: frozenset[str] | None = None
    by: datetime | None = None
    breaks: tuple[tuple[int, int], ...] = ()


def shift_today(
    session: Session, member_id: int, now: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    """Give what is left of a member's shift today; None on leave, the usual hours where the roster says nothing."""
    midnight = datetime.combine(now.astimezone(zone).date(), time(0), zone)
    # index: ex_shift_during
    rows = session.scalars(
        select(Shift).where(
            Shift.member_id == member_id, Shift.during.op("&&")(_span(midnight, midnight + timedelta(days=1)))
        )
    ).all()
    if any(row.kind == "leave" and now in row.during for row in rows):
        return None
    duty = [
        row.during
        for row in rows
        if row.kind == "duty" and (row.during.upper is None or row.during.upper > now)
    ]
    first = min((one.lower for one in duty if one.lower), default=datetime.combine(midnight, USUAL[0], zone))
    last = max((one.upper for one in duty if one.upper), default=datetime.combine(midnight, USUAL[1], zone))
    begins = max(first, now)
    if last <= begins:
        last = begins + timedelta(hours=4)
    # a round is of one day
    return begins, min(last, begins + LONGEST_ROUND, midnight + timedelta(days=1, seconds=-1))


def _span(start: datetime, end: datetime) -> Any:
    from sqlalchemy.dialects.postgresql import Range

    return Range(start, end)


def plan_rounds(session: Session, wanted: Wanted, now: datetime, zone: ZoneInfo) -> list[Patrol]:
    """Plan a round for each of some members, all together: equal walks, each thing once.

    Raises
    ------
    InputError
        When the times are no piece of one day, or nobody is asked.
    ConflictError
        When one of them is on a round already.
    """
    _check(wanted, zone)
    holds.wait_for(session, wanted.grid_ids)
    _clear(session, wanted)
    midnight = datetime.combine(wanted.starts_at.astimezone(zone).date(), time(0), zone)
    things = due_today(
        session, wanted.grid_ids, wanted.member_ids, max(now, wanted.starts_at), until=wanted.ends_at,
        zone=zone, means=wanted.means, keys=wanted.keys, by=wanted.by, held=holds.held(session, midnight.date()),
    )  # fmt: skip
    start = wanted.here or middle_of(session, wanted.grid_ids, now)
    begins, ends = (round((one - midnight).total_seconds()) for one in (wanted.starts_at, wanted.ends_at))
    walkers = tuple(Walker(str(one), start, start, begins, ends, wanted.means) for one in wanted.member_ids)
    ways = ways_between(
        session,
        wanted.grid_ids,
        now,
        [start, *(end for one in things for end in one.stop.ends)],
        wanted.means,
    )
    problem = Problem((), walkers, ways, breaks=(LUNCH, *wanted.breaks))
    plan = packed(problem, things, seconds=SEARCH_S)
    rows = [_row(wanted, plan, walk, midnight, ways) for walk in plan.walks]
    session.add_all(rows)
    session.flush()
    _take(session, midnight.date(), rows, {one.stop.key: one.place for one in things})
    return rows


def _take(session: Session, day: date, rows: Sequence[Patrol], place: dict[str, str]) -> None:
    """Hold what the rounds go to; what another round took at the same moment is left to it."""
    wanted = {place[stop["key"]]: row.id for row in rows for stop in row.stops}
    lost = holds.hold(session, day, wanted)
    if lost:
        for row in rows:
            row.stops = [stop for stop in row.stops if place[stop["key"]] not in lost]
        session.flush()


def ways_between(
    session: Session, grid_ids: Sequence[int], now: datetime, places: Sequence[Point], means: str
) -> Walkways | Straight:
    """Find the ways between some places along the streets of some grids; straight lines where none are loaded."""
    try:
        network = network_of(session, grid_ids, now)
    except NotFoundError:
        network = None
    return walkways(network, places, means)


def _check(wanted: Wanted, zone: ZoneInfo) -> None:
    if not wanted.member_ids or not wanted.grid_ids:
        raise InputError("没有可以安排的人或网格。 There is nobody, or no grid, to plan for.")
    starts, ends = wanted.starts_at.astimezone(zone), wanted.ends_at.astimezone(zone)
    if not starts < ends or starts.date() != ends.date():
        raise InputError(
            "结束应晚于开始，且在同一天。 It must end after it begins, on the same day.", field="ends"
        )


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


def middle_of(session: Session, grid_ids: Sequence[int], now: datetime) -> Point:
    """Give a point in the first of some grids, where a walk begins that is told no other place.

    Raises
    ------
    NotFoundError
    """
    row = session.execute(_MIDDLE, {"grids": list(grid_ids), "now": now}).one_or_none()
    if row is None:
        raise NotFoundError("这个网格今天没有界线。 This grid has no boundary today.")
    return row[0], row[1]


def _row(wanted: Wanted, plan: Plan, walk: Walk, midnight: datetime, ways: Walkways | Straight) -> Patrol:
    return Patrol(
        code=f"R-{uuid4().hex[:12]}",
        member_id=int(walk.walker.key),
        grid_id=wanted.grid_ids[0],
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        state="planned",
        route=_line(walk, ways),
        stops=[step_json(step, midnight) for step in walk.steps],
        left_out=[as_json(stop) for stop in plan.left_out],
        receipt={
            "means": wanted.means,
            "ways": ways.remark,
            "grids": list(wanted.grid_ids),
            "breaks": [list(span) for span in wanted.breaks],
        },
    )


def step_json(step: Step, midnight: datetime) -> dict[str, Any]:
    """Give one step of a walk as a round keeps it."""
    times = {"begins": step.begins_s, "leaves": step.leaves_s}
    return as_json(step.stop) | {
        "turned": step.turned,
        "walk_s": step.walk_s,
        "state": "todo",
        "done": False,
        **{name: (midnight + timedelta(seconds=second)).isoformat() for name, second in times.items()},
    }


def _line(walk: Walk, ways: Walkways | Straight, before: Sequence[Point] = ()) -> str:
    """Give the way as stored: the places of the walk, and the corners of the streets between them."""
    places = [walk.walker.start]
    for step in walk.steps:
        places += reversed(step.stop.ends) if step.turned else step.stop.ends
    points = [*before, *ways.line([*places, walk.walker.end])]
    kept = [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]
    if len(kept) == 1:
        kept *= 2
    return "SRID=4490;LINESTRING(" + ", ".join(f"{lon!r} {lat!r}" for lon, lat in kept) + ")"


def round_of(session: Session, scope: Scope, patrol_id: int, *, lock: bool = False) -> Patrol:
    """Give a round of the person's grids; a member sees their own only.

    Raises
    ------
    NotFoundError
    """
    query = select(Patrol).where(Patrol.id == patrol_id, scope.over_grid(Patrol.grid_id))
    if scope.member_id is not None:
        query = query.where(Patrol.member_id == scope.member_id)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFoundError("没有这趟巡查，或不是您的。 There is no such round, or it is not yours.")
    return row


def rounds_of_day(session: Session, scope: Scope, now: datetime, zone: ZoneInfo) -> list[Patrol]:
    """Give the rounds of a day: a member's own, or those of the person's grids."""
    midnight = datetime.combine(now.astimezone(zone).date(), time(0), zone)
    # indexes: ix_patrol_member_id_starts_at, ix_patrol_starts_at
    query = select(Patrol).where(
        Patrol.starts_at >= midnight,
        Patrol.starts_at < midnight + timedelta(days=1),
        scope.over_grid(Patrol.grid_id),
    )
    if scope.member_id is not None:
        query = query.where(Patrol.member_id == scope.member_id)
    return list(session.scalars(query.order_by(Patrol.starts_at, Patrol.id)))


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
    midnight = datetime.combine(patrol.starts_at.astimezone(zone).date(), time(0), zone)
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
    patrol.route = _line(walk, ways, done_line)
    patrol.receipt = receipt | {"means": means, "ways": ways.remark}
    patrol.stops = [*gone, *(step_json(step, midnight) for step in walk.steps)]
    known = {stop["key"] for stop in patrol.left_out}
    patrol.left_out = [*patrol.left_out, *(as_json(one) for one in plan.left_out if one.key not in known)]


def _place(stop: dict[str, Any]) -> Point:
    return stop["lon"], stop["lat"]
