"""The search box over the web: anybody may ask; a sentence for what cannot be asked."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gis.places.indexing import catch_up
from tests.places.city import add_places

JSON = {"Accept": "application/json"}


@pytest.fixture
def places(session: Session) -> None:
    add_places(
        session,
        [
            ("1", "compound", "幸福小区", "和平路12号", 116.3, 39.9),
            ("2", "building", "幸福小区3号楼", "和平路12号", 116.301, 39.9),
        ],
    )
    catch_up(session)


@pytest.mark.usefixtures("places")
def test_a_visitor_finds_places_by_initials(client: FlaskClient) -> None:
    answer = client.get("/search.json?q=xfxq3&near=116.3,39.9")
    assert answer.get_json()[0] == {
        "id": answer.get_json()[0]["id"],
        "label": "幸福小区3号楼",
        "detail": "和平路12号",
        "words": "和平路12号幸福小区3号楼",
        "level": "building",
        "kind": "building",
        "lon": 116.301,
        "lat": 39.9,
        "confidence": None,
    }
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.usefixtures("places")
def test_a_whole_address_has_a_confidence(client: FlaskClient) -> None:
    [first, *_] = client.get("/search.json?q=和平路12号幸福小区3号楼的灯").get_json()
    assert first["label"] == "幸福小区3号楼"
    assert first["confidence"] > 0.9


@pytest.mark.parametrize("words", ["", "%00", "%20", "灯坏了"])
def test_nothing_is_found_for_nothing(client: FlaskClient, words: str) -> None:
    assert client.get(f"/search.json?q={words}").get_json() == []


@pytest.mark.parametrize(
    "query", ["q=" + "路" * 201, "q=路&near=1", "q=路&near=a,b", "q=路&near=999,0", "q=路&near=1,2,3"]
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/search.json?{query}", headers=JSON)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-input")
