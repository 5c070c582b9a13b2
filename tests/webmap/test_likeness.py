"""While reporting: what was reported nearby, without anybody's words; on the case page: merging and undoing it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gis.cases.journey import report
from gis.cases.models import Case, Report
from gis.staff.roles import Role
from tests import make

SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def cases(session: Session, town: make.Town) -> list[Case]:
    from datetime import UTC, datetime

    rows = [
        report(session, make.new_report(words, pin=town.inside("A")), datetime.now(UTC)).row.case.id
        for words in ("三号楼前的路灯坏了", "路灯又不亮了")
    ]
    return [session.get_one(Case, one) for one in rows]


def _ask(client: FlaskClient, town: make.Town, **other: object) -> dict:  # type: ignore[type-arg]
    lon, lat = town.inside("A")
    given = {"text": "路灯不亮，晚上看不见", "lon": lon, "lat": lat} | other
    answer = client.post("/similar.json", json=given)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    return dict(answer.json or {})


@pytest.mark.usefixtures("cases")
def test_open_cases_nearby_are_shown_without_words_of_others(client: FlaskClient, town: make.Town) -> None:
    said = _ask(client, town)
    assert len(said["similar"]) == 2
    assert set(said["similar"][0]) == {"number", "category", "place", "state", "since", "distance_m"}
    assert "三号楼" not in str(said["similar"])
    assert [one["code"] for one in said["categories"]] == ["C0118"]
    assert said["categories"][0]["percent"] is None


@pytest.mark.parametrize(
    "given",
    [{"lon": None, "lat": None}, {"text": ""}, {"text": "没有这样的事"}, {"lon": 500.0}, {"category": "X1"}],
)
@pytest.mark.usefixtures("cases")
def test_without_a_place_or_a_matter_nothing_is_alike(
    client: FlaskClient, town: make.Town, given: dict[str, object]
) -> None:
    make_other = _ask(client, town, **given)
    assert make_other["similar"] == [] or given == {"text": "没有这样的事"}


def test_a_home_is_not_named_to_strangers() -> None:
    from webmap.intake.similar import DOOR

    assert DOOR.sub("", "和平里小区3号楼2单元501室") == "和平里小区3号楼"
    assert DOOR.sub("", "和平路12号") == "和平路12号"


def test_a_voice_is_added_from_the_form(
    client: FlaskClient, session: Session, town: make.Town, cases: list[Case]
) -> None:
    lon, lat = town.inside("A")
    form = {"text": "我家也是", "where": "", "lon": lon, "lat": lat, "join": cases[0].number}
    answer = client.post("/report", data=form | {"client_request_id": "voice-000001"})
    assert answer.status_code == 303
    assert session.query(Report).filter_by(case_id=cases[0].id).count() == 2
    page = client.get(answer.location).get_data(as_text=True)
    assert cases[0].number in page
    gone = client.post("/report", data=form | {"client_request_id": "voice-000002", "join": "20000101000001"})
    assert gone.status_code == 422
    assert "我家也是" in gone.get_data(as_text=True)


def test_a_commander_merges_on_the_case_page_and_takes_it_back(
    sign_in: SignIn, session: Session, cases: list[Case]
) -> None:
    client = sign_in(Role.COMMANDER)
    kept, other = cases
    page = client.get(f"/cases/{other.id}").get_data(as_text=True)
    assert kept.number in page
    assert "看起来是同一件事" in page
    form = {"into": kept.number, "reason": "同一盏灯", "revision": str(other.revision)}
    answer = client.post(f"/cases/{other.id}/merge", data=form)
    assert answer.status_code == 303
    session.refresh(other)
    assert other.merged_into_id == kept.id
    assert other.number in client.get(f"/cases/{kept.id}").get_data(as_text=True)
    token = session.query(Report).filter_by(case_id=other.id).one().tracking_token
    assert "一起办理" in client.get(f"/t/{token}").get_data(as_text=True)
    form = {"reason": "看错了", "revision": str(other.revision)}
    assert client.post(f"/cases/{other.id}/unmerge", data=form).status_code == 303
    session.refresh(other)
    assert other.merged_into_id is None


def test_a_member_may_not_merge(sign_in: SignIn, cases: list[Case]) -> None:
    client = sign_in(Role.GRID_MEMBER)
    assert "并入另一件" not in client.get(f"/cases/{cases[0].id}").get_data(as_text=True)
    assert client.post(f"/cases/{cases[0].id}/merge", data={}).status_code == 403


def test_hot_spots_are_listed_and_lie_on_the_map(sign_in: SignIn, session: Session, town: make.Town) -> None:
    from datetime import UTC, datetime

    client = sign_in(Role.COMMANDER)
    assert "没有热点" in client.get("/hotspots").get_data(as_text=True)
    for _ in range(3):
        report(session, make.new_report("样例的话", pin=town.inside("A")), datetime.now(UTC))
    page = client.get("/hotspots").get_data(as_text=True)
    assert "3 人次 · 3 件" in page
    assert "样例的话" not in page
    [spot] = client.get("/layers/hotspots.geojson").json["features"]  # type: ignore[index]
    assert spot["properties"]["reports"] == 3


def test_a_person_takes_a_proposed_category_over(
    session: Session, town: make.Town, sign_in: SignIn, cases: list[Case]
) -> None:
    make.case_type(session, "C0999", name="样例类别", keywords=["大坑"])
    case = cases[0]
    case.text = "路上有个大坑"
    session.flush()
    form = {"category": "C0999", "revision": str(case.revision), "back": f"/queue?case={case.id}"}
    member = sign_in(Role.GRID_MEMBER)
    assert "do/recategorise" not in member.get(f"/cases/{case.id}").get_data(as_text=True)
    assert member.post(f"/cases/{case.id}/do/recategorise", data=form).status_code == 403
    client = sign_in(Role.COMMANDER)
    page = client.get(f"/cases/{case.id}").get_data(as_text=True)
    assert "样例类别" in page.split('id="proposed"')[1]
    answer = client.post(f"/cases/{case.id}/do/recategorise", data=form)
    assert (answer.status_code, answer.location) == (303, f"/queue?case={case.id}")
    session.refresh(case)
    assert "改类别 · " in client.get(f"/cases/{case.id}").get_data(as_text=True)
    again = client.post(
        f"/cases/{case.id}/do/recategorise", data=form | {"revision": str(case.revision), "reason": "看错"}
    )
    assert again.status_code == 422
    assert "已经是这个类别" in again.get_data(as_text=True).split('id="proposed"')[1]
