"""The page of nicknames: teaching by place, by point and by words alone; what is refused is said beside its field."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gis.places.indexing import catch_up
from gis.places.models import Place
from gis.staff.roles import Role
from tests import make
from tests.places.city import add_places


@pytest.fixture
def member(session: Session, town: make.Town, sign_in: Callable[[Role], FlaskClient]) -> FlaskClient:
    add_places(
        session,
        [
            ("home", "compound", "幸福小区", "和平路12号", *town.inside("A")),
            ("other", "compound", "锦绣花园", "长江路3号", *town.inside("B")),
        ],
    )
    catch_up(session)
    return sign_in(Role.GRID_MEMBER)


def row(session: Session, code: str) -> Place:
    return session.query(Place).filter_by(code=code).one()


def test_a_nickname_is_taught_shown_and_ended(session: Session, member: FlaskClient) -> None:
    answer = member.post("/nicknames", data={"name": "老粮站", "place": row(session, "home").id})
    assert (answer.status_code, answer.location) == (303, "/nicknames")
    page = member.get("/nicknames").get_data(as_text=True)
    assert "老粮站" in page
    assert "网格员" in page
    assert member.get("/search.json?q=llz").get_json()[0]["label"] == "幸福小区"
    taught = session.query(Place).filter_by(name="老粮站").one()
    assert member.post(f"/nicknames/{taught.id}/end").status_code == 303
    assert member.get("/search.json?q=llz").get_json() == []
    assert "不再使用" in member.get("/nicknames").get_data(as_text=True)


def test_a_point_and_bare_words_do_as_well(session: Session, town: make.Town, member: FlaskClient) -> None:
    lon, lat = town.inside("A")
    assert member.post("/nicknames", data={"name": "歪脖子树", "lon": lon, "lat": lat}).status_code == 303
    assert member.post("/nicknames", data={"name": "老粮站", "where": "幸福小区"}).status_code == 303
    assert session.query(Place).filter_by(name="老粮站").one().named_id == row(session, "home").id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "站", "where": "幸福小区"}, "name"),
        ({"name": "老粮站", "where": "没有这里"}, "place"),
        ({"name": "老粮站"}, "place"),
        ({"name": "老粮站", "place": "999999"}, "place"),
        ({"name": "老粮站", "place": "x"}, "place"),
        ({"name": "老粮站", "where": "锦绣花园"}, "place"),
        ({"name": "幸福小区", "where": "幸福小区"}, "name"),
    ],
)
def test_what_is_refused_is_said_beside_its_field(
    session: Session, member: FlaskClient, given: dict[str, str], field: str
) -> None:
    answer = member.post("/nicknames", data=given)
    assert answer.status_code == 422
    assert f'id="wrong-{field}"' in answer.get_data(as_text=True)
    assert session.query(Place).filter_by(kind="nickname").count() == 0


def test_nobody_ends_a_nickname_of_other_ground(
    session: Session, member: FlaskClient, sign_in: Callable[[Role], FlaskClient]
) -> None:
    sign_in(Role.COMMANDER).post("/nicknames", data={"name": "大花园", "where": "锦绣花园"})
    taught = session.query(Place).filter_by(name="大花园").one()
    assert sign_in(Role.GRID_MEMBER).post(f"/nicknames/{taught.id}/end").status_code == 404
    assert taught.ended_at is None
