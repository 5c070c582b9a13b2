"""Files of reports on a page: whole or not at all, never twice, each row's outcome for who sent it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.cases import bulk
from gis.cases.bulk import ReportFile, ReportRow
from gis.cases.models import Case
from gis.staff.roles import Role
from tests.make import Town

SignIn = Callable[[Role], FlaskClient]


def send(client: FlaskClient, words: str, name: str = "样例.csv") -> tuple[int, str]:
    answer = client.post(
        "/report-files", data={"file": (io.BytesIO(words.encode()), name)}, follow_redirects=True
    )
    return answer.status_code, answer.get_data(as_text=True)


def table(town: Town) -> str:
    (lon, lat), (far_lon, far_lat) = town.inside("A"), town.inside("B")
    return f"text,lon,lat\n路灯坏了,{lon},{lat}\n路灯坏了,{lon},{lat}\n路灯又坏了,{far_lon},{far_lat}\n"


def walk(session: Session) -> None:
    """Do what the worker does."""
    for row_id in bulk.waiting(session, datetime.now(UTC), 50):
        bulk.walk(session, row_id, datetime.now(UTC))
    session.flush()


def test_rows_become_cases_and_a_second_upload_makes_nothing(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    client = sign_in(Role.BRANCH)
    status, page = send(client, table(town))
    assert status == 200
    assert "已收下 3 行" in page
    assert "0/3" in page
    walk(session)
    [progress] = client.get("/report-files/files.json").get_json()
    assert (progress["done"], progress["rows"], progress["open"]) == (3, 3, False)
    assert "没有重复上报" in send(client, table(town), "改了名.csv")[1]
    walk(session)
    assert session.scalar(select(func.count()).select_from(Case)) == 3
    page = client.get(f"/report-files/{progress['id']}").get_data(as_text=True)
    assert page.count("待接单") == 3
    own = session.scalars(select(Case).order_by(Case.id)).first()
    assert own is not None
    assert f'<a href="/cases/{own.id}">{own.number}</a>' in page
    assert page.count("在别的辖区") == 1
    rows = client.get(f"/report-files/{progress['id']}/outcomes.csv").get_data(as_text=True).splitlines()
    assert rows[0].endswith("row,case,state,fault")
    assert rows[1] == f"2,{own.number},待接单,"


def test_a_faulty_row_keeps_the_whole_file_out_and_is_named(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    client = sign_in(Role.COMMANDER)
    status, page = send(client, table(town) + " ,,\n坏了,x,1\n")
    assert status == 422
    assert "第 6 行：lon 和 lat 应当是数字" in page
    for words, name in [("place\nx\n", "a.csv"), ("text\n", "a.csv"), ("text\nx\n", "a.pdf"), ("", "a.xlsx")]:
        status, page = send(client, words, name)
        assert status == 422
        assert 'role="alert"' in page
    assert client.post("/report-files", data={}).status_code == 422
    assert session.scalar(select(func.count()).select_from(ReportRow)) == 0


def test_files_are_seen_by_who_sent_them_only(session: Session, town: Town, sign_in: SignIn) -> None:
    send(sign_in(Role.BRANCH), table(town))
    file_id = session.scalars(select(ReportFile.id)).one()
    other = sign_in(Role.COMMANDER)
    assert other.get(f"/report-files/{file_id}").status_code == 404
    assert other.get(f"/report-files/{file_id}/outcomes.csv").status_code == 404
    assert other.get("/report-files/files.json").get_json() == []
    assert sign_in(Role.GRID_MEMBER).get("/report-files").status_code == 403
