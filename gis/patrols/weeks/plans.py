"""A member's week, planned and kept: each night by itself, at once by a button; and a day of it as that day's round.

Before: `due`, `shifts`, `weeks.days`. After: the pages of the week, `tasks.weeks`. What another member's plan of the
week holds is left to them, so that nobody's door is knocked at twice; days that are over stay as they were planned.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.errors import InputError, NotFoundError
from gis.patrols.models import Patrol
from gis.patrols.pack.problem import Point
from gis.patrols.rounds.due import due_things
from gis.patrols.rounds.ground import middle_of, ways_between
from gis.patrols.rounds.kept_stops import as_json
from gis.patrols.rounds.planning import plan_rounds
from gis.patrols.rounds.shift import midnight_of
from gis.patrols.rounds.things import MOST, Thing
from gis.patrols.rounds.wanted import Wanted
from gis.patrols.weeks.days import Day, Days, spread, why_moved
from gis.patrols.weeks.models import WeekPlan
from gis.patrols.weeks.shifts import DAY_S, Work, work_of
from gis.staff.models import Member

DAYS = 7
MOST_A_WEEK = {kind: 3 * count for kind, count in MOST.items()}

# indexes: ix_posting_grid_id, ex_grid_version_valid
_WALKERS = text("""
    SELECT p.grid_id, p.member_id FROM posting p JOIN member m ON m.id = p.member_id
    WHERE p.role IN ('grid_leader', 'grid_member') AND p.valid @> CAST(:now AS timestamptz)
      AND (m.left_at IS NULL OR m.left_at > :now)
      AND p.grid_id IN (SELECT grid_id FROM posting WHERE member_id = :member AND valid @> CAST(:now AS timestamptz)
                        AND role IN ('grid_leader', 'grid_member'))
      AND EXISTS (SELECT FROM grid_version v WHERE v.grid_id = p.grid_id AND v.valid @> CAST(:now AS timestamptz))
    ORDER BY p.grid_id, p.member_id
""")

# index: uq_week_plan_member_id_monday
_TO_PLAN = text("""
    SELECT DISTINCT p.member_id FROM posting p JOIN member m ON m.id = p.member_id
    WHERE p.role IN ('grid_leader', 'grid_member') AND p.valid @> CAST(:now AS timestamptz)
      AND (m.left_at IS NULL OR m.left_at > :now)
      AND EXISTS (SELECT FROM grid_version v WHERE v.grid_id = p.grid_id AND v.valid @> CAST(:now AS timestamptz))
      AND NOT EXISTS (SELECT FROM week_plan w WHERE w.member_id = p.member_id AND w.monday = :monday
                      AND w.made_at >= :midnight)
    ORDER BY p.member_id LIMIT :most
""")


@dataclass(frozen=True)
class _Who:
    """The member, by what means, now, the week's days that are left and the work on them."""

    member_id: int
    means: str
    now: datetime
    zone: ZoneInfo
    first: date
    sunday: date
    work: dict[date, Work]


def monday_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def members_to_plan(session: Session, monday: date, now: datetime, zone: ZoneInfo, most: int) -> list[int]:
    """Give the members whose week has not been planned today."""
    midnight = midnight_of(now, zone)
    given = {"now": now, "monday": monday, "midnight": midnight, "most": most}
    return list(session.scalars(_TO_PLAN, given))


def plan_of(session: Session, member_id: int, monday: date) -> WeekPlan | None:
    """Give a member's plan of a week."""
    # index: uq_week_plan_member_id_monday
    query = select(WeekPlan).where(WeekPlan.member_id == member_id, WeekPlan.monday == monday)
    return session.scalars(query).one_or_none()


def plans_of(session: Session, member_ids: Collection[int], monday: date) -> dict[int, WeekPlan]:
    """Give the plans of a week of some members."""
    # index: uq_week_plan_member_id_monday
    query = select(WeekPlan).where(WeekPlan.member_id.in_(sorted(member_ids)), WeekPlan.monday == monday)
    return {row.member_id: row for row in session.scalars(query)}


