"""A town of two grids for the tests of the map: `A` and `B` share a line; `A` has a branch, people and cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from geoalchemy2.shape import from_shape
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from gis.cases.models import Case, CaseType
from gis.grids.models import Area, AreaVersion, Grid, GridVersion
from gis.patrols.models import Patrol, Visit
from gis.places.models import Building, Ground, Household, Road
from gis.staff.models import Account, GridBranch, Member, Organisation, Posting
from tests.draw import draw
from webmap import idle

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
ALWAYS = Range(SINCE, None)
WEST, SOUTH = 116.3, 39.9


def stored(shape: shapely.Geometry) -> object:
    return from_shape(shape, srid=4490)


def many(shape: shapely.Geometry) -> object:
    return stored(shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape]))


@dataclass
class MapTown:
    """The rows the tests ask for."""

    session: Session
    community: int
    grids: dict[str, int]
    member: int
    case_type: int
    commander: int
    grid_member: int

    def case(self, lon: float, lat: float, grid: str | None = "A", **given: object) -> Case:
        now = datetime.now(UTC)
        values = {
            "number": f"T{self.session.query(Case).count() + 1:06d}",
            "case_type_id": self.case_type,
            "text": "样例",
            "state": "assigned",
            "reported_at": now,
            "moved_at": now,
            "due_at": now + timedelta(days=1),
            "point": stored(shapely.Point(lon, lat)),
            "grid_id": self.grids[grid] if grid else None,
        }
        row = Case(**(values | given))
        self.session.add(row)
        self.session.flush()
        return row


def _add(session: Session, row: object) -> int:
    session.add(row)
    session.flush()
    return int(row.id)  # type: ignore[attr-defined]


def make_map_town(session: Session) -> MapTown:
    """Write the town's rows into the test's transaction."""
    pictures = draw("AAB AAB", west=WEST, south=SOUTH)
    whole = shapely.union_all(list(pictures.values()))
    parent = None
    for level, code in (("subdistrict", "990102001000"), ("community", "990102001001")):
        area = _add(session, Area(level=level, code=code))
        name = {"subdistrict": "样例街道", "community": "样例社区"}[level]
        _add(session, AreaVersion(area_id=area, parent_id=parent, name=name, geom=many(whole), valid=ALWAYS))
        parent = area
    assert parent is not None
    grids = {}
    for number, (letter, shape) in enumerate(pictures.items(), 1):
        grids[letter] = _add(session, Grid(code=f"990102001001{number:03d}"))
        _add(
            session,
            GridVersion(
                grid_id=grids[letter],
                community_id=parent,
                name=f"第{number}网格",
                geom=many(shape),
                valid=ALWAYS,
            ),
        )
    member = _people(session, parent, grids["A"])
    case_type = _add(
        session,
        CaseType(
            code="E01", kind="event", name="路灯", name_en="Lamp", field="基础设施维护", limit_value=1,
            limit_unit="WD", authority="grid", valid=ALWAYS,
        ),
    )  # fmt: skip
    commander = _add(session, Account(name="c", password_hash="x", role="commander", area_id=parent))
    own = _add(session, Account(name="m", password_hash="x", role="grid_member", member_id=member))
    _places(session, grids)
    _rounds(session, grids["A"], member)
    return MapTown(session, parent, grids, member, case_type, commander, own)


def _people(session: Session, community: int, grid: int) -> int:
    committee = _add(
        session, Organisation(code="O1", name="样例社区党委", kind="committee", area_id=community)
    )
    branch = _add(session, Organisation(code="O2", name="第一党支部", kind="branch", parent_id=committee))
    _add(session, GridBranch(grid_id=grid, organisation_id=branch, valid=ALWAYS))
    member = _add(session, Member(code="M1", name="样例员001", organisation_id=branch))
    _add(session, Posting(member_id=member, grid_id=grid, role="grid_leader", valid=ALWAYS))
    return member


def _places(session: Session, grids: dict[str, int]) -> None:
    for number in range(4):
        west = WEST + 0.0002 + number * 0.0006
        grid = grids["A" if number < 3 else "B"]
        footprint = shapely.box(west, SOUTH + 0.0005, west + 0.0003, SOUTH + 0.0007)
        building = _add(
            session, Building(code=f"B{number}", name=f"{number + 1}号楼", geom=many(footprint), grid_id=grid)
        )
        for room in range(3):
            _add(
                session,
                Household(
                    code=f"H{number}-{room}",
                    building_id=building,
                    grid_id=grid,
                    point=stored(footprint.centroid),
                ),
            )
    for number in range(3):
        line = shapely.LineString([(WEST + step * 0.001, SOUTH + 0.001) for step in (number, number + 1)])
        _add(session, Road(code=f"R{number}", name="样例路", highway="residential", geom=stored(line)))
    water = shapely.box(WEST, SOUTH + 0.0015, WEST + 0.003, SOUTH + 0.0018)
    _add(session, Ground(code="G1", kind="water", name="样例河", geom=stored(water)))


def _rounds(session: Session, grid: int, member: int) -> None:
    now = datetime.now(UTC)
    way = shapely.LineString([(WEST, SOUTH + 0.001), (WEST + 0.002, SOUTH + 0.001)])
    stops = [
        {"lon": WEST + 0.0005, "lat": SOUTH + 0.001, "label": "1号楼", "done": True},
        {"lon": WEST + 0.0015, "lat": SOUTH + 0.001, "label": "2号楼"},
    ]
    session.add(
        Patrol(
            code="P1", member_id=member, grid_id=grid, starts_at=now, ends_at=now + timedelta(hours=2),
            state="running", route=stored(way), stops=stops,
        )
    )  # fmt: skip
    households = session.query(Household).filter(Household.grid_id == grid).order_by(Household.id).limit(2)
    for days, household in zip((10, 21), households, strict=True):
        session.add(
            Visit(household_id=household.id, member_id=member, at=now - timedelta(days=days, hours=1))
        )
    session.flush()


@pytest.fixture
def town(session: Session) -> MapTown:
    return make_map_town(session)


@pytest.fixture
def client(app: Flask, town: MapTown) -> FlaskClient:
    """Give a client of the app, on the test's own transaction."""
    del town  # its rows are there
    return app.test_client()


def sign_in(client: FlaskClient, account_id: int) -> None:
    with client.session_transaction() as cookie:
        cookie.update(account=account_id, epoch=0)
    with client.application.app_context():
        client.set_cookie(idle.COOKIE, idle.stamp(account_id))
