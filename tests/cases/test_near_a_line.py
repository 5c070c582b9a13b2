"""A place near a line says so: both grids are named, the other one's leader is told, each once a case."""

from __future__ import annotations

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session, sessionmaker

import gis.database
from gis.cases import journey, moves, queries
from gis.cases.models import Case, Notice
from gis.cases.place import place_by_hand
from gis.places.indexing import catch_up
from gis.places.models import Compound, Place
from gis.settings import Settings
from tests import make

pytestmark = pytest.mark.usefixtures("test_settings")
WORDS = "和平路12号幸福小区的路灯坏了"


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


def home(session: Session, lon: float, lat: float, ground: shapely.Geometry | None = None) -> Place:
    compound = Compound(code="c", name="幸福小区", geom=make.ewkt(ground) if ground is not None else None)
    session.add(compound)
    session.flush()
    row = Place(
        code="compound:c",
        kind="compound",
        name="幸福小区",
        address="和平路12号",
        point=make.ewkt_point(lon, lat),
        compound_id=compound.id,
    )
    session.add(row)
    session.flush()
    catch_up(session)
    return row


def reported(session: Session) -> Case:
    received = journey.report(session, make.new_report(WORDS), make.NOW)
    return session.get_one(Case, received.row.case.id)


def near_keys(session: Session) -> dict[str, Notice]:
    return {one.key: one for one in session.scalars(select(Notice)) if one.key.startswith("near:")}


def beside_the_line(town: make.Town) -> tuple[float, float]:
    """Give a point in A, some tens of metres from B."""
    return town.shapes["A"].bounds[2] - 0.0003, town.inside("A")[1]


def test_both_grids_are_named_and_the_other_is_told(session: Session, town: make.Town) -> None:
    leader = make.member(session, branch=town.branches["B"])
    make.posting(session, leader, town.grids["B"], role="grid_leader")
    home(session, *beside_the_line(town))
    case = reported(session)
    assert case.grid_id == town.grids["A"].id
    assert [grid["name"] for grid in case.location["near"]] == ["第B网格"]
    [(key, notice)] = near_keys(session).items()
    assert key == f"near:{case.number}:{town.grids['B'].id}"
    assert (notice.member_id, notice.organisation_id) == (leader.id, None)
    assert "第A网格与第B网格的交界" in notice.body
    assert notice.body.startswith("供知悉")
    located = next(log for log in queries.history(session, case.id) if log.move == "locate")
    assert located.detail["near"] == case.location["near"]


def test_without_a_leader_the_branch_is_told(session: Session, town: make.Town) -> None:
    home(session, *beside_the_line(town))
    reported(session)
    [notice] = near_keys(session).values()
    assert (notice.member_id, notice.organisation_id) == (None, town.branches["B"].id)


def test_who_handles_it_is_not_told_twice(session: Session, town: make.Town) -> None:
    make.posting(session, town.members["A"], town.grids["B"], role="grid_leader")
    home(session, *beside_the_line(town))
    assert reported(session).member_id == town.members["A"].id
    assert near_keys(session) == {}


def test_a_compound_that_lies_in_one_grid_is_near_nothing(session: Session, town: make.Town) -> None:
    lon, lat = beside_the_line(town)
    home(session, lon, lat, shapely.box(lon - 0.0002, lat - 0.0001, town.shapes["A"].bounds[2], lat + 0.0001))
    assert "near" not in reported(session).location
    assert near_keys(session) == {}


def test_a_compound_on_both_sides_is_near_both(session: Session, town: make.Town) -> None:
    lon, lat = town.shapes["A"].bounds[2] - 0.0001, town.inside("A")[1]
    home(session, lon, lat, shapely.box(lon - 0.0005, lat - 0.0001, lon + 0.0005, lat + 0.0001))
    assert [grid["name"] for grid in reported(session).location["near"]] == ["第B网格"]


def test_a_pin_and_a_place_far_from_lines_are_near_nothing(session: Session, town: make.Town) -> None:
    lon, lat = beside_the_line(town)
    case = journey.report(session, make.new_report(WORDS, pin=(lon, lat)), make.NOW).row.case
    assert "near" not in case.location
    assert near_keys(session) == {}


def test_a_case_placed_anew_by_hand_is_near_nothing_and_tells_nobody_twice(
    session: Session, town: make.Town
) -> None:
    home(session, *beside_the_line(town))
    case = reported(session)
    moves.make(session, case, "accept", moves.Actor("grid_member", member_id=case.member_id), make.NOW)
    moves.make(
        session,
        case,
        "refuse",
        moves.Actor("grid_member"),
        make.NOW,
        reason="不在这里",
        detail={"toward": "B"},
    )
    lon, lat = town.inside("B")
    place_by_hand(session, case, moves.Actor("commander"), make.NOW, lon=lon, lat=lat, label="样例路口")
    session.flush()
    assert case.grid_id == town.grids["B"].id
    assert "near" not in case.location
    assert len(near_keys(session)) == 1


def test_the_resident_reads_it(session: Session, town: make.Town, client_here: FlaskClient) -> None:
    home(session, *beside_the_line(town))
    token = journey.report(session, make.new_report(WORDS), make.NOW).tracking_token
    session.flush()
    page = client_here.get(f"/t/{token}", headers={"Accept-Language": "zh"}).get_data(as_text=True)
    assert "位置靠近第A网格与第B网格的交界，已同时告知。" in page


@pytest.fixture
def client_here(
    connection: Connection, test_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    from webmap.app import create_app

    maker = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    monkeypatch.setattr(gis.database, "sessions", lambda: maker)
    return create_app(test_settings, TESTING=True, RATELIMIT_ENABLED=False).test_client()
