"""Two members who plan at the same moment, each in a session of their own: what one has the other is not given."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL, Engine, select
from sqlalchemy.orm import Session

from gis.patrols.models import Patrol
from gis.patrols.rounds import holds
from gis.patrols.rounds.models import PatrolHold
from gis.patrols.rounds.planning import plan_rounds
from gis.patrols.rounds.wanted import Wanted
from gis.places.models import Household
from migrations.run import migrate
from tests import make
from tests.databases import database_of_its_own

ZONE = ZoneInfo("Asia/Shanghai")
NOW = make.NOW
UNTIL = NOW + timedelta(hours=6)


@pytest.fixture
def own(server_url: URL) -> Iterator[Engine]:
    """A database of this test's own: what is committed here is gone with it."""
    with database_of_its_own(server_url, "holds") as engine:
        migrate(engine)
        yield engine


def test_two_who_plan_at_once_are_never_given_the_same_door(own: Engine) -> None:
    with Session(own) as session, session.begin():
        town = make.Town(session)
        lon, lat = town.inside("A")
        for number in range(6):
            point = make.ewkt_point(lon + number / 20_000, lat)
            session.add(Household(code=f"H{number}", room="1", grid_id=town.grids["A"].id, point=point))
        grid, members = town.grids["A"].id, [town.members["A"].id, town.members["B"].id]
    ready = threading.Barrier(len(members))

    def plan(member: int) -> None:
        with Session(own) as session, session.begin():
            ready.wait(20)
            plan_rounds(session, Wanted((grid,), (member,), NOW, UNTIL), NOW, ZONE)

    threads = [threading.Thread(target=plan, args=(member,)) for member in members]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    with Session(own) as session:
        rounds = session.scalars(select(Patrol)).all()
        keys = [stop["key"] for one in rounds for stop in one.stops]
        assert len(rounds) == len(members)
        assert len(keys) == len(set(keys)) == 6


def test_the_database_refuses_a_place_twice_and_a_deleted_round_gives_it_back(session: Session) -> None:
    town = make.Town(session)
    wanted = [
        Wanted((town.grids["A"].id,), (town.members[name].id,), NOW, UNTIL) for name in ("A", "B")
    ]  # fmt: skip
    one, other = (plan_rounds(session, given, NOW, ZONE)[0] for given in wanted)
    assert holds.hold(session, NOW.date(), {"door:1": one.id, "door:2": one.id}) == set()
    assert holds.hold(session, NOW.date(), {"door:2": other.id, "door:3": other.id}) == {"door:2"}
    assert holds.hold(session, NOW.date() + timedelta(days=1), {"door:2": other.id}) == set()
    session.delete(one)
    session.flush()
    assert holds.held(session, NOW.date()) == {"door:3"}
    holds.release(session, other.id)
    assert session.scalars(select(PatrolHold)).all() == []
