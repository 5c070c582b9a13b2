"""What rounds go by, on their pages: papers, checkpoints, rhythms, seasons, duties, service windows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.patrols.outreach.models import Outreach, OutreachCount
from gis.patrols.rhythms.tables import town_rhythms
from gis.patrols.rounds.models import Errand, HouseholdRhythm
from gis.patrols.weeks.models import RhythmRow
from gis.places import indexing
from gis.places.models import Household, Place
from gis.settings import Settings
from gis.staff.roles import Role
from tests import make

SignIn = Callable[[Role], FlaskClient]
DAY = timedelta(days=1)


@pytest.fixture
def today(test_settings: Settings) -> date:
    return datetime.now(UTC).astimezone(test_settings.time_zone).date()


@pytest.fixture
def square(session: Session, town: make.Town) -> None:
    """A place that words can mean, in grid A, and another in B."""
    for letter, name in (("A", "样例小学"), ("B", "样例医院")):
        point = make.ewkt_point(*town.inside(letter))
        session.add(Place(code=f"P{letter}", kind="poi", name=name, point=point))
    session.flush()
    indexing.rebuild(session)


def test_a_branch_writes_a_paper_down_and_ends_it(
    session: Session, sign_in: SignIn, square: None, today: date
) -> None:
    client = sign_in(Role.BRANCH)
    given = {"kind": "paper", "label": "样例材料", "where": "样例小学", "minutes": "5", "due": today + DAY}
    assert client.post("/errands", data=given).status_code == 303
    page = client.get("/errands").get_data(as_text=True)
    assert "样例材料" in page
    [row] = session.scalars(select(Errand)).all()
    assert client.post(f"/errands/{row.id}/end").status_code == 303
    assert client.post(f"/errands/{row.id}/end").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"where": "没有的地方"}, {"where": "样例医院"}, {"label": " "}, {"minutes": "0.2"}, {"due": "2020-01-01"},
     {"due": "soon"},
     {"kind": "parcel"}, {"kind": "checkpoint", "rhythm": "hourly"}],
)  # fmt: skip
def test_a_paper_that_cannot_be_is_said(
    session: Session, sign_in: SignIn, square: None, wrong: dict[str, str]
) -> None:
    given = {"kind": "paper", "label": "样例材料", "where": "样例小学", "minutes": "5"}
    answer = sign_in(Role.BRANCH).post("/errands", data=given | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert session.scalars(select(Errand)).all() == []


def test_a_commander_changes_rhythms_and_seasons_a_branch_reads_them(
    session: Session, sign_in: SignIn
) -> None:
    before = len(town_rhythms(session))
    client = sign_in(Role.BRANCH)
    page = client.get("/rhythms").get_data(as_text=True)
    assert "三夏" in page
    assert "干线、主干路、次干路、支路" in page
    given = {
        "code": "street",
        "what": "section",
        "match": "居住区路、service 老街",
        "days": "2",
        "season": "",
        "name": "街巷",
    }
    assert client.post("/rhythms", data=given).status_code == 403
    client = sign_in(Role.COMMANDER)
    assert client.post("/rhythms", data=given).status_code == 303
    assert len(town_rhythms(session)) == before
    kept = session.scalars(select(RhythmRow.match).where(RhythmRow.code == "street")).one()
    assert kept == ["residential", "service", "老街"]
    assert session.scalars(select(RhythmRow.days).where(RhythmRow.code == "street")).one() == 2
    for wrong in ({"days": "never"}, {"name": ""}, {"what": "person"}, {"season": "none"}):
        assert client.post("/rhythms", data=given | wrong).status_code == 422
    season = {"code": "harvest", "from": "06-01", "to": "06-20", "name": "三夏"}
    assert client.post("/rhythms/season", data=season).status_code == 303
    assert "06-20" in client.get("/rhythms").get_data(as_text=True)
    assert client.post("/rhythms/season", data=season | {"from": "06-31"}).status_code == 422
    assert client.post("/rhythms/drop", data={"table": "season", "code": "harvest"}).status_code == 422
    assert client.post("/rhythms/drop", data={"code": "harvest_track"}).status_code == 303
    assert client.post("/rhythms/drop", data={"table": "season", "code": "harvest"}).status_code == 303
    assert client.post("/rhythms/drop", data={"code": "harvest_track"}).status_code == 404


def test_what_a_household_agreed_to_is_written_down(
    session: Session, sign_in: SignIn, town: make.Town, today: date
) -> None:
    home = Household(
        code="H1", room="301", grid_id=town.grids["A"].id, point=make.ewkt_point(*town.inside("A"))
    )
    session.add(home)
    session.flush()
    client = sign_in(Role.GRID_MEMBER)
    page = client.post("/households", data={"q": "301", "purpose": "visit"}).get_data(as_text=True)
    assert "多久一次" in page
    given = {"duty": "送药", "rhythm": "weekly", "purpose": "本人要求", "ends": today + 30 * DAY}
    address = f"/households/{home.id}/duty"
    for wrong in ({"duty": ""}, {"rhythm": "daily_point"}, {"ends": today - DAY}, {"purpose": ""}):
        assert client.post(address, data=given | wrong).status_code == 422
    for rhythm in ("weekly", "monthly"):
        assert client.post(address, data=given | {"rhythm": rhythm}).status_code == 303
    session.expire_all()
    assert session.scalars(select(HouseholdRhythm.rhythm)).all() == ["monthly"]
    assert client.post("/households/999999999/duty", data=given).status_code == 404


def window(town: make.Town, **more: object) -> dict[str, object]:
    lon, lat = town.inside("A")
    return {
        "area": town.community.id, "name": "样例服务点", "place": "村口", "days": "每周一二三四五六日",
        "opens": "09:00",
        "closes": "11:00", "services": "社保;医保", "lon": lon, "lat": lat,
    } | more  # fmt: skip


def test_anybody_reads_where_windows_stand_and_what_was_done(
    session: Session, client: FlaskClient, sign_in: SignIn, town: make.Town, today: date
) -> None:
    sign_in(Role.BRANCH)
    assert client.post("/outreach", data=window(town)).status_code == 303
    lon, lat = town.inside("B")
    more = window(town, name="第二服务点", lon=lon, lat=lat, opens="10:00", closes="14:00")
    assert client.post("/outreach", data=more).status_code == 303
    first, _second = session.scalars(select(Outreach).order_by(Outreach.id)).all()
    counted = {"window": first.id, "day": today, "what": "义诊", "unit": "人次", "count": "500余"}
    for count in ("500余", "510"):
        assert client.post("/outreach/counts", data=counted | {"count": count}).status_code == 303
    client.post("/sign-out")
    page = client.get("/outreach").get_data(as_text=True)
    assert "村口" in page
    assert "510 人次" in page
    assert page.count("样例服务点") == 1  # what was done on a day at a place is one row
    assert page.count("社保、医保") == 1  # what every window does is said once
    assert "记下做了什么" not in page
    day = client.get(f"/outreach/{today + DAY}").get_data(as_text=True)
    assert day.index("9:00–10:30") < day.index("社保")
    assert client.get(f"/outreach/{today + DAY}.pdf").data.startswith(b"%PDF")
    assert "没有巡回服务" in client.get(f"/outreach/{today - 30 * DAY}").get_data(as_text=True)
    assert client.get("/outreach/tomorrow").status_code == 422
    assert client.post("/outreach", data=window(town)).status_code == 401
    sign_in(Role.BRANCH)
    assert client.post(f"/outreach/{first.id}/end").status_code == 303
    assert len(session.scalars(select(OutreachCount)).all()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": "有空"},
        {"opens": "12:00"},
        {"opens": ""},
        {"name": ""},
        {"area": "999999999"},
        {"lon": "far"},
    ],
)
def test_a_window_that_cannot_be_is_said(
    session: Session, sign_in: SignIn, town: make.Town, wrong: dict[str, str]
) -> None:
    assert sign_in(Role.COMMANDER).post("/outreach", data=window(town, **wrong)).status_code == 422
    assert session.scalars(select(Outreach)).all() == []


@pytest.mark.parametrize(
    "wrong", [{"count": "许多"}, {"day": "2999-01-01"}, {"unit": ""}, {"window": "999999999"}]
)
def test_a_count_that_cannot_be_is_said(
    session: Session, sign_in: SignIn, town: make.Town, today: date, wrong: dict[str, str]
) -> None:
    client = sign_in(Role.BRANCH)
    client.post("/outreach", data=window(town))
    given = {
        "window": session.scalars(select(Outreach.id)).one(),
        "day": today,
        "what": "义诊",
        "unit": "人次",
        "count": "3",
    }
    assert client.post("/outreach/counts", data=given | wrong).status_code == 422
    assert session.scalars(select(OutreachCount)).all() == []
