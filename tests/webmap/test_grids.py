"""My grid, my people: found by an address without the address going anywhere; the card, its drawing and its code."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import make
from tests.make import Town
from webmap.public import codes
from webmap.public.sketch import frame_of


def test_a_point_leads_to_its_grid(client: FlaskClient, town: Town) -> None:
    lon, lat = town.inside("B")
    answer = client.post("/find", data={"lon": str(lon), "lat": str(lat)})
    assert (answer.status_code, answer.location) == (303, f"/grids/{town.grids['B'].code}")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "请写下地址"),
        ({"where": "没有这个地方"}, "没有找到这个地址"),
        ({"lon": "1", "lat": "1"}, "没有划入任何网格"),
        ({"lon": "500", "lat": "1"}, "没有划入任何网格"),
        ({"lon": "x", "lat": "1"}, "应当是数字"),
    ],
)
def test_what_leads_nowhere_is_said(client: FlaskClient, given: dict[str, str], words: str) -> None:
    answer = client.post("/find", data=given)
    assert answer.status_code == 422
    assert words in answer.text
    assert given.get("where", "") in answer.text


def test_the_card_names_who_answers_and_no_private_telephone(
    client: FlaskClient, town: Town, session: Session
) -> None:
    town.branches["A"].office_phone, town.branches["A"].office_hours = "010-99990000", "周一至周五 9:00-17:00"
    session.flush()
    for address in ("", "/card"):
        page = client.get(f"/grids/{town.grids['A'].code}{address}").text
        assert town.members["A"].name in page
        assert town.branches["A"].name in page
        assert "010-99990000" in page
        assert "9:00-17:00" in page
    assert "样例" in page


def test_a_grid_without_anybody_says_who_answers_then(
    client: FlaskClient, town: Town, session: Session
) -> None:
    lonely = make.grid(session, "990102001001009", town.shapes["B"], town.community, kind="micro")
    page = client.get(f"/grids/{lonely.code}").text
    assert "由支部或社区负责" in page
    assert "还没有登记" in page


def test_the_map_is_a_drawing_without_other_hosts(client: FlaskClient, town: Town) -> None:
    answer = client.get(f"/grids/{town.grids['A'].code}/map.svg")
    assert answer.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(answer.data)  # noqa: S314 - ours
    paths = [one.get("d", "") for one in root.iter("{http://www.w3.org/2000/svg}path")]
    assert any(path.startswith("M") and path.endswith("Z") for path in paths)
    assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")


def test_the_frame_holds_the_grid_with_room_around_it(town: Town) -> None:
    shape = town.shapes["A"]
    frame = frame_of(shape)
    west, south, east, north = shape.bounds
    assert frame.sides[0] < west < east < frame.sides[2]
    assert frame.sides[1] < south < north < frame.sides[3]
    put = frame.put(shape)
    assert 0 < put.bounds[0] < put.bounds[2] < frame.width
    assert 0 < put.bounds[1] < put.bounds[3] < frame.height


def test_the_code_leads_to_the_page(client: FlaskClient, town: Town) -> None:
    code = town.grids["A"].code
    answer = client.get(f"/grids/{code}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text == codes.qr(f"http://127.0.0.1:8000/grids/{code}")
    assert re.search(r'viewBox="0 0 \d+ \d+"', answer.text)
    assert codes.qr("a") != codes.qr("b")


@pytest.mark.parametrize("code", ["0", "x" * 900, "%01", "'; drop table grid --"])
@pytest.mark.parametrize("rest", ["", "/card", "/map.svg", "/qr.svg"])
def test_a_grid_that_is_none_is_not_found(client: FlaskClient, code: str, rest: str) -> None:
    assert client.get(f"/grids/{code}{rest}").status_code == 404
