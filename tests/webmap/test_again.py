"""A refused form comes back on its case's page: the sentence beside it, the words that were typed kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gis.cases.models import Case
from gis.staff.roles import Role
from tests.make import Town
from tests.webmap.test_work import press, report

SignIn = Callable[[Role], FlaskClient]


def refused(client: FlaskClient, case: Case, path: str, **form: object) -> tuple[int, str]:
    """Press a button on the page as it is; give the status and the page that comes."""
    answer = client.post(f"/cases/{case.id}/{path}", data={"revision": case.revision} | form)
    return answer.status_code, answer.get_data(as_text=True)


def form_of(page: str, case: Case, path: str) -> str:
    return page.split(f'action="/cases/{case.id}/{path}"')[1].split("</form>", maxsplit=1)[0]


def test_what_is_missing_is_said_beside_the_form_and_the_rest_is_kept(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    case = report(session, town)
    member = sign_in(Role.GRID_MEMBER)
    status, page = refused(member, case, "do/refuse", reason="这里归<北门>的人管", toward=" ")
    assert status == 422
    form = form_of(page, case, "do/refuse")
    assert "请写明应当交给谁" in form
    assert 'role="alert"' in form
    assert "这里归&lt;北门&gt;的人管</textarea>" in form
    assert f"<details open>{'<summary>退回'}" in page
    assert "请写明应当交给谁" not in page.replace(form, "")
    session.refresh(case)
    assert case.state == "assigned"


def test_choices_are_kept(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town)
    commander = sign_in(Role.COMMANDER)
    whom = f"{town.branches['B'].id}:{town.members['B'].id}"
    status, page = refused(commander, case, "assign", whom=whom, reason="")
    assert status == 422
    assert f'<option value="{whom}" selected>' in form_of(page, case, "assign")
    status, page = refused(commander, case, "do/pause", cause="weather", until="")
    assert '<option value="weather" selected>' in form_of(page, case, "do/pause")
    status, page = refused(commander, case, "merge", into="20200101-000001", reason="同一盏灯")
    assert status == 404
    form = form_of(page, case, "merge")
    assert 'value="20200101-000001"' in form
    assert 'value="同一盏灯"' in form
    assert "没有这个编号" in form


def test_the_words_of_a_form_that_is_no_longer_there_are_shown(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    case = report(session, town)
    member = sign_in(Role.GRID_MEMBER)
    behind = case.revision
    press(member, case, "do/accept")
    press(sign_in(Role.COMMANDER), case, "do/split", reason="清走杂物", whom=str(town.branches["B"].id))
    status, page = refused(sign_in(Role.GRID_MEMBER), case, "do/act", reason="换了一只灯泡")
    assert status == 422
    assert "1 件联办件没有办结" in page
    assert "换了一只灯泡" in page
    answer = member.post(f"/cases/{case.id}/do/note", data={"revision": behind, "reason": "看过现场"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "别人刚刚改动过" in page
    assert "看过现场</textarea>" in form_of(page, case, "do/note")
    assert f'name="revision" value="{case.revision}"' in form_of(page, case, "do/note")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_program_gets_the_problem_and_no_page(
    session: Session, town: Town, sign_in: SignIn, language: str
) -> None:
    case = report(session, town)
    answer = sign_in(Role.GRID_MEMBER).post(
        f"/cases/{case.id}/do/note",
        data={"revision": case.revision},
        headers={"Accept": "application/json", "Accept-Language": language},
    )
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_a_case_of_others_stays_out_of_sight(session: Session, town: Town, sign_in: SignIn) -> None:
    case = report(session, town, "B")
    status, page = refused(sign_in(Role.GRID_MEMBER), case, "do/note", reason="看看")
    assert status == 404
    assert case.text not in page
