"""Programs report in JSON: typed, idempotent, answered in one go; faults are problem details, never a defect."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.cases.models import Case
from tests.make import Town


def body(town: Town, **more: Any) -> dict[str, Any]:
    lon, lat = town.inside("A")
    given = {"text": "路灯不亮", "lon": lon, "lat": lat, "client_request_id": "api-request-1"}
    return {name: value for name, value in (given | more).items() if value is not ...}


def test_a_report_is_answered_with_who_has_it(client: FlaskClient, town: Town) -> None:
    answer = client.post("/api/reports", json=body(town))
    told = answer.get_json()
    assert answer.status_code == 201
    assert told["grid"] == "第A网格"
    assert told["grid_code"] == "990102001001001"
    assert told["branch"] == "第A网格党支部"
    assert told["member"] == town.members["A"].name
    assert told["state"] == "assigned"
    assert told["due_at"]
    assert "前处理" in told["sentence"]


def test_a_repeat_gets_the_same_case(client: FlaskClient, town: Town, session: Session) -> None:
    first = client.post("/api/reports", json=body(town))
    again = client.post("/api/reports", json=body(town))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_gcj02_and_wgs84_of_one_place_fall_on_one_grid(client: FlaskClient, town: Town) -> None:
    from gis.geometry.crs import convert

    lon, lat = convert(*town.inside("B"), source="wgs84", target="gcj02")
    answer = client.post("/api/reports", json=body(town, lon=float(lon), lat=float(lat), crs="gcj02"))
    assert answer.get_json()["grid"] == "第B网格"


def test_english_is_answered_in_english(client: FlaskClient, town: Town) -> None:
    told = client.post("/api/reports", json=body(town, language="en")).get_json()
    assert told["sentence"].startswith("Your report")


def test_the_token_follows_the_case(client: FlaskClient, town: Town) -> None:
    token = client.post("/api/reports", json=body(town)).get_json()["token"]
    told = client.get(f"/api/reports/{token}").get_json()
    assert told["state"] == "assigned"
    assert told["steps"][0]["sentence"] == "收到您反映的问题"


def test_categories_are_listed(client: FlaskClient, town: Town) -> None:
    assert [row["code"] for row in client.get("/api/categories").get_json()["categories"]] == ["C0118"]


BAD: dict[str, Any] = {
    "no text": {"text": ...},
    "empty text": {"text": "   "},
    "only unprintable text": {"text": "\x00\x07\u200b"},
    "too long": {"text": "路" * 2001},
    "text is a number": {"text": 5},
    "text is a list": {"text": ["路灯"]},
    "lon is a word": {"lon": "east"},
    "lon is huge": {"lon": 1e300},
    "lon is no number": {"lon": float("nan")},
    "lon is infinite": {"lon": float("inf")},
    "lon without lat": {"lat": ...},
    "lat and lon swapped beyond the pole": {"lon": 39.9, "lat": 116.3},
    "unknown system": {"crs": "mars"},
    "unknown category": {"category": "X9999"},
    "zero byte in category": {"category": "C\x000118"},
    "category as a script": {"category": "<script>"},
    "a member's channel": {"channel": "member"},
    "unknown language": {"language": "xx"},
    "short request number": {"client_request_id": "x"},
    "zero byte in request number": {"client_request_id": "aaaaaaaaaa\x00"},
    "contact is words": {"contact": "call me"},
    "an unknown field": {"admin": True},
}


@pytest.mark.parametrize("more", BAD.values(), ids=BAD.keys())
def test_bad_input_is_a_sentence_and_writes_nothing(
    client: FlaskClient, town: Town, session: Session, more: dict[str, Any]
) -> None:
    answer = client.post("/api/reports", data=json.dumps(body(town, **more)), content_type="application/json")
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    assert len(answer.get_json()["title"]) > 8
    assert session.scalar(select(func.count()).select_from(Case)) == 0


RAW = {
    "no JSON": b"text=lamp",
    "half JSON": b'{"text": "lamp"',
    "a list": b"[]",
    "null": b"null",
    "nothing": b"",
    "not UTF-8": b'{"text": "\xff\xfe"}',
    "half a surrogate": b'{"text": "\\ud800"}',
    "a number of 400 digits": b'{"text": "lamp", "lon": ' + b"9" * 400 + b', "lat": 1}',
    "deep": b"[" * 5000,
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW.keys())
def test_what_is_no_report_is_a_sentence(client: FlaskClient, raw: bytes) -> None:
    answer = client.post("/api/reports", data=raw, content_type="application/json")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def test_ten_megabytes_are_too_large(client: FlaskClient) -> None:
    raw = json.dumps({"text": "路" * 3_500_000}).encode()
    answer = client.post("/api/reports", data=raw, content_type="application/json")
    assert answer.status_code == 413
    assert answer.get_json()["code"] == "too-large"


@pytest.mark.parametrize("token", ["nothing-of-the-kind", "%00%00%00%00%00%00%00%00", "x" * 3000])
def test_an_unknown_token_is_none(client: FlaskClient, token: str) -> None:
    answer = client.get(f"/api/reports/{token}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
