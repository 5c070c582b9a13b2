"""A commander's day in a real browser: narrows by map, gives out many as suggested, takes back; a second sees it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.actor import SYSTEM
from gis.cases.models import Case, CaseLog
from gis.staff.accounts import create
from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site, _sign_in
from tests.browser.test_pages import put

pytestmark = pytest.mark.browser

PATIENCE_MS = 20_000


def second(site: Site, open_page: OpenPage) -> Page:
    """Sign another commander of the same area in."""
    with Session(site.engine) as session, session.begin():
        area = session.scalar(
            text("SELECT area_id FROM account WHERE role = 'commander' AND area_id IS NOT NULL")
        )
        name = f"commander-{time.monotonic_ns()}"
        _account, password = create(session, name=name, role=Role.COMMANDER, area_id=area)
    page = open_page()
    page.set_default_timeout(PATIENCE_MS)
    _sign_in(page, name, password)
    return page


def board(page: Page, query: str = "") -> None:
    """Open the board and wait until its line to the server stands."""
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"/board{query}")
    expect(page.locator("[data-live]")).to_have_text("实时", timeout=PATIENCE_MS)


def test_list_and_map_narrow_each_other_and_a_case_opens_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(Role.COMMANDER)
    board(page)
    page.locator("input[name=lane][value=assigned]").check()
    page.wait_for_url("**/board?lane=assigned*")
    count = int(page.locator('[data-lane="assigned"]').inner_text())
    expect(page.locator("[data-total-word]")).to_have_text(f"{count} 件", timeout=PATIENCE_MS)
    expect(page.locator("#board-map")).to_have_attribute("data-cases", str(count), timeout=PATIENCE_MS)
    page.get_by_label("只列地图里的").check()
    page.wait_for_url("**box=*")
    for _ in range(3):
        page.get_by_role("button", name="放大").click()
    expect(page.locator("[data-total-word]")).not_to_have_text(f"{count} 件", timeout=PATIENCE_MS)
    page.get_by_label("只列地图里的").uncheck()
    expect(page.locator("[data-total-word]")).to_have_text(f"{count} 件", timeout=PATIENCE_MS)
    page.locator("[data-open]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#pane-one article")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#list tr[aria-current]")).to_have_count(1, timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    expect(page.locator("#pane-one article")).to_have_count(0, timeout=PATIENCE_MS)


def test_many_are_given_out_as_suggested_a_second_sees_it_and_it_is_taken_back(
    site: Site, open_page: OpenPage
) -> None:
    page, other = open_page(Role.COMMANDER), second(site, open_page)
    board(other, "?lane=assigned")
    board(page, "?lane=assigned")
    rows = page.locator("#list tbody tr")
    for index in range(6):
        rows.nth(index).locator("input[name=case]").check()
    page.get_by_role("button", name="看建议").click()
    go = page.locator(".suggest-go button")
    expect(go).to_be_visible(timeout=PATIENCE_MS)
    case_id = page.locator(".suggest input[name=case]").first.get_attribute("value") or ""
    row = other.locator(f"#case-{case_id.partition(':')[0]}")
    go.click()
    expect(page.get_by_role("status").first).to_contain_text("件案件已派出", timeout=PATIENCE_MS)
    began = time.monotonic()
    expect(row.locator(".moved")).to_contain_text("改派", timeout=PATIENCE_MS)
    print(f"seen on the second screen {time.monotonic() - began:.2f} s after the first had its answer")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status").first).to_contain_text("恢复原来的安排", timeout=PATIENCE_MS)
    expect(row.locator(".moved")).to_contain_text("撤销派单", timeout=PATIENCE_MS)


def reassign(page: Page, words: str, place: int) -> str:
    """Fill in the form of the open case that gives it to another; give to whom."""
    pane = page.locator("#pane-one")
    pane.locator("summary", has_text="改派").click()
    form = pane.locator("form[action$='/assign']")
    whom = form.locator("select[name=whom] option").nth(place).get_attribute("value") or ""
    form.locator("select[name=whom]").select_option(whom)
    form.locator("textarea[name=reason]").fill(words)
    return whom


def test_of_two_commanders_at_one_case_the_slower_is_told_and_overwrites_nothing(
    site: Site, open_page: OpenPage, keep: Path
) -> None:
    case_id = put(site, "样例：两位指挥员同时看这一件")
    page, other = open_page(Role.COMMANDER), second(site, open_page)
    for one in (page, other):
        board(one, f"?open={case_id}")
    reassign(page, "先看到的", 2)
    reassign(other, "后看到的", 3)
    page.locator("#pane-one form[action$='/assign'] button").click()
    expect(page.get_by_role("status").first).to_contain_text("已改派", timeout=PATIENCE_MS)
    # what is being typed stays, and above it stands who was quicker
    expect(other.locator("#pane-one .news-line")).to_contain_text("改派", timeout=PATIENCE_MS)
    expect(other.locator("#pane-one textarea[name=reason]:visible")).to_have_value("后看到的")
    other.screenshot(path=keep / "board-collision.png")
    other.locator("#pane-one form[action$='/assign'] button").click()
    fault = other.locator(".wrong[role=alert]").first
    expect(fault).to_contain_text("别人刚刚改动过案件", timeout=PATIENCE_MS)
    expect(other.locator("main")).to_contain_text("后看到的")
    with Session(site.engine) as session:
        logs = session.scalars(select(CaseLog).where(CaseLog.case_id == case_id).order_by(CaseLog.seq)).all()
    assert [log.reason for log in logs if log.move == "reassign"] == ["先看到的"]


def test_the_wall_follows_by_itself_and_has_nothing_to_press(site: Site, open_page: OpenPage) -> None:
    page = open_page(Role.COMMANDER, width=1920, height=1080)
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/board/wall")
    late = page.locator(".lane-late b")
    expect(late).to_be_visible()
    expect(page.locator("button, a, input, select")).to_have_count(0)
    page.locator("#wall-part").evaluate("part => { part.dataset.old = 'yes'; }")
    with Session(site.engine) as session, session.begin():
        case = session.scalars(select(Case).where(Case.state == "accepted").order_by(Case.id)).first()
        assert case is not None
        moves.make(session, case, "note", SYSTEM, datetime.now(UTC), reason="样例")
    expect(page.locator("#wall-part[data-old]")).to_have_count(0, timeout=PATIENCE_MS)
