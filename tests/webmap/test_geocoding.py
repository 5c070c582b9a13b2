"""The page of files: for commanders and planners, each their own."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gis.places.indexing import catch_up
from gis.staff.geocode_jobs import GeocodeJob
from gis.staff.roles import Role
from tests.places.city import add_places

TEXTS = "id,text\n1,和平路12号幸福小区的灯坏了\n2,\n"


@pytest.fixture
def commander(session: Session, sign_in: Callable[[Role], FlaskClient]) -> FlaskClient:
    add_places(session, [("1", "compound", "幸福小区", "和平路12号", 116.3, 39.9)])
    catch_up(session)
    return sign_in(Role.COMMANDER)


def send(client: FlaskClient, words: str = TEXTS, name: str = "热线.csv") -> int:
    return client.post("/geocode", data={"file": (io.BytesIO(words.encode()), name)}).status_code


def test_a_file_goes_in_and_its_answers_come_out(
    session: Session, commander: FlaskClient, sign_in: Callable[[Role], FlaskClient]
) -> None:
    from tasks import geocoding

    assert send(commander) == 303
    job = session.query(GeocodeJob).one()
    [progress] = commander.get("/geocode/jobs.json").get_json()
    assert (progress["state"], progress["open"]) == ("waiting", True)
    assert commander.get(f"/geocode/{job.id}/result").status_code == 404
    assert geocoding.work() == 1
    with commander.get(f"/geocode/{job.id}/result") as result:
        assert result.headers["Content-Disposition"].startswith("attachment")
        assert "auto" in result.get_data(as_text=True)
    with commander.get(f"/geocode/{job.id}/faults") as faults:
        assert "没有文字" in faults.get_data(as_text=True)
    assert commander.get(f"/geocode/{job.id}/in").status_code == 404
    page = commander.get("/geocode").get_data(as_text=True)
    assert "定位 1 行" in page
    others = sign_in(Role.PLANNER)
    assert others.get(f"/geocode/{job.id}/result").status_code == 404
    assert others.get("/geocode/jobs.json").get_json() == []


@pytest.mark.parametrize(
    ("words", "name"), [("", "a.csv"), ("a,b\n1,2\n", "a.csv"), (TEXTS, "a.txt"), (TEXTS, "")]
)
def test_what_cannot_be_used_is_said(session: Session, commander: FlaskClient, words: str, name: str) -> None:
    assert send(commander, words, name) == 422
    assert session.query(GeocodeJob).count() == 0


def test_no_file_at_all_is_said(commander: FlaskClient) -> None:
    assert commander.post("/geocode", data={}).status_code == 422
