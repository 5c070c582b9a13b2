"""The pages of figures: numbers with their parts, a list behind each, nothing small in public, files that open."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from gis.staff.roles import Role
from tests import make
from tests.scores.test_figures import OCTOBER, put
from webmap.figures import papers

SignIn = Callable[[Role], FlaskClient]
DUE = OCTOBER.start + timedelta(days=4)


@pytest.fixture
def worked(session: Session, town: make.Town) -> make.Town:
    """Six cases due in October in grid A, five of them in time; one in B that is late."""
    for late in (0, 0, 0, 0, 0, 60):
        put(
            session,
            town,
            "A",
            reported_at=OCTOBER.start,
            due_at=DUE,
            closed_at=DUE + timedelta(minutes=late),
            member_id=town.members["A"].id,
        )
    put(session, town, "B", reported_at=OCTOBER.start, due_at=DUE, closed_at=DUE + timedelta(seconds=1))
    return town


def words(client: FlaskClient, address: str, language: str = "zh") -> str:
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", answer.get_data(as_text=True)))


def test_the_page_says_first_what_it_shows(sign_in: SignIn, worked: make.Town) -> None:
    page = words(sign_in(Role.COMMANDER), "/figures?period=2026-10&by=grid")
    assert "2026年10月收到 7 件，办结 7 件。" in page
    assert "到期应结 7 件，其中按期结案 5 件，按期结案率 71.43 %。" in page
    assert page.index("第A网格") < page.index("第B网格")
    assert "83.33 %" in page


def test_every_link_of_the_page_leads_to_as_many_rows(sign_in: SignIn, worked: make.Town) -> None:
    client = sign_in(Role.COMMANDER)
    page = client.get("/figures?period=2026-10&by=grid").get_data(as_text=True)
    links = re.findall(r'href="(/figures/cases[^"]+)">(\d+)<', page)
    assert len(links) > 30
    for address, number in dict(links).items():
        listed = words(client, address.replace("&amp;", "&"))
        assert re.search(rf": {number} (件|人次)", listed), address
    address = next(a for a, n in links if n == "5" and "F05" in a).replace("&amp;", "&")
    assert client.get(address).get_data(as_text=True).count('href="/cases/') == 5


def test_a_branch_sees_its_own_grids_and_members_only(sign_in: SignIn, worked: make.Town) -> None:
    page = words(sign_in(Role.BRANCH), "/figures?period=2026-10&by=member")
    assert worked.members["A"].name in page
    assert "收到 6 件" in page
    assert sign_in(Role.COMMANDER).get("/figures?period=2026-10&by=member").status_code == 403
    assert "收到 0 件" in words(sign_in(Role.AGENCY), "/figures?period=2026-10")


def test_a_planner_sees_numbers_but_no_way_into_a_case(sign_in: SignIn, worked: make.Town) -> None:
    page = sign_in(Role.PLANNER).get("/figures/cases?figure=F05&part=denominator&period=2026-10")
    assert page.status_code == 200
    assert "/cases/" not in page.get_data(as_text=True).replace("/figures/cases", "")


def test_the_public_page_withholds_small_numbers(
    client: FlaskClient, session: Session, town: make.Town
) -> None:
    put(session, town, due_at=DUE, closed_at=DUE)
    page = words(client, "/figures/public?period=2026-10")
    assert "不公布" in page
    assert "100.00 %" not in page
    for _ in range(5):
        put(session, town, due_at=DUE, closed_at=DUE)
    page = words(client, "/figures/public?period=2026-10")
    assert "100.00 % (6/6 件)" in page
    assert re.search(r"样例社区\s*6\s*6\s*0", page)
    assert "100.00 % (6/6 cases)" in words(client, "/figures/public?period=2026-10", "en")


def test_a_small_rest_is_not_told_by_a_rate(client: FlaskClient, session: Session, town: make.Town) -> None:
    for late in [0] * 18 + [60] * 2:
        put(session, town, due_at=DUE, closed_at=DUE + timedelta(minutes=late))
    page = words(client, "/figures/public?period=2026-10")
    assert "90.00 %" not in page
    assert "18/20" not in page


@pytest.mark.parametrize(
    "asked",
    ["by=grid", "period=2026-Q3", "period=2025", "from=2026-10-01&to=2026-10-03", "period=2999-01",
     "period=2026-10-01..2026-10-02", "period=2026-10-01..2026-10-31"],
)  # fmt: skip
def test_only_whole_months_that_are_over_are_public(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/figures/public?{asked}").status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "/figures?period=soon",
        "/figures?by=height",
        "/figures?lines=x",
        "/figures?from=2026-01-01",
        "/figures?from=2026-02-01&to=2026-01-01",
        "/figures/cases?figure=F99&part=numerator",
        "/figures/cases?figure=F05&part=middle",
        "/figures/cases?figure=F20&part=numerator",
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(sign_in: SignIn, address: str) -> None:
    assert sign_in(Role.COMMANDER).get(address).status_code == 422


def test_a_strange_unit_lists_nothing(sign_in: SignIn, worked: make.Town) -> None:
    for unit in ("999999", "x' OR true --", "-"):
        page = sign_in(Role.COMMANDER).get(
            "/figures/cases",
            query_string={
                "figure": "F05",
                "part": "denominator",
                "period": "2026-10",
                "by": "grid",
                "unit": unit,
            },
        )
        assert page.status_code == 200
        assert ": 0 件" in page.get_data(as_text=True)


def test_a_published_figure_is_kept_and_flagged(sign_in: SignIn) -> None:
    client = sign_in(Role.COMMANDER)
    given = {
        "title": "按期办结率",
        "stated": "95.12",
        "numerator": "2312",
        "denominator": "2421",
        "rest": "109",
    }
    answer = client.post("/figures/stated", data=given, follow_redirects=True).get_data(as_text=True)
    assert "不符" in answer
    assert "95.50" in answer
    assert client.post("/figures/stated", data=given | {"stated": "most"}).status_code == 422
    mixed = given | {"stated": "95.50", "rest": "", "unit": "人次", "denominator_unit": "件"}
    assert "人次不能除以件" in client.post("/figures/stated", data=mixed, follow_redirects=True).get_data(
        as_text=True
    )


def test_the_workbook_holds_numbers_as_numbers(sign_in: SignIn, worked: make.Town, session: Session) -> None:
    put(session, worked, "A", agency="=1+1")
    answer = sign_in(Role.COMMANDER).get("/figures/month.xlsx?period=2026-10&by=agency")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["合计", "责任单位", "图表", "定义"]
    whole = {row[0]: row for row in book["合计"].iter_rows(values_only=True)}
    assert whole["F05"][2:6] == (pytest.approx(5 / 7), 5, 7, "件")
    assert book["合计"]["C2"].value == 8
    assert len(book["图表"]._charts) == 2
    assert "'=1+1" in [cell.value for cell in book["责任单位"]["A"]]


def test_the_report_is_a_pdf(sign_in: SignIn, worked: make.Town) -> None:
    pytest.importorskip("weasyprint", reason="no layout libraries on this machine", exc_type=OSError)
    answer = sign_in(Role.COMMANDER).get("/figures/month.pdf?period=2026-10&by=grid")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.mimetype == "application/pdf"


def test_without_layout_libraries_the_page_says_so(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def lacking(name: str, *more: object, **others: object) -> object:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *more, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", lacking)
    answer = sign_in(Role.COMMANDER).get("/figures/month.pdf")
    assert answer.status_code == 503
    assert "排版库" in answer.get_data(as_text=True)


def test_the_ink_of_paper_is_that_of_the_pages() -> None:
    assert papers.ink()["brand"].startswith("#")
    assert {"line", "edge", "quiet", "ink", "sunken"} <= set(papers.ink())
