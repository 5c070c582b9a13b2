"""A resident reports in words or with a pin, is told who has it, and follows it; a repeat makes no second case."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.cases.models import Case, Photo, Report
from gis.settings import Settings
from tests.make import Town

NUMBER = "a-request-number-1"


def form(**more: object) -> dict[str, object]:
    return {"text": "路灯坏了两天", "where": "", "client_request_id": NUMBER} | more


def pinned(town: Town, letter: str = "A") -> dict[str, str]:
    lon, lat = town.inside(letter)
    return {"lon": str(lon), "lat": str(lat)}


def cases(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Case)) or 0


def test_the_answer_to_a_pin_names_grid_member_and_deadline(client: FlaskClient, town: Town) -> None:
    answer = client.post("/report", data=form(**pinned(town)), follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "第A网格" in page
    assert town.members["A"].name in page
    assert re.search(r"\d+月\d+日（周.）\d+:\d\d 前处理", page)


def test_words_that_are_not_sure_are_said_to_be_looked_at(client: FlaskClient, town: Town) -> None:
    page = client.post("/report", data=form(where="不知道哪里"), follow_redirects=True).get_data(as_text=True)
    assert "工作人员会先核对位置" in page


def test_the_same_request_number_makes_one_case(client: FlaskClient, town: Town, session: Session) -> None:
    first = client.post("/report", data=form(**pinned(town)))
    second = client.post("/report", data=form(**pinned(town)))
    assert first.location == second.location
    assert cases(session) == 1


def test_a_page_gone_back_to_and_filled_in_anew_is_a_new_report(
    client: FlaskClient, town: Town, session: Session
) -> None:
    first = client.post("/report", data=form(**pinned(town)))
    second = client.post("/report", data=form(**pinned(town), text="垃圾没人清"))
    assert first.location != second.location
    assert cases(session) == 2


def test_a_fault_loses_nothing_that_was_written(client: FlaskClient, session: Session) -> None:
    answer = client.post("/report", data=form(contact="not a number", where="样例路"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "路灯坏了两天" in page
    assert NUMBER in page
    assert 'aria-invalid="true"' in page
    assert cases(session) == 0


def test_a_photo_is_kept_without_what_the_camera_wrote(
    client: FlaskClient, town: Town, session: Session
) -> None:
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "样例相机"
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG", exif=exif)
    picture.seek(0)
    client.post("/report", data=form(**pinned(town), photo=(picture, "a.jpg")))
    photo = session.scalars(select(Photo)).one()
    assert (photo.width_px, photo.kind) == (40, "report")


def test_a_broken_photo_is_a_sentence_and_no_case(client: FlaskClient, town: Town, session: Session) -> None:
    answer = client.post("/report", data=form(**pinned(town), photo=(io.BytesIO(b"no picture"), "a.jpg")))
    assert answer.status_code == 422
    assert "不是能打开的照片" in answer.get_data(as_text=True)
    assert cases(session) == 0


def test_the_telephone_is_sealed_and_not_on_the_tracking_page(
    client: FlaskClient, town: Town, session: Session
) -> None:
    page = client.post("/report", data=form(**pinned(town), contact="13800000000"), follow_redirects=True)
    sealed = session.scalars(select(Report.contact_sealed)).one()
    assert sealed is not None
    assert b"13800000000" not in sealed
    assert "13800000000" not in page.get_data(as_text=True)


def test_ten_megabytes_of_words_are_too_large(client: FlaskClient, town: Town, session: Session) -> None:
    answer = client.post("/report", data=form(**pinned(town), text="路" * 3_500_000))
    assert answer.status_code == 413
    assert "太大" in answer.get_data(as_text=True)
    assert cases(session) == 0


@pytest.mark.parametrize(
    "more",
    [{"text": "路" * 2500}, {"where": "路" * 300}, {"lon": "east", "lat": "1"}, {"lon": "nan", "lat": "1"},
     {"lon": "1e400", "lat": "1"}, {"lon": "400", "lat": "95"}, {"category": "\x00"}, {"category": "路"},
     {"text": "\x00"}, {"contact": "\x00"}, {"client_request_id": "\x00" * 20}, {"where": "", "lon": "", "lat": ""}],
)  # fmt: skip
def test_what_cannot_be_a_report_is_said_beside_its_field(
    client: FlaskClient, town: Town, session: Session, more: dict[str, str]
) -> None:
    answer = client.post("/report", data=form(**pinned(town) | more))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert cases(session) == 0


def test_too_many_in_a_minute_are_told_to_wait(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch, test_settings: Settings
) -> None:
    from webmap.app import create_app
    from webmap.intake import gate

    strict = replace(test_settings, report_limit="3 per hour")
    monkeypatch.setattr(gate, "settings", lambda: strict)
    client = create_app(
        strict, TESTING=True, RATELIMIT_ENABLED=True, RATELIMIT_KEY_PREFIX=uuid4().hex
    ).test_client()
    told = [client.post("/api/reports", json={"text": "路灯"}) for _ in range(4)]
    assert [answer.status_code for answer in told] == [201, 201, 201, 429]
    assert "稍等" in told[-1].get_json()["title"]


@pytest.mark.parametrize("token", ["0" * 22, "x", "..", "%00", "a" * 5000, "'; drop table report"])
def test_a_wrong_link_is_said_to_be_none(client: FlaskClient, token: str) -> None:
    answer = client.get(f"/t/{token}")
    assert answer.status_code == 404
    assert "没有" in answer.get_data(as_text=True)


def test_a_pasted_link_leads_to_its_page(client: FlaskClient, town: Town) -> None:
    sent = client.post("/report", data=form(**pinned(town)))
    token = sent.location.removeprefix("/t/").partition("?")[0]
    for pasted in (token, f"http://127.0.0.1:8000/t/{token}", f" /t/{token}?sent=1 "):
        assert client.get("/t", query_string={"token": pasted}).location == f"/t/{token}"


def test_a_script_in_words_is_shown_as_text(client: FlaskClient, town: Town) -> None:
    words = "<script>alert(1)</script> & <b>"
    page = client.post("/report", data=form(**pinned(town), text=words), follow_redirects=True)
    assert "<script>alert" not in page.get_data(as_text=True)
    assert "&lt;script&gt;alert(1)" in page.get_data(as_text=True)


def picture(colour: str) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    out.seek(0)
    return out


def test_three_photos_are_kept_and_a_fourth_is_said(
    client: FlaskClient, town: Town, session: Session
) -> None:
    colours = ["red", "green", "blue", "white"]
    several = [(picture(colour), f"{colour}.jpg") for colour in colours]
    refused = client.post("/report", data=form(**pinned(town), photo=several))
    assert refused.status_code == 422
    assert "照片最多 3 张" in refused.get_data(as_text=True)
    assert cases(session) == 0
    several = [(picture(colour), f"{colour}.jpg") for colour in colours[:3]]
    assert client.post("/report", data=form(**pinned(town), photo=several)).status_code == 303
    assert session.scalar(select(func.count()).select_from(Photo)) == 3


def test_a_photo_comes_with_a_voice_too(client: FlaskClient, town: Town, session: Session) -> None:
    client.post("/report", data=form(**pinned(town)))
    case = session.scalars(select(Case)).one()
    more = {"client_request_id": "voice-000009", "join": case.number, "photo": (picture("red"), "a.jpg")}
    assert client.post("/report", data=form(**pinned(town)) | more).status_code == 303
    assert session.scalars(select(Photo)).one().case_id == case.id


def test_the_tracking_page_says_how_the_deadline_was_reckoned_and_has_a_code(
    client: FlaskClient, town: Town
) -> None:
    sent = client.post("/report", data=form(**pinned(town)))
    page = client.get(sent.location).get_data(as_text=True)
    assert "时限是怎么算的" in page
    assert re.search(r"这类问题的时限是 3 ?个?工作日", page)
    assert f'href="/grids/{town.grids["A"].code}"' in page
    token = sent.location.removeprefix("/t/").partition("?")[0]
    assert f"/t/{token}/qr.svg" in page
    code = client.get(f"/t/{token}/qr.svg")
    assert code.mimetype == "image/svg+xml"
    assert code.headers["Cache-Control"] == "private, no-store"
    assert client.get("/t/0123456789/qr.svg").status_code == 404


def test_a_resident_deletes_their_number(client: FlaskClient, town: Town, session: Session) -> None:
    sent = client.post("/report", data=form(**pinned(town), contact="19900000001"))
    token = sent.location.removeprefix("/t/").partition("?")[0]
    assert "还没有人查看过" in client.get(f"/t/{token}").get_data(as_text=True)
    page = client.post(f"/t/{token}/forget", follow_redirects=True).get_data(as_text=True)
    assert "您的电话已删除" in page
    assert session.scalars(select(Report)).one().contact_sealed is None
    assert client.post("/t/0123456789/forget").status_code == 404
