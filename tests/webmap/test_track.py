"""A member's own track: sent while the round runs, seen by nobody else, shortened, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.patrols.models import Patrol
from gis.patrols.seen.models import PatrolTrack, SectionSeen
from gis.places.models import Road
from gis.staff.roles import Role
from tests import make

SignIn = Callable[[Role], FlaskClient]
MANY = 120


@pytest.fixture
def patrol(session: Session, town: make.Town) -> Patrol:
    """Give a running round along a street through the middle of grid A."""
    west, south, east, north = town.shapes["A"].bounds
    line = f"SRID=4490;LINESTRING({west} {(south + north) / 2}, {east} {(south + north) / 2})"
    session.add(Road(code="R1", name="样例路", highway="residential", geom=line))
    now = datetime.now(UTC)
    row = Patrol(
        code="R-1", member_id=town.members["A"].id, grid_id=town.grids["A"].id, state="running", route=line,
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def fixes(town: make.Town) -> list[list[float]]:
    west, south, east, north = town.shapes["A"].bounds
    start = datetime.now(UTC).timestamp() - 2 * MANY
    return [
        [start + step, west + (east - west) * step / MANY, (south + north) / 2, 5.0] for step in range(MANY)
    ]


def send(
    client: FlaskClient, patrol: Patrol, given: object, request: str = "fixes-001"
) -> tuple[int, object]:
    answer = client.post(f"/round/{patrol.id}/fixes.json", json={"request": request, "fixes": given})
    return answer.status_code, answer.get_json()


def test_a_track_is_sent_seen_and_counted(
    session: Session, town: make.Town, sign_in: SignIn, patrol: Patrol
) -> None:
    client = sign_in(Role.GRID_MEMBER)
    assert "没有轨迹" in client.get(f"/round/{patrol.id}/track").get_data(as_text=True)
    assert send(client, patrol, fixes(town)) == (200, {"request": "fixes-001", "new": True})
    assert send(client, patrol, fixes(town)) == (200, {"request": "fixes-001", "new": False})
    page = client.get(f"/round/{patrol.id}/track").get_data(as_text=True)
    assert f"{MANY} 个位置" in page
    assert "现在记入" not in page
    assert client.post(f"/round/{patrol.id}/track/count").status_code == 409
    patrol.state = "done"
    session.flush()
    assert "现在记入" in client.get(f"/round/{patrol.id}/track").get_data(as_text=True)
    assert client.post(f"/round/{patrol.id}/track/count").status_code == 303
    assert session.scalar(select(func.sum(SectionSeen.to_m - SectionSeen.from_m))) > 100
    assert send(client, patrol, fixes(town), "fixes-002")[0] == 409


def test_a_track_can_be_shortened_and_deleted(
    session: Session, town: make.Town, sign_in: SignIn, patrol: Patrol
) -> None:
    client = sign_in(Role.GRID_MEMBER)
    send(client, patrol, fixes(town))
    wrong = client.post(f"/round/{patrol.id}/track/drop", data={"since": "9", "until": ""})
    assert wrong.status_code == 422
    assert len(session.scalars(select(PatrolTrack)).one().fixes) == MANY
    assert client.post(f"/round/{patrol.id}/track/drop").status_code == 303
    session.expire_all()
    assert session.scalars(select(PatrolTrack)).one().fixes == []


@pytest.mark.parametrize("role", [Role.BRANCH, Role.COMMANDER, Role.PLANNER, Role.ADMINISTRATOR, Role.AGENCY])
def test_nobody_else_sees_a_track(sign_in: SignIn, patrol: Patrol, role: Role) -> None:
    assert sign_in(role).get(f"/round/{patrol.id}/track").status_code == 403


def test_another_member_does_not_either(
    session: Session, town: make.Town, sign_in: SignIn, patrol: Patrol
) -> None:
    client = sign_in(Role.GRID_MEMBER)
    patrol.member_id = town.members["B"].id
    session.flush()
    assert client.get(f"/round/{patrol.id}/track").status_code == 404
    assert send(client, patrol, fixes(town))[0] == 404


@pytest.mark.parametrize("given", [[[1, 2, 3]], [["a", 1, 2, 3]], "x", [[1.0, 500.0, 3.0, 4.0]]])
def test_what_is_no_fix_is_refused(sign_in: SignIn, patrol: Patrol, given: object) -> None:
    status, said = send(sign_in(Role.GRID_MEMBER), patrol, given)
    assert status == 422
    assert isinstance(said, dict)
    assert said["title"]
