"""A member accepts and acts, somebody else checks; scope, revisions and reasons are kept on every button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from gis.cases import journey
from gis.cases.models import Case, ContactAccess, Notice, Report
from gis.places.models import Household, HouseholdAccess
from gis.staff.roles import Role
from tests.make import Town, ewkt, new_report

SignIn = Callable[[Role], FlaskClient]


def report(session: Session, town: Town, letter: str = "A", **more: object) -> Case:
    received = journey.report(session, new_report(pin=town.inside(letter), **more), datetime.now(UTC))
    session.flush()
    return session.get_one(Case, received.row.case.id)


def press(client: FlaskClient, case: Case, path: str, **form: object) -> int:
    """Press a button on the page as it is now."""
    session = object_session(case)
    assert session is not None
    session.refresh(case)
    status = client.post(f"/cases/{case.id}/{path}", data={"revision": case.revision} | form).status_code
    session.refresh(case)
    return status


def test_the_walk_of_a_case_through_the_pages(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    member = sign_in(Role.GRID_MEMBER)
    assert case.text in member.get("/my").get_data(as_text=True)
    assert press(member, case, "do/accept") == 303
    assert press(member, case, "do/act", reason="换了灯泡") == 303
    commander = sign_in(Role.COMMANDER)
    assert "核查通过" in commander.get(f"/cases/{case.id}").get_data(as_text=True)
    assert press(commander, case, "check/pass") == 303
    assert case.state == "closed"


def test_the_one_who_acted_sees_no_button_to_check(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    branch = sign_in(Role.BRANCH)
    press(branch, case, "do/accept")
    press(branch, case, "do/act", reason="换了灯泡")
    assert "请由另一位同志核查" in branch.get(f"/cases/{case.id}").get_data(as_text=True)
    assert press(branch, case, "check/pass") == 422
    assert case.state == "acted"


def test_a_case_of_another_grid_is_not_there(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town, "B")
    member = sign_in(Role.GRID_MEMBER)
    assert member.get(f"/cases/{case.id}").status_code == 404
    assert press(member, case, "do/accept") == 404
    assert case.text not in member.get("/my?all").get_data(as_text=True)


def test_a_page_that_is_behind_is_told_so(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    member = sign_in(Role.GRID_MEMBER)
    answer = member.post(f"/cases/{case.id}/do/accept", data={"revision": case.revision - 1})
    assert answer.status_code == 409
    assert "别人刚刚改动过" in answer.get_data(as_text=True)


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "１", "1\x00"])
def test_a_form_without_its_state_is_refused(
    session: Session, town: Town, sign_in: SignIn, revision: str
) -> None:
    case = report(session, town)
    answer = sign_in(Role.GRID_MEMBER).post(f"/cases/{case.id}/do/accept", data={"revision": revision})
    assert answer.status_code in {409, 422}
    assert case.state == "assigned"


@pytest.mark.parametrize("path", ["do/refuse", "do/note"])
def test_a_refusal_and_a_note_need_words(session: Session, town: Town, sign_in: SignIn, path: str) -> None:
    case = report(session, town)
    assert press(sign_in(Role.GRID_MEMBER), case, path, reason=" \x00 ") == 422


def test_a_script_in_a_note_is_shown_as_text(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    member = sign_in(Role.GRID_MEMBER)
    press(member, case, "do/note", reason="<script>alert(1)</script>")
    page = member.get(f"/cases/{case.id}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_member_cannot_reach_the_commanders_acts(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    member = sign_in(Role.GRID_MEMBER)
    assert press(member, case, "void", reason="不想办") == 403
    assert press(member, case, "assign", reason="给别人") == 403


def test_a_commander_reassigns_only_within_the_list(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    commander = sign_in(Role.COMMANDER)
    whom = f"{town.branches['B'].id}:{town.members['B'].id}"
    assert press(commander, case, "assign", whom=f"{town.committee.id}", reason="试试") == 404
    assert press(commander, case, "assign", whom=whom, reason="B 网格更近") == 303
    assert case.member_id == town.members["B"].id


def test_many_at_once_or_none(session: Session, town: Town, sign_in: SignIn) -> None:
    first, second = report(session, town), report(session, town)
    commander = sign_in(Role.COMMANDER)
    whom = f"{town.branches['B'].id}"
    marks = [f"{first.id}:{first.revision}", f"{second.id}:{second.revision + 5}"]
    answer = commander.post("/board/assign", data={"case": marks, "whom": whom, "reason": "人手"})
    assert answer.status_code == 409
    session.expire_all()
    assert first.organisation_id == town.branches["A"].id
    marks[1] = f"{second.id}:{second.revision}"
    assert (
        commander.post("/board/assign", data={"case": marks, "whom": whom, "reason": "人手"}).status_code
        == 303
    )
    session.expire_all()
    assert {first.organisation_id, second.organisation_id} == {town.branches["B"].id}


def test_a_queued_case_is_placed_by_hand(session: Session, town: Town, sign_in: SignIn) -> None:
    received = journey.report(session, new_report("老地方路灯不亮"), datetime.now(UTC))
    case = session.get_one(Case, received.row.case.id)
    commander = sign_in(Role.COMMANDER)
    assert case.text in commander.get("/queue").get_data(as_text=True)
    lon, lat = town.inside("B")
    assert press(commander, case, "place") == 422
    assert press(commander, case, "place", lon=lon, lat=lat, label="样例路口") == 303
    session.refresh(case)
    assert (case.state, case.grid_id, case.place_label) == ("assigned", town.grids["B"].id, "样例路口")


def test_a_place_outside_is_said_to_be_outside(session: Session, town: Town, sign_in: SignIn) -> None:
    received = journey.report(session, new_report("老地方路灯不亮"), datetime.now(UTC))
    case = session.get_one(Case, received.row.case.id)
    answer = sign_in(Role.COMMANDER).post(
        f"/cases/{case.id}/place",
        data={"revision": case.revision, "lon": "10", "lat": "10"},
        follow_redirects=True,
    )
    assert "在辖区之外" in answer.get_data(as_text=True)


def test_a_telephone_is_masked_until_somebody_says_why(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town, contact="13800001234")
    member = sign_in(Role.GRID_MEMBER)
    page = member.get(f"/cases/{case.id}").get_data(as_text=True)
    assert "138****1234" in page
    assert "13800001234" not in page
    report_id = page.split('name="report" value="')[1].split('"')[0]
    refused = member.post(f"/cases/{case.id}/contact", data={"report": report_id, "purpose": "curiosity"})
    assert refused.status_code == 422
    assert session.scalars(select(ContactAccess)).all() == []
    shown = member.post(f"/cases/{case.id}/contact", data={"report": report_id, "purpose": "visit"})
    assert "13800001234" in shown.get_data(as_text=True)
    access = session.scalars(select(ContactAccess)).one()
    assert (access.purpose, access.role) == ("visit", "grid_member")


def test_who_read_the_telephone_is_shown_to_its_owner(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town, contact="13800001234")
    told = session.scalars(select(Report)).one()
    member = sign_in(Role.GRID_MEMBER)
    assert "还没有人查看过" in member.get(f"/t/{told.tracking_token}").get_data(as_text=True)
    member.post(f"/cases/{case.id}/contact", data={"report": told.id, "purpose": "visit"})
    page = member.get(f"/t/{told.tracking_token}").get_data(as_text=True)
    assert "网格员查看过" in page
    assert "约定上门时间" in page
    assert "1234" not in page


def test_notices_come_to_whom_they_are_for_and_are_seen_once(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    report(session, town)
    report(session, town, "B")
    member = sign_in(Role.GRID_MEMBER)
    page = member.get("/notices").get_data(as_text=True)
    assert page.count('class="new"') == 1
    ids = [notice.id for notice in session.scalars(select(Notice))]
    member.post("/notices/seen", data={"notice": ids})
    session.expire_all()
    seen = {notice.member_id for notice in session.scalars(select(Notice).where(Notice.seen_at.is_not(None)))}
    assert seen == {town.members["A"].id}


def household(session: Session, town: Town, letter: str, room: str) -> Household:
    import shapely

    row = Household(
        code=f"H-{letter}-{room}",
        room=room,
        grid_id=town.grids[letter].id,
        point=ewkt(shapely.Point(town.inside(letter))),
    )
    session.add(row)
    session.flush()
    return row


def test_households_of_other_grids_are_not_found_and_each_look_is_written_down(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    mine, _other = household(session, town, "A", "101"), household(session, town, "B", "101")
    member = sign_in(Role.GRID_MEMBER)
    page = member.post("/households", data={"q": "101", "purpose": "visit"}).get_data(as_text=True)
    assert "1 户" in page
    looks = session.scalars(select(HouseholdAccess)).all()
    assert [(look.household_id, look.purpose, look.act) for look in looks] == [(mine.id, "visit", "read")]


@pytest.mark.parametrize(
    "form",
    [
        {"q": "101"},
        {"q": "101", "purpose": "gossip"},
        {"q": " ", "purpose": "visit"},
        {"q": "%" * 200, "purpose": "visit"},
    ],
)
def test_a_look_without_purpose_or_words_is_refused(sign_in: SignIn, form: dict[str, str]) -> None:
    assert sign_in(Role.GRID_MEMBER).post("/households", data=form).status_code == 422


STRANGE = [
    "/cases/99999999999999999999999",
    "/cases/0",
    "/cases/1/photos/99999999999999999999",
    "/queue?case=9999999999999999999999",
    "/queue?case=x",
    "/board?grid=99999999999999999999",
    "/board?grid=x",
    "/board?lane=%00",
    "/board?q=%00%ff",
    "/board?q=" + "a" * 3000,
    "/board?page=9999999999999",
    "/board?order=drop",
    "/my?all=%00",
    "/households?q=%00",
]


@pytest.mark.parametrize("address", STRANGE)
def test_strange_addresses_are_never_a_defect(sign_in: SignIn, address: str) -> None:
    assert sign_in(Role.COMMANDER).get(address).status_code < 500
