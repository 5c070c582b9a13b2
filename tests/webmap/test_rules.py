"""The rules pages: begin a draft, change it, be refused in a sentence, try it, go live; only in one's own area."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases import journey
from gis.cases.dispatch.models import DispatchDraft, DispatchRule
from gis.staff.models import Account
from gis.staff.roles import Role
from tests import make
from tests.webmap.conftest import enter

SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def planner(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.PLANNER)


@pytest.fixture
def draft(planner: FlaskClient) -> str:
    return planner.post("/rules/drafts", data={"name": "试行"}).location


def said(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))  # type: ignore[attr-defined]


def test_a_change_walks_from_draft_to_live(
    session: Session, town: make.Town, planner: FlaskClient, draft: str
) -> None:
    from datetime import UTC, datetime

    journey.report(session, make.new_report(pin=town.inside("A")), datetime.now(UTC))
    given = {"code": "R1", "category": "C0118", "agency": "样例队", "weekdays": "周一至周日", "note": "试"}
    assert planner.post(f"{draft}/rule", data=given).status_code == 303
    assert "样例队" in said(planner.get(draft))
    today = re.search(r'type="date" name="from" value="([^"]+)"', said(planner.get(draft)))
    assert today is None, "not before it was tried"
    assert planner.post(f"{draft}/live", data={"from": "2030-01-01"}).status_code == 422
    page = said(planner.post(f"{draft}/try", data={"days": "30"}))
    assert "1 件过去的案件里，1 件会派到别处" in page
    today = re.search(r'type="date" name="from" value="([^"]+)"', page)
    assert today is not None
    assert planner.post(f"{draft}/live", data={"from": today[1]}).location == "/rules"
    live = session.scalars(select(DispatchRule).where(DispatchRule.draft_id.is_(None))).one()
    assert (live.code, live.agency, live.area_id) == ("R1", "样例队", town.subdistrict.id)
    assert planner.post(f"{draft}/rule", data=given).status_code == 422, "a live draft is no longer changed"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"code": ""}, "不能为空"),
        ({"agency": ""}, "没有写明任何结果"),
        ({"weekdays": "9"}, "应如1-5"),
        ({"category": "Z"}, "没有以此开头的类别"),
        ({"place_code": "990100000000"}, "不在您的辖区内"),
        ({"from_time": "26:00"}, "没有这个时刻"),
    ],
)
def test_a_faulty_rule_gets_a_sentence_and_keeps_what_was_typed(
    session: Session, planner: FlaskClient, draft: str, given: dict[str, str], sentence: str
) -> None:
    answer = planner.post(f"{draft}/rule", data={"code": "R1", "agency": "样例队", "note": "留着"} | given)
    assert answer.status_code == 422
    page = said(answer)
    assert sentence in page
    assert 'value="留着"' in page
    assert session.scalar(text("SELECT count(*) FROM dispatch_rule")) == 0


def test_a_file_is_taken_whole_or_not_at_all(session: Session, planner: FlaskClient, draft: str) -> None:
    bad = "规则编号,责任单位,星期\nR1,样例队,1-5\nR2,样例队,x\n"
    answer = planner.post(f"{draft}/file", data={"file": (io.BytesIO(bad.encode()), "rules.csv")})
    assert (answer.status_code, session.scalar(text("SELECT count(*) FROM dispatch_rule"))) == (422, 0)
    good = bad.replace(",x", ",6")
    answer = planner.post(f"{draft}/file", data={"file": (io.BytesIO(good.encode()), "rules.csv")})
    assert answer.status_code == 303
    number = draft.rsplit("/", 1)[1]
    table = planner.get(f"/rules/rules.csv?draft={number}").get_data()
    back = planner.post(f"{draft}/file", data={"file": (io.BytesIO(table), "rules.csv")})
    assert back.status_code == 303
    assert session.scalar(text("SELECT count(*) FROM dispatch_rule")) == 2


def test_a_draft_of_another_area_is_not_there(
    session: Session, town: make.Town, planner: FlaskClient, draft: str
) -> None:
    other = make.area(session, "subdistrict", "990102002000", parent=town.district)
    stranger: Account = make.account(session, "commander", area_id=other.id)
    enter(planner, stranger)
    assert planner.get(draft).status_code == 404
    assert planner.post(f"{draft}/drop", data={"code": "R1"}).status_code == 404
    assert session.scalars(select(DispatchDraft)).one().revision == 0


def test_weights_are_set_from_a_day(session: Session, sign_in: SignIn) -> None:
    commander = sign_in(Role.COMMANDER)
    given = {"on_duty": "40", "skill": "20", "load": "20", "load_zero_at": "10", "distance": "15",
             "distance_zero_at": "900", "posting": "5", "from": "2030-01-01"}  # fmt: skip
    assert commander.post("/rules/weights", data=given).status_code == 303
    assert session.scalar(text("SELECT zero_at FROM dispatch_weight WHERE factor = 'distance'")) == 900
    assert commander.post("/rules/weights", data=given | {"skill": "many"}).status_code == 422
    assert commander.post("/rules/weights", data=given | {"from": "2020-01-01"}).status_code == 422


def test_the_pages_are_english_too(planner: FlaskClient, draft: str) -> None:
    for address in ("/rules", draft):
        page = planner.get(address, headers={"Accept-Language": "en"}).get_data(as_text=True)
        assert '<html lang="zh' in page  # the account's own language comes first
    planner.post("/look", data={"language": "en", "back": "/"})
    assert "Dispatch rules" in said(planner.get("/rules"))
    assert "Go live" in said(planner.get(draft))