def plan_week_of(session: Session, member_id: int, monday: date, now: datetime, zone: ZoneInfo) -> WeekPlan:
    """Plan a member's week anew from today on.

    Raises
    ------
    NotFoundError
        There is no such member, or the member is posted in no grid.
    InputError
        The week is over.
    """
    member = session.get(Member, member_id)
    walkers = _walkers(session, member_id, now)
    if member is None or not walkers:
        raise NotFoundError("这位成员没有包格，不排周计划。 This member is posted in no grid.")
    first, sunday = max(monday, now.astimezone(zone).date()), monday + timedelta(days=DAYS - 1)
    if first > sunday:
        raise InputError("这一周已经过去。 That week is over.", field="monday")
    _lock(session, walkers)
    people = {one for members in walkers.values() for one in members}
    work = work_of(session, people, first, (sunday - first).days + 1, zone)
    mine = {day: one for (whose, day), one in work.items() if whose == member_id}
    who = _Who(member_id, member.means, now, zone, first, sunday, _left(mine, now, zone))
    plans = plans_of(session, people, monday)
    able = {whose for whose, _day in work}
    things = {
        thing.stop.key: thing
        for grid_id, members in walkers.items()
        for thing in _share(session, who, grid_id, [one for one in members if one in able], plans)
    }
    row = plans.get(member_id) or WeekPlan(member_id=member_id, monday=monday, days=[])
    _fill(session, row, who, list(things.values()), sorted(walkers))
    return row


def _walkers(session: Session, member_id: int, now: datetime) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for grid_id, whose in session.execute(_WALKERS, {"member": member_id, "now": now}):
        found.setdefault(grid_id, [])
        if whose not in found[grid_id]:
            found[grid_id].append(whose)
    return found


def _lock(session: Session, grid_ids: Collection[int]) -> None:
    """Let two plans of one grid be made one after the other."""
    for grid_id in sorted(grid_ids):
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('week'), CAST(:grid AS int))"), {"grid": grid_id}
        )


def _share(
    session: Session, who: _Who, grid_id: int, members: Sequence[int], plans: dict[int, WeekPlan]
) -> list[Thing]:
    """Give the part of what falls due in a grid that is this member's."""
    begins = max(who.now, datetime.combine(who.first, time(0), who.zone))
    by = datetime.combine(who.sunday + timedelta(days=1), time(0), who.zone)
    things = due_things(
        session, [grid_id], [who.member_id], begins,
        by=by, until=begins, zone=who.zone, means=who.means, most=MOST_A_WEEK,
    )  # fmt: skip
    taken = {
        key
        for one in members
        if one != who.member_id and one in plans
        for key in keys_of(plans[one], who.first)
    }
    places = {thing.place for thing in things if thing.stop.key in taken}
    free = [thing for thing in things if thing.place not in places]
    if who.member_id in plans:
        return free
    waiting = [one for one in members if one not in plans or one == who.member_id]
    return part_of(free, waiting.index(who.member_id), len(waiting)) if who.member_id in waiting else []


def keys_of(plan: WeekPlan, first: date) -> set[str]:
    """Give the keys of the stops of a plan from a day on."""
    return {
        call["key"] for day in plan.days if date.fromisoformat(day["day"]) >= first for call in day["calls"]
    }


def part_of(things: Sequence[Thing], number: int, count: int) -> list[Thing]:
    """Cut what is due into parts that lie together and take equally long, and give one of them.

    What is at one place stays in one part.
    """
    if not things:
        return []
    east, north = ([one.stop.point[axis] for one in things] for axis in (0, 1))
    axis = 0 if max(east) - min(east) >= max(north) - min(north) else 1
    at: dict[str, tuple[float, str]] = {}
    weight: dict[str, float] = {}
    for one in things:
        at.setdefault(one.place, (one.stop.point[axis], one.place))
        weight[one.place] = weight.get(one.place, 0.0) + one.stop.stay_s + one.stop.along_s + 60
    total, before, mine = sum(weight.values()), 0.0, set()
    for place in sorted(at, key=lambda name: at[name]):
        if min(int((before + weight[place] / 2) / total * count), count - 1) == number:
            mine.add(place)
        before += weight[place]
    return [one for one in things if one.place in mine]


