"""A picture is public only after a person looked and covered; the original never; and an approval can be taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gis.cases import photos, publicly
from gis.cases.covering import COLOUR
from gis.cases.journey import report
from gis.cases.models import Case, CaseType, Photo
from gis.cases.picture_models import PictureDecision, PublicPicture
from gis.settings import settings
from gis.staff.roles import Role
from tests import make

SignIn = Callable[[Role], FlaskClient]
WORDS = "三号楼样例家门口的路灯坏了"
COVER = {"left": "10", "top": "10", "width": "50", "height": "50", "looked": "yes"}


def jpeg() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (400, 200), (250, 240, 230)).save(out, "JPEG")
    out.seek(0)
    return out


@pytest.fixture
def photo(session: Session, town: make.Town) -> Photo:
    case_id = report(session, make.new_report(WORDS, pin=town.inside("A")), datetime.now(UTC)).row.case.id
    row = photos.keep(session, case_id, jpeg(), "report", datetime.now(UTC))
    session.flush()
    return row


def number_of(session: Session, photo: Photo) -> str:
    return session.get_one(Case, photo.case_id).number


def kind(session: Session, word: str) -> None:
    session.execute(update(CaseType).values(kind=word))
    session.expire_all()


def approve(client: FlaskClient, photo: Photo, **more: str) -> int:
    return client.post(f"/pictures/{photo.id}/approve", data=COVER | more).status_code


def public(session: Session) -> PublicPicture | None:
    session.expire_all()
    return session.scalars(select(PublicPicture)).first()


def test_nothing_is_public_before_somebody_looked(
    client: FlaskClient, session: Session, photo: Photo
) -> None:
    page = client.get(f"/c/{number_of(session, photo)}").text
    assert "<img" not in page
    assert client.get(f"/pictures/{photo.id}.jpg").status_code == 401
    assert client.get(f"/cases/{photo.case_id}/photos/{photo.id}").status_code == 401
    assert client.get(f"/p/{photo.sha256}.jpg").status_code == 404


def test_the_public_sees_the_painted_copy_and_not_the_original(
    sign_in: SignIn, session: Session, photo: Photo
) -> None:
    client = sign_in(Role.BRANCH)
    assert f'href="/pictures/{photo.id}"' in client.get("/pictures").text
    assert approve(client, photo) == 303
    row = public(session)
    assert row is not None
    client.post("/sign-out")
    page = client.get(f"/c/{number_of(session, photo)}").text
    assert f"/p/{row.token}.jpg" in page
    assert str(photo.sha256) not in page
    with client.get(f"/p/{row.token}.jpg") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-cache"
        body = answer.data
    shown = Image.open(io.BytesIO(body)).convert("RGB")
    inside = shown.getpixel((140, 60))
    assert isinstance(inside, tuple)
    assert max(abs(one - other) for one, other in zip(inside, COLOUR, strict=True)) < 8
    assert body != photos.path_of(photo).read_bytes()
    [decided] = session.scalars(select(PictureDecision))
    assert (decided.decision, decided.covered) == (
        "approve",
        [{"left": 10.0, "top": 10.0, "width": 50.0, "height": 50.0}],
    )


def test_a_withdrawn_picture_is_gone_for_good(sign_in: SignIn, session: Session, photo: Photo) -> None:
    client = sign_in(Role.COMMANDER)
    approve(client, photo)
    row = public(session)
    assert row is not None
    token, path = row.token, settings().upload_folder / "public" / f"{row.token}.jpg"
    assert path.exists()
    assert approve(client, photo) == 409
    assert client.post(f"/pictures/{photo.id}/withdraw", data={"reason": "有人"}).status_code == 303
    assert client.get(f"/p/{token}.jpg").status_code == 404
    assert not path.exists()
    assert photos.path_of(photo).exists(), "the original stays with the case"
    assert public(session) is None
    assert client.post(f"/pictures/{photo.id}/withdraw").status_code == 404
    assert approve(client, photo) == 303
    again = public(session)
    assert again is not None
    assert again.token != token
    page = client.get(f"/pictures/{photo.id}").text
    assert page.count("遮盖 1 处") == 2
    assert "有人" in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"looked": ""}, "先看过整张照片"),
        ({"width": ""}, "写全四个数"),
        ({"left": "120"}, "不在照片里"),
        ({"top": "many"}, "应当是数字"),
    ],
)
def test_a_fault_is_said_and_publishes_nothing(
    sign_in: SignIn, session: Session, photo: Photo, more: dict[str, str], words: str
) -> None:
    answer = sign_in(Role.BRANCH).post(f"/pictures/{photo.id}/approve", data=COVER | more)
    assert answer.status_code == 422
    assert words in answer.text
    assert public(session) is None
    folder = settings().upload_folder / "public"
    assert not list(Path(folder).glob("*.part"))


def test_a_look_without_a_script_shows_what_is_covered(sign_in: SignIn, photo: Photo) -> None:
    client = sign_in(Role.BRANCH)
    page = client.post(f"/pictures/{photo.id}/approve", data=COVER | {"do": "look"}).text
    assert "?parts=10.0%2C10.0%2C50.0%2C50.0%3B" in page
    shown = Image.open(io.BytesIO(client.get(f"/pictures/{photo.id}.jpg?parts=10,10,50,50;").data))
    assert shown.convert("RGB").getpixel((300, 150)) != shown.convert("RGB").getpixel((100, 60))


def test_what_is_not_for_everybody_leaves_the_list(sign_in: SignIn, session: Session, photo: Photo) -> None:
    client = sign_in(Role.BRANCH)
    assert client.post(f"/pictures/{photo.id}/keep-back", data={"reason": "孩子的脸"}).status_code == 303
    assert "没有等着看的照片" in client.get("/pictures").text
    assert public(session) is None


def test_only_those_who_answer_for_the_ground_decide(
    sign_in: SignIn, session: Session, photo: Photo, town: make.Town
) -> None:
    for role in (Role.GRID_MEMBER, Role.PLANNER, Role.AGENCY, Role.ADMINISTRATOR):
        assert approve(sign_in(role), photo) == 403
    client = sign_in(Role.BRANCH)
    case = session.get_one(Case, photo.case_id)
    case.grid_id, case.organisation_id = town.grids["B"].id, town.branches["B"].id
    session.flush()
    for address in (f"/pictures/{photo.id}", f"/pictures/{photo.id}.jpg"):
        assert client.get(address).status_code == 404
    assert approve(client, photo) == 404


def test_a_matter_about_a_person_is_never_public(sign_in: SignIn, session: Session, photo: Photo) -> None:
    client = sign_in(Role.COMMANDER)
    approve(client, photo)
    row = public(session)
    assert row is not None
    token = row.token
    kind(session, "livelihood")
    assert client.get(f"/c/{number_of(session, photo)}").status_code == 404
    assert client.get(f"/p/{token}.jpg").status_code == 404
    assert f"/pictures/{photo.id}" not in client.get("/pictures").text


def features(client: FlaskClient) -> list[dict]:  # type: ignore[type-arg]
    found = client.get("/layers/matters.geojson?bbox=100,20,130,50").get_json()["features"]
    return list(found)


def test_the_public_map_says_category_state_grid_and_day_only(
    client: FlaskClient, session: Session, photo: Photo
) -> None:
    [one] = features(client)
    assert set(one["properties"]) == {"number", "category", "state", "word", "grid", "since"}
    assert "样例家" not in str(one)
    lon, lat = one["geometry"]["coordinates"]
    assert (round(lon, 4), round(lat, 4)) == (lon, lat)
    page = client.get(f"/c/{number_of(session, photo)}").text
    assert "样例家" not in page
    assert "第A网格" in page


def test_an_event_is_public_only_with_an_approved_picture(
    sign_in: SignIn, session: Session, photo: Photo
) -> None:
    client = sign_in(Role.COMMANDER)
    kind(session, "event")
    assert features(client) == []
    assert client.get(f"/c/{number_of(session, photo)}").status_code == 404
    approve(client, photo)
    assert len(features(client)) == 1


def test_what_is_done_stays_thirty_days_with_a_picture(
    sign_in: SignIn, session: Session, photo: Photo
) -> None:
    client = sign_in(Role.COMMANDER)
    case = session.get_one(Case, photo.case_id)
    case.state, case.closed_at = "closed", datetime.now(UTC) - timedelta(days=29)
    session.flush()
    assert features(client) == []
    approve(client, photo)
    assert [one["properties"]["state"] for one in features(client)] == ["closed"]
    case.closed_at -= timedelta(days=2)
    session.flush()
    assert features(client) == []
    assert client.get(f"/c/{case.number}").status_code == 404


@pytest.mark.parametrize("state", [*publicly.UNSHOWN])
def test_what_is_no_case_yet_or_no_more_is_not_shown(
    client: FlaskClient, session: Session, photo: Photo, state: str
) -> None:
    session.execute(update(Case).values(state=state))
    session.expire_all()
    assert features(client) == []


@pytest.mark.parametrize(
    "address", ["/c/0", "/c/%00", "/c/" + "9" * 900, "/p/x.jpg", "/p/" + "a" * 900 + ".jpg"]
)
def test_strange_names_are_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
