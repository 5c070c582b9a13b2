"""A week in the database and out of it: shifts and hours kept, nobody's door twice, rounds made from its days."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from gis.errors import InputError, NotFoundError
from gis.patrols.models import Visit
from gis.patrols.pack.problem import Stop
from gis.patrols.rounds.models import Errand, HouseholdRhythm, HouseholdWish
from gis.patrols.rounds.things import Thing
from gis.patrols.rounds.walking import walking_seconds
from gis.patrols.weeks import days as week_days
from gis.patrols.weeks.days import can_begin, spread
from gis.patrols.weeks.models import WeekPlan
from gis.patrols.weeks.plans import members_to_plan, monday_of, part_of, plan_week_of, round_of_day
from gis.patrols.weeks.shifts import Work, without, work_of
from gis.patrols.weeks.week import Duty, plan_week
from gis.places.models import Household, Road
from tests import make

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=ZONE)
MONDAY = NOW.date()
DAYS = [MONDAY + timedelta(days=number) for number in range(7)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(week_days, "SEARCH_S", 0.02)


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


def homes(session: Session, town: make.Town, count: int) -> list[Household]:
    lon, lat = town.inside("A")
    grid_id = town.grids["A"].id
    rows = [
        Household(code=f"H{n}", room=f"{n}01", grid_id=grid_id, point=make.ewkt_point(lon + n * 2e-5, lat))
        for n in range(count)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def on_duty(
    session: Session, town: make.Town, letter: str = "A", days: int = 5, hours: tuple[int, int] = (9, 12)
) -> None:
    for day in DAYS[:days]:
        span = [datetime.combine(day, time(hour), ZONE) for hour in hours]
        make.shift(session, town.members[letter], make.span(*span))


def keys(plan: WeekPlan) -> list[str]:
    return [call["key"] for day in plan.days for call in day["calls"]]


# Pure: rooms, deadlines, first days


duty = st.builds(
    Duty, st.text("abcdefgh", min_size=1, max_size=2), st.sampled_from(["走访", "送药"]),
    st.sampled_from([1.0, 3.5, 7.0, 30.0, 91.0]), st.sampled_from([5.0, 10.0, 20.0, 90.0]),
    st.one_of(st.none(), st.integers(0, 100).map(lambda ago: MONDAY - timedelta(days=ago))),
    st.sampled_from([frozenset(range(7)), frozenset({0, 2, 4}), frozenset({5})]),
    since=st.one_of(st.none(), st.sampled_from(DAYS)), until=st.one_of(st.none(), st.sampled_from(DAYS)),
    worth=st.floats(0, 9),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(duty, max_size=20), st.lists(st.sampled_from([0.0, 30.0, 120.0, 480.0]), min_size=7, max_size=7)
)
def test_no_day_gets_more_than_its_room_and_nothing_is_lost(duties: list[Duty], rooms: list[float]) -> None:
    room = dict(zip(DAYS, rooms, strict=True))
    week = plan_week(duties, DAYS, room)
    placed = Counter(call.place for calls in week.days.values() for call in calls)
    for day, calls in week.days.items():
        assert week.minutes(day) <= room[day] + 1e-6
        assert max(Counter(call.place for call in calls).values(), default=0) <= 1
        for call in calls:
            assert all(day.weekday() in one.weekdays for one in duties if one.place == call.place)
            assert all(day >= one.since for one in duties if one.place == call.place and one.since)
    for place in {one.place for one in duties}:
        rhythm = min(one.days for one in duties if one.place == place)
        if rhythm >= 7:
            assert placed[place] <= 1
        due = plan_week([one for one in duties if one.place == place], DAYS)
        if any(due.days.values()) and not placed[place]:
            assert place in week.full + week.unplaced


def test_what_has_a_deadline_comes_first_and_before_it() -> None:
    many = [Duty(f"h{n}", "走访", 91, 30) for n in range(10)]
    paper = Duty("p", "送", 1000, 30, until=DAYS[1])
    week = plan_week([*many, paper], DAYS[:5], dict.fromkeys(DAYS[:5], 60.0))
    assert any(call.place == "p" for day in DAYS[:2] for call in week.days[day])
    assert len(week.full) == 1


# A week of walks


spot = st.tuples(st.floats(114.0, 114.01), st.floats(30.0, 30.01))
span = st.tuples(st.integers(7, 19), st.integers(1, 4)).map(lambda one: (one[0], one[0] + one[1]))
hours = st.one_of(
    st.none(),
    span.map(lambda one: [{"from": f"{one[0]:02d}:00", "to": f"{one[1]:02d}:30", "days": [0, 2, 3]}]),
)


@st.composite
def things(draw: st.DrawFn) -> list[Thing]:
    found = []
    for number in range(draw(st.integers(1, 14))):
        stop = Stop(
            f"visit:{number}", "visit", draw(spot), draw(st.integers(60, 5000)), draw(st.integers(300, 5400))
        )
        last = draw(st.one_of(st.none(), st.integers(1, 200).map(lambda ago: NOW - timedelta(days=ago))))
        days = draw(st.sampled_from([3.5, 7.0, 91.0]))
        found.append(Thing(stop, f"door:{number}", days, last, hours=draw(hours)))
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(things(), st.lists(st.sampled_from([None, (9, 12), (14, 18), (8, 18)]), min_size=7, max_size=7))
def test_no_day_is_over_the_shift_and_hours_are_kept(
    given: list[Thing], shifts: list[tuple[int, int] | None]
) -> None:
    work = {day: Work(without([(one[0] * 3600, one[1] * 3600)], [(43200, 46800)]))
            for day, one in zip(DAYS, shifts, strict=True) if one}  # fmt: skip
    start = (114.005, 30.005)
    found = spread(given, work, start, walking_seconds, means="foot", zone=ZONE)
    visits: Counter[str] = Counter()
    for day in found.days:
        assert day.walk.ends_s <= day.work.ends_s
        assert day.minutes <= day.work.minutes + 1
        for step in day.walk.steps:
            visits[step.stop.key] += 1
            assert any(a <= step.begins_s and step.leaves_s <= b for a, b in day.work.spans)
            if step.stop.hours is not None:
                assert any(a <= step.begins_s <= b for a, b in step.stop.hours)
    left = {thing.stop.key: why for thing, why in found.left_out}
    for thing in given:
        if thing.days is not None and thing.days >= 7:
            assert visits[thing.stop.key] <= 1
        if left.get(thing.stop.key) == "no_day":
            assert not any(can_begin(thing, day, one, ZONE) for day, one in work.items())


@given(st.lists(spot, min_size=1, max_size=40, unique=True), st.integers(1, 4))
def test_parts_are_whole_and_apart(spots: list[tuple[float, float]], count: int) -> None:
    all_things = [
        Thing(Stop(f"visit:{n}", "visit", one, 100, 600), f"door:{n // 2}") for n, one in enumerate(spots)
    ]
    parts = [part_of(all_things, number, count) for number in range(count)]
    assert sorted(one.stop.key for part in parts for one in part) == sorted(
        one.stop.key for one in all_things
    )
    for door in {one.place for one in all_things}:
        assert sum(any(one.place == door for one in part) for part in parts) == 1


def test_leave_and_lunch_are_taken_out_of_the_roster(session: Session, town: make.Town) -> None:
    on_duty(session, town, hours=(8, 18))
    leave = make.span(NOW.replace(hour=15), NOW.replace(day=25, hour=10))
    make.shift(session, town.members["A"], leave, kind="leave")
    member = town.members["A"].id
    work = work_of(session, [member], MONDAY, 7, ZONE)
    found = {day: [(a / 3600, b / 3600) for a, b in one.spans] for (_, day), one in work.items()}
    assert found == {
        DAYS[0]: [(8, 12), (13, 15)], DAYS[2]: [(10, 12), (13, 18)], DAYS[3]: [(8, 12), (13, 18)],
        DAYS[4]: [(8, 12), (13, 18)],
    }  # fmt: skip
    assert {day for _, day in work_of(session, [town.members["B"].id], MONDAY, 7, ZONE)} == set(DAYS[:5])


# In the database


def test_a_week_is_planned_within_the_roster(session: Session, town: make.Town) -> None:
    homes(session, town, 20)
    on_duty(session, town)
    plan = plan_week_of(session, town.members["A"].id, MONDAY, NOW, ZONE)
    assert [day["day"] for day in plan.days] == [day.isoformat() for day in DAYS[:5]]
    assert len(keys(plan)) == len(set(keys(plan))) == 20
    assert all(day["minutes"] <= day["room"] for day in plan.days)
    loads = [day["minutes"] for day in plan.days]
    assert max(loads) - min(loads) <= 35
    assert plan.left_out == []


def test_what_does_not_fit_is_listed_with_the_reason(session: Session, town: make.Town) -> None:
    rows = homes(session, town, 70)
    on_duty(session, town, days=4)
    account = make.account(session, "grid_member")
    friday = [{"from": "09:00", "to": "11:00", "days": [4]}]
    session.add(
        HouseholdWish(household_id=rows[0].id, hours=friday, purpose="约定", account_id=account.id, at=NOW,
                      forget_at=NOW + timedelta(days=90))
    )  # fmt: skip
    session.flush()
    plan = plan_week_of(session, town.members["A"].id, MONDAY, NOW, ZONE)
    why = {one["key"]: one["why"] for one in plan.left_out}
    assert why.pop(f"visit:{rows[0].id}") == "no_day"
    assert set(why.values()) == {"full"}
    assert len(why) + 1 + len(keys(plan)) == 70


def test_two_duties_at_one_door_are_one_going_there(session: Session, town: make.Town) -> None:
    [home] = homes(session, town, 1)
    on_duty(session, town)
    member = town.members["A"].id
    session.add(Visit(household_id=home.id, member_id=member, at=NOW - timedelta(days=6)))
    for duty_name, rhythm in (("送药", "weekly"), ("查燃气", "weekly")):
        session.add(
            HouseholdRhythm(household_id=home.id, duty=duty_name, rhythm=rhythm, purpose="本人要求",
                            at=NOW - timedelta(days=30), ends_at=NOW + timedelta(days=30))
        )  # fmt: skip
    grid_id = town.grids["A"].id
    point = make.ewkt_point(*town.inside("A"))
    session.add(Errand(grid_id=grid_id, household_id=home.id, kind="paper", label="样例材料", point=point))
    session.flush()
    plan = plan_week_of(session, member, MONDAY, NOW, ZONE)
    [day] = [day for day in plan.days if day["calls"]]
    assert {call["kind"] for call in day["calls"]} == {"visit", "paper"}


def test_members_of_one_grid_never_go_to_the_same_door(session: Session, town: make.Town) -> None:
    homes(session, town, 40)
    second = make.member(session, branch=town.branches["A"])
    make.posting(session, second, town.grids["A"])
    first = town.members["A"]
    plans = [plan_week_of(session, one.id, MONDAY, NOW, ZONE) for one in (first, second)]
    one, other = (set(keys(plan)) for plan in plans)
    assert one
    assert other
    assert not one & other
    again = plan_week_of(session, first.id, MONDAY, NOW + timedelta(hours=1), ZONE)
    assert not set(keys(again)) & other


def test_days_that_are_over_stay_as_they_were(session: Session, town: make.Town) -> None:
    homes(session, town, 20)
    on_duty(session, town)
    member = town.members["A"].id
    monday = plan_week_of(session, member, MONDAY, NOW, ZONE).days[0]
    later = plan_week_of(session, member, MONDAY, NOW + timedelta(days=2), ZONE)
    assert later.days[0] == monday
    assert [day["day"] for day in later.days] == [day.isoformat() for day in DAYS[:5]]
    with pytest.raises(InputError, match="over"):
        plan_week_of(session, member, MONDAY, NOW + timedelta(days=7), ZONE)


def test_a_thing_is_moved_with_its_reason(session: Session, town: make.Town) -> None:
    on_duty(session, town, days=3)
    rows = homes(session, town, 1)
    member = town.members["A"].id
    # due on Friday, when nobody works
    session.add(Visit(household_id=rows[0].id, member_id=member, at=NOW + timedelta(days=4 - 91)))
    session.flush()
    plan = plan_week_of(session, member, MONDAY, NOW, ZONE)
    [call] = [call for day in plan.days for call in day["calls"]]
    assert (call["from"], call["why"]) == (DAYS[4].isoformat(), "off")


def test_a_day_of_the_week_becomes_that_days_round(session: Session, town: make.Town) -> None:
    homes(session, town, 20)
    on_duty(session, town)
    lon, lat = town.inside("A")
    line = f"SRID=4490;LINESTRING({lon} {lat}, {lon} {lat + 0.0004})"
    session.add(Road(code="R1", name="样例路", highway="residential", geom=line))
    session.flush()
    plan = plan_week_of(session, town.members["A"].id, MONDAY, NOW, ZONE)
    for day in plan.days[:2]:
        patrol = round_of_day(session, plan, date.fromisoformat(day["day"]), NOW, ZONE)
        assert {stop["key"] for stop in patrol.stops} == {call["key"] for call in day["calls"]}
        assert patrol.starts_at.astimezone(ZONE).date().isoformat() == day["day"]
    with pytest.raises(InputError, match="Nothing is planned"):
        round_of_day(session, plan, DAYS[6], NOW, ZONE)
    with pytest.raises(InputError, match="over"):
        round_of_day(session, plan, DAYS[0], NOW + timedelta(hours=6), ZONE)


def test_who_is_planned_each_night(session: Session, town: make.Town) -> None:
    members = {town.members["A"].id, town.members["B"].id}
    assert set(members_to_plan(session, MONDAY, NOW, ZONE, 9)) == members
    plan_week_of(session, town.members["A"].id, MONDAY, NOW, ZONE)
    assert members_to_plan(session, MONDAY, NOW, ZONE, 9) == [town.members["B"].id]
    assert set(members_to_plan(session, MONDAY, NOW + timedelta(days=1), ZONE, 9)) == members
    with pytest.raises(NotFoundError):
        plan_week_of(session, make.member(session).id, MONDAY, NOW, ZONE)
    assert monday_of(DAYS[6]) == MONDAY
