"""The forms of the moves on the pages: exactly what is possible, what each asks for, and what residents say."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.models import Case, Report
from gis.cases.states import State
from gis.staff.roles import Role
from tests.make import Town
from tests.webmap.test_work import press, report

SignIn = Callable[[Role], FlaskClient]


def page(client: FlaskClient, case: Case) -> str:
    return client.get(f"/cases/{case.id}").get_data(as_text=True)


def offered(client: FlaskClient, case: Case) -> set[str]:
    return {part.split('"')[0] for part in page(client, case).split(f'action="/cases/{case.id}/')[1:]}


def closed(session: Session, town: Town, sign_in: SignIn) -> Case:
    case = report(session, town)
    press(sign_in(Role.GRID_MEMBER), case, "do/accept")
    press(sign_in(Role.GRID_MEMBER), case, "do/act", reason="换了灯泡")
    press(sign_in(Role.COMMANDER), case, "check/pass")
    return case


def link(session: Session, case: Case) -> str:
    return "/t/" + session.scalars(select(Report.tracking_token).where(Report.case_id == case.id)).one()


def test_a_page_offers_exactly_what_is_possible(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    assert {"do/accept", "do/refuse", "do/note"} <= offered(sign_in(Role.GRID_MEMBER), case)
    assert not {"do/act", "do/pause", "do/appeal", "void"} & offered(sign_in(Role.GRID_MEMBER), case)
    assert {"assign", "do/pause", "do/split", "do/transfer", "void"} <= offered(sign_in(Role.COMMANDER), case)
    assert not {"do/accept", "do/resume", "do/take_back"} & offered(sign_in(Role.COMMANDER), case)
    press(sign_in(Role.GRID_MEMBER), case, "do/accept")
    assert "没有等待批复" not in page(sign_in(Role.COMMANDER), case)


def test_more_time_by_two_people(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    press(sign_in(Role.GRID_MEMBER), case, "do/accept")
    wrong = {"reason": "等材料", "amount": "0", "unit": "WD"}
    assert press(sign_in(Role.GRID_MEMBER), case, "do/ask_extension", **wrong) == 422
    due_at = case.due_at
    assert press(sign_in(Role.GRID_MEMBER), case, "do/ask_extension", **(wrong | {"amount": "2"})) == 303
    assert "延期待批" in sign_in(Role.BRANCH).get("/desk").get_data(as_text=True)
    assert press(sign_in(Role.BRANCH), case, "do/approve_extension") == 403
    assert press(sign_in(Role.BRANCH), case, "do/endorse_extension") == 303
    assert press(sign_in(Role.COMMANDER), case, "do/approve_extension") == 303
    assert case.due_at is not None
    assert due_at is not None
    assert case.due_at > due_at


def test_a_hold_by_cause_and_day(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    branch = sign_in(Role.BRANCH)
    assert press(branch, case, "do/pause", cause="weather", until="") == 422
    tomorrow = page(branch, case).split('name="until" min="')[1].split('"')[0]
    assert press(branch, case, "do/pause", cause="weather", until=tomorrow) == 303
    assert "恶劣天气" in page(branch, case)
    assert "暂时不能办理：恶劣天气" in branch.get(link(session, case)).get_data(as_text=True)
    assert press(branch, case, "do/resume") == 303
    assert case.state == State.ASSIGNED
    branch.post("/look", data={"language": "en"})
    assert "bad weather, until" in page(branch, case)


def test_a_part_for_another_branch_and_one_for_an_agency(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    case = report(session, town)
    commander = sign_in(Role.COMMANDER)
    whom = str(town.branches["B"].id)
    assert press(commander, case, "do/split", reason="清走杂物", whom=whom) == 303
    assert press(commander, case, "do/split", reason="修管道", whom="agency:样例单位") == 303
    assert press(commander, case, "do/split", reason="修管道", whom="agency:没有这家") == 404
    parts = session.scalars(select(Case).where(Case.parent_id == case.id).order_by(Case.id)).all()
    assert [(part.state, part.agency) for part in parts] == [("assigned", ""), ("transferred", "样例单位")]
    assert parts[0].number in page(commander, case)
    assert case.number in page(commander, parts[0])
    press(sign_in(Role.GRID_MEMBER), case, "do/accept")
    assert press(sign_in(Role.GRID_MEMBER), case, "do/act", reason="好了") == 422
    assert "2 件联办件" in page(sign_in(Role.GRID_MEMBER), case)


def test_an_agency_works_by_its_own_list(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    assert press(sign_in(Role.AGENCY), case, "do/accept") == 404
    assert press(sign_in(Role.COMMANDER), case, "do/transfer", reason="归水务", agency="样例单位") == 303
    agency = sign_in(Role.AGENCY)
    assert case.text in agency.get("/agency").get_data(as_text=True)
    assert press(agency, case, "do/refuse", reason="不归我们", toward="样例电力所") == 303
    assert case.state == State.QUEUED
    assert case.text not in agency.get("/agency").get_data(as_text=True)


def test_somebody_is_sent_to_look_first(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    commander = sign_in(Role.COMMANDER)
    assert press(commander, case, "do/ask_pre_check", reason="看看是不是路灯", whom="9999999") == 404
    whom = f"{town.branches['A'].id}:{town.members['A'].id}"
    assert press(commander, case, "do/ask_pre_check", reason="看看是不是路灯", whom=whom) == 303
    assert press(sign_in(Role.GRID_MEMBER), case, "do/confirm") == 303
    assert case.state == State.ASSIGNED


def test_a_resident_judges_by_the_link(session: Session, town: Town, sign_in: SignIn) -> None:
    case = closed(session, town, sign_in)
    address = link(session, case)
    client = sign_in(Role.GRID_MEMBER)
    client.get("/")
    assert "办得怎么样" in client.get(address).get_data(as_text=True)
    assert client.post(f"{address}/rate", data={"resolved": "yes"}).status_code == 303
    session.refresh(case)
    assert case.called_back_at is None
    said = {"resolved": "no", "satisfaction": "1", "reason": "还是黑的"}
    assert client.post(f"{address}/rate", data=said).status_code == 303
    session.refresh(case)
    assert (case.state, case.reopened) == (State.ASSIGNED, 1)
    told = client.get(address).get_data(as_text=True)
    assert "未解决 · 非常不满意" in told
    assert "办得怎么样" not in told


def test_a_bad_mark_stands_on_the_desk_until_it_is_answered(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    case = closed(session, town, sign_in)
    commander = sign_in(Role.COMMANDER)
    assert case.number in commander.get("/desk").get_data(as_text=True).split('id="call_back"')[1]
    said = {"reached": "yes", "resolved": "no", "satisfaction": "2", "reason": "电话里说还是黑的"}
    assert press(commander, case, "do/call_back", **said) == 303
    desk = commander.get("/desk").get_data(as_text=True)
    assert case.number in desk.split('id="extension"')[0]
    assert {"do/correct", "do/reply"} <= offered(commander, case)
    assert press(commander, case, "do/reply", reason="已安排当晚抢修，给您添麻烦了") == 303
    assert "当晚抢修" in commander.get(link(session, case)).get_data(as_text=True)


def test_reopening_by_the_link_needs_a_word(session: Session, town: Town, sign_in: SignIn) -> None:
    case = closed(session, town, sign_in)
    address = link(session, case)
    client = sign_in(Role.GRID_MEMBER)
    client.post(f"{address}/reopen", data={"reason": "\x00 "})
    session.refresh(case)
    assert case.state == State.CLOSED
    client.post(f"{address}/reopen", data={"reason": "又不亮了"})
    session.refresh(case)
    assert case.state == State.ASSIGNED
    assert client.post("/t/nosuchtoken/reopen", data={"reason": "x"}).status_code == 404


def test_what_no_table_knows_is_not_there(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    client = sign_in(Role.COMMANDER)
    for name in ("teleport", "reopen", "rate", "escalate", "child_done", "file", "return"):
        assert press(client, case, f"do/{name}", reason="x") == 404
