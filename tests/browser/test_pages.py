"""Short walks over pages that others' walks do not cross: more time by two people, hot spots, a figure's rows."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from gis.cases.journey import report
from gis.settings import settings
from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site
from tests.browser.test_life import PATIENCE_MS, opened, told
from tests.browser.test_report import own_grid
from tests.make import new_report

pytestmark = pytest.mark.browser


def put(site: Site, words: str) -> int:
    """Report at the member's own grid, past the pages; give the case's id."""
    at = own_grid(site)
    new = new_report(words, pin=(at["longitude"], at["latitude"]))
    with Session(site.engine) as session, session.begin():
        return report(session, new, datetime.now(UTC)).row.case.id


def case_page(open_page: OpenPage, role: Role, case_id: int) -> Page:
    """Open a case as somebody of the staff."""
    page = open_page(role)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"/cases/{case_id}")
    return page


def test_more_time_is_asked_by_one_seconded_by_another_and_granted_by_a_third(
    site: Site, open_page: OpenPage
) -> None:
    case_id = put(site, "样例：要等零件的路灯")
    member = case_page(open_page, Role.GRID_MEMBER, case_id)
    member.get_by_role("button", name="接单").click()
    told(member, "已接单")
    form = opened(member, "申请延期")
    form.get_by_label(re.compile("为什么")).fill("零件要从外地来")
    form.get_by_role("button").click()
    told(member, "已申请延期")
    branch = case_page(open_page, Role.BRANCH, case_id)
    branch.get_by_role("button", name="同意延期").click()
    told(branch, "已同意")
    commander = case_page(open_page, Role.COMMANDER, case_id)
    commander.get_by_role("button", name="批准延期").click()
    told(commander, "延期已批准")


def test_hot_spots_are_a_layer_of_the_map(site: Site, open_page: OpenPage) -> None:
    for _ in range(settings().hot_spot_reports):
        put(site, "样例：同一盏路灯")
    page = open_page(Role.COMMANDER)
    page.set_default_timeout(PATIENCE_MS)
    # the first question loads what gathers points: on a busy machine that alone takes longer than a test waits
    assert page.request.get("/layers/hotspots.geojson", timeout=3 * PATIENCE_MS).json()["features"]
    page.goto("/map")
    page.get_by_role("checkbox", name="热点").check()
    ring = page.locator(".hot-ring").first
    expect(ring).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("checkbox", name="热点").uncheck()
    expect(page.locator(".hot-ring")).to_have_count(0)


def test_a_figure_leads_to_the_rows_it_counted(open_page: OpenPage) -> None:
    page = open_page(Role.COMMANDER)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"/figures?period={datetime.now(settings().time_zone).year}")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="收到", exact=True)).last
    link = row.locator("a").first
    count = int(link.inner_text())
    link.click()
    page.wait_for_url("**/figures/cases*")
    expect(page.locator("main")).to_contain_text(re.compile(rf"{count} 件"))
    expect(page.locator("main a[href^='/cases/']").first).to_be_visible()
