"""A round in the database: what is due comes in, wishes are kept, what happens is written once, plans follow."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.errors import InputError, NotFoundError
from gis.patrols.models import Patrol, Visit
from gis.patrols.rounds.due import due_today
from gis.patrols.rounds.events import Happened, record, visits_of_day
from gis.patrols.rounds.models import Errand, HouseholdRhythm, HouseholdWish, PatrolEvent
from gis.patrols.rounds.planning import plan_rounds
from gis.patrols.rounds.queries import round_of, rounds_of_day
from gis.patrols.rounds.shift import shift_today
from gis.patrols.rounds.wanted import Wanted
from gis.places.models import Household, Road
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from tests import make

ZONE = ZoneInfo("Asia/Shanghai")
NOW = make.NOW
UNTIL = NOW + timedelta(hours=6)


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


def household(session: Session, town: make.Town, code: str, shift: float = 0.0) -> Household:
    lon, lat = town.inside("A")
    row = Household(code=code, room=code, grid_id=town.grids["A"].id, point=make.ewkt_point(lon + shift, lat))
    session.add(row)
    session.flush()
    return row


def wish(session: Session, home: Household, **more: object) -> None:
    account = make.account(session, "grid_member")
    given = {
        "no_visits": False,
        "hours": [],
        "at": NOW - timedelta(days=1),
        "forget_at": NOW + timedelta(days=99),
    }
    session.add(
        HouseholdWish(household_id=home.id, purpose="约定时间", account_id=account.id, **(given | more))
    )
    session.flush()


def due(session: Session, town: make.Town, now: datetime = NOW) -> set[str]:
    grids, members = [town.grids["A"].id], [town.members["A"].id]
    return {
        one.stop.key
        for one in due_today(session, grids, members, now, until=now + timedelta(hours=6), zone=ZONE)
    }


def planned(session: Session, town: make.Town, now: datetime = NOW) -> Patrol:
    wanted = Wanted((town.grids["A"].id,), (town.members["A"].id,), now, now + timedelta(hours=6))
    return plan_rounds(session, wanted, now, ZONE)[0]


def happened(
    session: Session, patrol: Patrol, kind: str, key: str = "", at: datetime = NOW, **more: object
) -> None:
    number = more.pop("request", f"{kind}-{key}-{at.isoformat()}")
    record(session, patrol, [Happened(str(number), kind, at, key, **more)], at, ZONE)  # type: ignore[arg-type]


def test_who_said_no_is_never_visited(session: Session, town: make.Town) -> None:
    home, other = household(session, town, "H1"), household(session, town, "H2")
    assert due(session, town) == {f"visit:{home.id}", f"visit:{other.id}"}
    wish(session, home, no_visits=True)
    assert due(session, town) == {f"visit:{other.id}"}


def test_a_wish_ends_on_its_day(session: Session, town: make.Town) -> None:
    home = household(session, town, "H1")
    wish(session, home, no_visits=True, forget_at=NOW - timedelta(hours=1))
    assert due(session, town) == {f"visit:{home.id}"}


def test_a_household_is_visited_within_its_hours(session: Session, town: make.Town) -> None:
    home = household(session, town, "H1")
    wish(session, home, hours=[{"from": "13:30", "to": "14:00"}])
    stop = next(stop for stop in planned(session, town).stops if stop["key"] == f"visit:{home.id}")
    begins = datetime.fromisoformat(stop["begins"]).astimezone(ZONE)
    assert "13:30" <= f"{begins:%H:%M}" <= "14:00"


def test_two_duties_at_one_door_are_one_stop(session: Session, town: make.Town) -> None:
    home = household(session, town, "H1")
    session.add(Visit(household_id=home.id, member_id=town.members["A"].id, at=NOW - timedelta(days=8)))
    session.flush()
    assert due(session, town) == set()
    for duty, rhythm in (("送药", "weekly"), ("查燃气", "monthly")):
        session.add(
            HouseholdRhythm(
                household_id=home.id, duty=duty, rhythm=rhythm, purpose="本人要求",
                at=NOW - timedelta(days=30), ends_at=NOW + timedelta(days=300),
            )
        )  # fmt: skip
    session.flush()
    stops = planned(session, town).stops
    assert [stop["key"] for stop in stops] == [f"visit:{home.id}"]
    assert "查燃气" in stops[0]["label"]
    assert "送药" in stops[0]["label"]


def test_a_wide_road_is_walked_on_both_sides_and_then_is_seen(session: Session, town: make.Town) -> None:
    lon, lat = town.inside("A")
    road = Road(
        code="R1",
        name="样例路",
        highway="primary",
        geom=f"SRID=4490;LINESTRING({lon} {lat}, {lon} {lat + 0.0004})",
    )
    session.add(road)
    session.flush()
    keys = {f"section:{road.id}", f"section:{road.id}:other"}
    assert due(session, town) == keys
    patrol = planned(session, town)
    assert {stop["key"] for stop in patrol.stops} == keys
    happened(session, patrol, "done", f"section:{road.id}")
    assert due(session, town, NOW + timedelta(hours=1)) == set()
    assert due(session, town, NOW + timedelta(days=1)) == keys


def test_an_event_counts_once_however_often_it_comes(session: Session, town: make.Town) -> None:
    home = household(session, town, "H1")
    patrol = planned(session, town)
    evening = datetime(2026, 11, 23, 19, 30, tzinfo=ZONE)
    for _ in range(3):
        happened(
            session,
            patrol,
            "done",
            f"visit:{home.id}",
            evening,
            request="one",
            template="visit",
            note={"answer": "well"},
        )
    assert session.scalars(select(PatrolEvent.request)).all() == ["one"]
    assert visits_of_day(session, patrol.member_id, evening, ZONE).evening == 1
    assert session.scalars(select(Visit.note)).all() == [{"answer": "well", "words": ""}]


def test_what_was_put_off_comes_back_on_its_day(session: Session, town: make.Town) -> None:
    home = household(session, town, "H1")
    patrol = planned(session, town)
    with pytest.raises(InputError, match="later day"):
        happened(session, patrol, "postpone", f"visit:{home.id}", until=NOW)
    happened(session, patrol, "postpone", f"visit:{home.id}", until=NOW + timedelta(days=2))
    assert due(session, town, NOW + timedelta(days=1)) == set()
    assert due(session, town, NOW + timedelta(days=3)) == {f"visit:{home.id}"}


def test_the_rest_is_ordered_by_hand_and_planned_anew_from_here(session: Session, town: make.Town) -> None:
    homes = [household(session, town, f"H{n}", n * 1e-4) for n in range(4)]
    patrol = planned(session, town)
    happened(session, patrol, "start")
    first = patrol.stops[0]["key"]
    happened(session, patrol, "done", first)
    rest = [stop["key"] for stop in patrol.stops if stop["state"] == "todo"]
    happened(session, patrol, "reorder", keys=tuple(reversed(rest)))
    assert [stop["key"] for stop in patrol.stops] == [first, *reversed(rest)]
    lon, lat = town.inside("A")
    happened(session, patrol, "replan", here=(lon + 4e-4, lat))
    assert {stop["key"] for stop in patrol.stops} == {f"visit:{home.id}" for home in homes}
    with pytest.raises(InputError, match="not on this round"):
        happened(session, patrol, "reorder", keys=("visit:0",), request="other")


def test_two_members_share_the_stops_and_nobody_goes_twice(session: Session, town: make.Town) -> None:
    homes = {f"visit:{household(session, town, f'H{n}', n * 1e-4).id}" for n in range(-3, 3)}
    other = make.member(session, branch=town.branches["A"])
    wanted = Wanted((town.grids["A"].id,), (town.members["A"].id, other.id), NOW, UNTIL)
    rounds = plan_rounds(session, wanted, NOW, ZONE)
    keys = [stop["key"] for row in rounds for stop in row.stops]
    assert sorted(keys) == sorted(homes)
    assert all(row.stops for row in rounds)


def test_papers_are_delivered_once_and_open_cases_with_a_deadline_must_fit(
    session: Session, town: make.Town
) -> None:
    lon, lat = town.inside("A")
    paper = Errand(
        grid_id=town.grids["A"].id, kind="paper", label="样例通知", point=make.ewkt_point(lon, lat)
    )
    session.add(paper)
    session.flush()
    patrol = planned(session, town)
    happened(session, patrol, "done", f"paper:{paper.id}")
    assert due(session, town) == set()


def test_leave_means_no_shift_and_the_roster_says_when(session: Session, town: make.Town) -> None:
    member = town.members["A"]
    make.shift(session, member, make.span(NOW - timedelta(hours=1), NOW + timedelta(hours=3)))
    assert shift_today(session, member.id, NOW, ZONE) == (NOW, NOW + timedelta(hours=3))
    make.shift(session, member, make.span(NOW - timedelta(hours=1), NOW + timedelta(hours=9)), "leave")
    assert shift_today(session, member.id, NOW, ZONE) is None


def test_a_round_is_seen_by_its_member_and_its_branch_only(session: Session, town: make.Town) -> None:
    household(session, town, "H1")
    patrol = planned(session, town)
    grids = frozenset({town.grids["A"].id})
    own = Scope(Reach.GRIDS, member_id=patrol.member_id, grid_ids=grids)
    assert round_of(session, own, patrol.id) is patrol
    assert rounds_of_day(session, own, NOW, ZONE) == [patrol]
    assert round_of(session, Scope(Reach.BRANCH, grid_ids=grids), patrol.id) is patrol
    for scope in (
        Scope(Reach.GRIDS, member_id=town.members["B"].id, grid_ids=grids),
        Scope(Reach.BRANCH, grid_ids=frozenset({town.grids["B"].id})),
    ):
        with pytest.raises(NotFoundError):
            round_of(session, scope, patrol.id)


def keys(patrol: Patrol) -> set[str]:
    return {stop["key"] for stop in patrol.stops}


def test_what_one_round_has_no_other_round_of_that_day_is_given(session: Session, town: make.Town) -> None:
    home, other = household(session, town, "H1"), household(session, town, "H2", 0.0002)
    paper = Errand(
        grid_id=town.grids["A"].id, household_id=home.id, kind="paper", label="样例通知",
        point=make.ewkt_point(*town.inside("A")),
    )  # fmt: skip
    session.add(paper)
    session.flush()
    first = planned(session, town)
    assert keys(first) == {f"visit:{home.id}", f"visit:{other.id}", f"paper:{paper.id}"}
    wanted = Wanted((town.grids["A"].id,), (town.members["B"].id,), NOW, NOW + timedelta(hours=6))
    [second] = plan_rounds(session, wanted, NOW, ZONE)
    assert keys(second) == set()
    again = planned(session, town)
    assert keys(again) == {f"visit:{home.id}", f"visit:{other.id}", f"paper:{paper.id}"}
    happened(session, again, "start")
    happened(session, again, "done", f"visit:{home.id}")
    happened(session, again, "finish")
    [second] = plan_rounds(session, wanted, NOW, ZONE)
    assert keys(second) == {f"visit:{other.id}", f"paper:{paper.id}"}


def test_a_door_is_one_members_for_all_that_is_due_there(session: Session, town: make.Town) -> None:
    homes = [household(session, town, f"H{number}", number / 10_000) for number in range(4)]
    for home in homes:
        lon, lat = town.inside("A")
        session.add(
            Errand(
                grid_id=town.grids["A"].id, household_id=home.id, kind="paper", label="样例通知",
                point=make.ewkt_point(lon, lat),
            )
        )  # fmt: skip
    session.flush()
    members = (town.members["A"].id, town.members["B"].id)
    wanted = Wanted((town.grids["A"].id,), members, NOW, NOW + timedelta(hours=8))
    rounds = plan_rounds(session, wanted, NOW, ZONE)
    papers = dict(session.execute(select(Errand.id, Errand.household_id)).all())
    doors = [
        {papers[int(key[6:])] if key.startswith("paper") else int(key[6:]) for key in keys(one)}
        for one in rounds
    ]
    assert sum(len(one.stops) for one in rounds) == 8
    assert not doors[0] & doors[1]