def _fill(session: Session, row: WeekPlan, who: _Who, things: Sequence[Thing], grids: Sequence[int]) -> None:
    """Spread what is this member's and keep it, after the days that are over."""
    start = middle_of(session, grids, who.now)
    places: list[Point] = [start, *(end for thing in things for end in thing.stop.ends)]
    ways = ways_between(session, grids, who.now, places, who.means)
    found = spread(things, who.work, start, ways, means=who.means, zone=who.zone, last=who.sunday)
    past = [day for day in row.days if date.fromisoformat(day["day"]) < who.first]
    row.days = [*past, *_days_json(found, things, who.zone)]
    row.left_out = [as_json(thing.stop) | {"why": why} for thing, why in found.left_out]
    row.receipt = {"means": who.means, "ways": ways.remark, "grids": list(grids)}
    row.made_at = who.now
    session.add(row)
    session.flush()


def _left(work: dict[date, Work], now: datetime, zone: ZoneInfo) -> dict[date, Work]:
    """Take out of today what is over."""
    today = now.astimezone(zone)
    over = today.hour * 3600 + today.minute * 60
    cut = {day: one.after(over) if day == today.date() else one for day, one in work.items()}
    return {day: one for day, one in cut.items() if one.spans}


def _days_json(found: Days, things: Sequence[Thing], zone: ZoneInfo) -> list[dict[str, Any]]:
    known = {thing.stop.key: thing for thing in things}
    work = {day.day: day.work for day in found.days}
    return [_day_json(day, known, work, zone) for day in found.days]


def _day_json(day: Day, known: dict[str, Thing], work: dict[date, Work], zone: ZoneInfo) -> dict[str, Any]:
    midnight = datetime.combine(day.day, time(0), zone)
    calls = []
    for step in day.walk.steps:
        moved = why_moved(known[step.stop.key], day, work, zone)
        calls.append(
            as_json(step.stop)
            | {"begins": (midnight + timedelta(seconds=step.begins_s)).isoformat()}
            | ({} if moved is None else {"from": moved[0].isoformat(), "why": moved[1]})
        )
    return {
        "day": day.day.isoformat(), "spans": [list(span) for span in day.work.spans], "minutes": day.minutes,
        "room": round(day.work.minutes), "walk_min": round(day.walk.walk_s / 60), "calls": calls,
    }  # fmt: skip


def round_of_day(session: Session, plan: WeekPlan, day: date, now: datetime, zone: ZoneInfo) -> Patrol:
    """Make the round of a day of the week: its calls as far as they are still to do, and what must be done that day.

    Raises
    ------
    InputError
        The day is not in the plan, or it is over.
    ConflictError
        The member is on a round already.
    """
    found = next((one for one in plan.days if one["day"] == day.isoformat()), None)
    if found is None:
        raise InputError("这一天没有安排。 Nothing is planned for that day.", field="day")
    midnight = datetime.combine(day, time(0), zone)
    work = Work(tuple((first, last) for first, last in found["spans"]))
    starts = max(now, midnight + timedelta(seconds=work.starts_s))
    # a round is of one day
    ends = midnight + timedelta(seconds=min(work.ends_s, DAY_S - 1))
    if starts >= ends:
        raise InputError("这一天的班已经结束。 The shift of that day is over.", field="day")
    wanted = Wanted(
        tuple(plan.receipt["grids"]), (plan.member_id,), starts, ends, plan.receipt["means"],
        keys=frozenset(call["key"] for call in found["calls"]),
        by=datetime.combine(plan.monday + timedelta(days=DAYS), time(0), zone), breaks=work.breaks,
    )  # fmt: skip
    [patrol] = plan_rounds(session, wanted, now, zone)
    return patrol
