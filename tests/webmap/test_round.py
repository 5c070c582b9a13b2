"""The pages of the round: planned, begun, ticked by form and by list, exported, seen on the map of blind spots."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.patrols.models import Patrol, Visit
from gis.patrols.rounds.planning import plan_rounds
from gis.patrols.rounds.wanted import Wanted
from gis.places.models import Household, HouseholdAccess, Road
from gis.settings import Settings
from gis.staff.models import Account, Posting
from gis.staff.roles import Role
from tests import make
from tests.make import span
from tests.webmap.tablets import Tablet

SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def things(session: Session, town: make.Town) -> tuple[Household, Road]:
    lon, lat = town.inside("A")
    home = Household(code="H1", room="301", grid_id=town.grids["A"].id, point=make.ewkt_point(lon, lat))
    line = f"SRID=4490;LINESTRING({lon} {lat}, {lon} {lat + 0.0004})"
    road = Road(code="R1", name="样例路", highway="residential", geom=line)
    session.add_all([home, road])
    session.flush()
    return home, road


@pytest.fixture
def patrol(session: Session, town: make.Town, things: object, test_settings: Settings) -> Patrol:
    del things
    zone = test_settings.time_zone
    noon = datetime.now(UTC).astimezone(zone).replace(hour=13, minute=0, second=0, microsecond=0)
    wanted = Wanted((town.grids["A"].id,), (town.members["A"].id,), noon, noon + timedelta(hours=3))
    return plan_rounds(session, wanted, noon, zone)[0]


@pytest.fixture
def tablet(sign_in: SignIn, staff: dict[Role, Account]) -> Tablet:
    return Tablet(sign_in(Role.GRID_MEMBER), staff[Role.GRID_MEMBER])


def step(tablet: Tablet, patrol: Patrol, kind: str, **more: object) -> dict[str, Any]:
    return tablet.action("round", {"round": patrol.id, "step": kind} | more)


def test_a_member_plans_a_round_and_the_look_is_written_down(
    session: Session, sign_in: SignIn, things: tuple[Household, Road]
) -> None:
    client = sign_in(Role.GRID_MEMBER)
    assert "排今天的路线" in client.get("/round").get_data(as_text=True)
    answer = client.post("/round/plan", data={"starts": "00:05", "ends": "23:50", "means": "foot"})
    assert answer.status_code == 303
    page = client.get("/round").get_data(as_text=True)
    assert "开始巡查" in page
    assert "301" in page
    assert session.scalars(select(HouseholdAccess.household_id)).all() == [things[0].id]


@pytest.mark.parametrize(
    "given",
    [
        {"starts": "18:00", "ends": "09:00"},
        {"starts": "", "ends": "09:00"},
        {"starts": "08:00", "ends": "09:00", "means": "car"},
    ],
)
def test_what_cannot_be_planned_is_said(sign_in: SignIn, things: object, given: dict[str, str]) -> None:
    answer = sign_in(Role.GRID_MEMBER).post("/round/plan", data=given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)


def test_steps_may_come_twice(
    session: Session, tablet: Tablet, patrol: Patrol, things: tuple[Household, Road]
) -> None:
    key = f"visit:{things[0].id}"
    steps = [
        step(tablet, patrol, "start"),
        step(tablet, patrol, "done", stop=key, template="visit", answer="well"),
    ]
    for _ in range(2):
        assert tablet.send(*steps) == ["done", "done"]
    assert len(session.scalars(select(Visit)).all()) == 1
    assert [stop["state"] for stop in tablet.day()["round"]["stops"] if stop["key"] == key] == ["done"]


def test_what_is_refused_is_a_card_and_the_rest_is_kept(tablet: Tablet, patrol: Patrol) -> None:
    steps = [
        step(tablet, patrol, "start"),
        step(tablet, patrol, "done", stop="visit:0", words="门口贴了条"),
        step(tablet, patrol, "fly"),
    ]
    assert tablet.send(*steps) == ["done", "refused", "refused"]
    day = tablet.day()
    assert day["round"]["state"] == "running"
    assert [(card["kind"], card["did"], card["words"]) for card in day["cards"]] == [
        ("round", "巡查", "门口贴了条"),
        ("round", "巡查", ""),
    ]
    assert "不在这趟路线上" in day["cards"][0]["why"]


def test_a_round_walked_on_ground_that_was_taken_away_meanwhile_counts(
    session: Session, tablet: Tablet, town: make.Town, patrol: Patrol, things: tuple[Household, Road]
) -> None:
    done = step(tablet, patrol, "done", stop=f"visit:{things[0].id}")
    now = datetime.now(UTC)
    posting = session.scalars(select(Posting).where(Posting.member_id == town.members["A"].id)).one()
    posting.valid = span(now - timedelta(days=30), now + timedelta(seconds=1))
    session.flush()
    later = (now + timedelta(seconds=5)).isoformat()
    assert tablet.send(done, sent_at=later) == ["done"]
    assert len(session.scalars(select(Visit)).all()) == 1


def test_who_walks_no_rounds_sends_none(sign_in: SignIn, staff: dict[Role, Account], patrol: Patrol) -> None:
    branch = Tablet(sign_in(Role.BRANCH), staff[Role.BRANCH])
    assert branch.send(step(branch, patrol, "start")) == ["refused"]
    assert patrol.state == "planned"


@pytest.mark.parametrize("wrong", [{"kind": "fly"}, {"request": "x"}, {"stop": "x" * 99}])
def test_a_form_that_is_not_ours_is_told_so(sign_in: SignIn, patrol: Patrol, wrong: dict[str, str]) -> None:
    data = {"request": uuid4().hex, "kind": "start"} | wrong
    answer = sign_in(Role.GRID_MEMBER).post(f"/round/{patrol.id}/do", data=data)
    assert answer.status_code == 422
    assert "重新打开页面" in answer.get_data(as_text=True)


def test_a_form_does_the_same_without_a_script(sign_in: SignIn, patrol: Patrol) -> None:
    client = sign_in(Role.GRID_MEMBER)
    for kind, stop in (("start", ""), ("done", patrol.stops[0]["key"]), ("reorder", patrol.stops[1]["key"])):
        data = {
            "request": uuid4().hex,
            "kind": kind,
            "stop": stop,
            "move": "down" if kind == "reorder" else "",
        }
        assert client.post(f"/round/{patrol.id}/do", data=data).status_code == 303
    page = client.get("/round").get_data(as_text=True)
    assert "is-done" in page
    assert "已到" in page


def test_a_round_of_others_is_not_there(
    session: Session, tablet: Tablet, town: make.Town, patrol: Patrol
) -> None:
    patrol.member_id = town.members["B"].id
    session.flush()
    for ending in ("gpx", "geojson", "pdf"):
        assert tablet.client.get(f"/round/{patrol.id}.{ending}").status_code == 404
    assert tablet.send(step(tablet, patrol, "start")) == ["refused"]
    assert tablet.day()["round"] is None
    assert patrol.state == "planned"


def test_a_round_is_taken_along(sign_in: SignIn, patrol: Patrol) -> None:
    client = sign_in(Role.GRID_MEMBER)
    found = json.loads(client.get(f"/round/{patrol.id}.geojson").data)
    assert [one["geometry"]["type"] for one in found["features"]] == ["LineString", "Point", "Point"]
    gpx = Xml.fromstring(client.get(f"/round/{patrol.id}.gpx").data)  # noqa: S314 - our own file
    names = [one.tag.split("}")[1] for one in gpx]
    assert names == ["metadata", "wpt", "wpt", "rte"]
    assert client.get(f"/round/{patrol.id}.pdf").data.startswith(b"%PDF")


def test_a_walked_section_is_no_blind_spot(
    tablet: Tablet, patrol: Patrol, things: tuple[Household, Road]
) -> None:
    client = tablet.client
    key = f"section:{things[1].id}"
    assert "样例路" in client.get("/blind").get_data(as_text=True)
    assert (
        tablet.send(step(tablet, patrol, "start"), step(tablet, patrol, "done", stop=key, how="near"))
        == ["done"] * 2
    )
    assert "没有盲区" in client.get("/blind").get_data(as_text=True)
    layer = client.get("/layers/blind.geojson?days=7").get_json()
    assert [one["properties"]["blind"] for one in layer["features"]] == [False]


def test_a_branch_plans_a_grid(session: Session, sign_in: SignIn, town: make.Town, things: object) -> None:
    client = sign_in(Role.BRANCH)
    answer = client.post("/rounds", data={"grid": town.grids["A"].id})
    assert answer.status_code == 303
    assert town.members["A"].name in client.get("/rounds").get_data(as_text=True)
    assert client.post("/rounds", data={"grid": town.grids["B"].id}).status_code == 404


def test_a_wish_written_down_with_the_resident_keeps_rounds_away(
    session: Session, sign_in: SignIn, things: tuple[Household, Road]
) -> None:
    client = sign_in(Role.GRID_MEMBER)
    assert "不要上门" in client.post("/households", data={"q": "301", "purpose": "visit"}).get_data(
        as_text=True
    )
    address = f"/households/{things[0].id}/wish"
    ends = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    given = {"no_visits": "on", "purpose": "本人要求", "ends": ends}
    for wrong in ({"ends": ""}, {"purpose": " "}, {"from": "18:00", "to": "09:00"}, {"ends": "2020-01-01"}):
        assert client.post(address, data=given | wrong).status_code == 422
    assert client.post(address, data=given).status_code == 303
    client.post("/round/plan", data={"starts": "00:05", "ends": "23:50", "means": "foot"})
    patrol = session.scalars(select(Patrol)).one()
    assert [stop["kind"] for stop in patrol.stops] == ["section"]
    assert client.post("/households/999999999/wish", data=given).status_code == 404


def test_blind_spots_of_a_grid_a_community_and_the_town(
    sign_in: SignIn, town: make.Town, things: tuple[Household, Road]
) -> None:
    client = sign_in(Role.COMMANDER)
    asked = {
        "": True, f"grid={town.grids['A'].id}": True, f"grid={town.grids['B'].id}": False,
        f"community={town.community.id}": True, "community=999999999": False,
    }  # fmt: skip
    for query, shown in asked.items():
        assert ("样例路" in client.get(f"/blind?{query}").get_data(as_text=True)) is shown, query
        features = client.get(f"/layers/blind.geojson?{query}").get_json()["features"]
        assert [one["properties"]["name"] for one in features] == ["样例路"] * shown
    assert client.get("/blind?community=x").status_code == 422


def test_a_round_that_was_loaded_from_a_file_has_a_card_too(
    session: Session, sign_in: SignIn, patrol: Patrol
) -> None:
    patrol.stops = [{"lon": stop["lon"], "lat": stop["lat"], "done": True} for stop in patrol.stops]
    session.flush()
    client = sign_in(Role.GRID_MEMBER)
    for ending in ("pdf", "gpx", "geojson"):
        answer = client.get(f"/round/{patrol.id}.{ending}")
        assert (answer.status_code, len(answer.get_data()) > 100) == (200, True)
