"""The rules screen in a real browser: change a rule, try it, let it go live."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site

pytestmark = pytest.mark.browser


def test_a_rule_is_written_tried_and_goes_live(site: Site, open_page: OpenPage) -> None:
    with site.engine.connect() as connection:
        category = connection.scalar(
            text('SELECT t.code FROM "case" c JOIN case_type t ON t.id = c.case_type_id '
                 "GROUP BY t.code ORDER BY count(*) DESC, t.code LIMIT 1")
        )  # fmt: skip
    page = open_page(Role.COMMANDER)
    page.goto("/rules")
    page.get_by_label("新草稿的名称").fill("浏览器试行")
    page.get_by_role("button", name="从现行规则开始起草").click()
    expect(page.get_by_role("heading", name="浏览器试行")).to_be_visible()
    expect(page.get_by_text("先试算这一版")).to_be_visible()
    page.locator("input[name=code]").last.fill("B1")
    page.locator("input[name=category]").fill(str(category))
    page.locator("input[name=agency]").fill("样例维修队")
    page.get_by_role("button", name="记入草稿").first.click()
    expect(page.get_by_role("rowheader", name=re.compile("^B1"))).to_be_visible()
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text(re.compile(r"件过去的案件里，[1-9]\d* 件会派到别处"))).to_be_visible()
    expect(page.get_by_role("rowheader", name="样例维修队")).to_be_visible()
    page.get_by_role("button", name="定为现行规则").click()
    expect(page).to_have_url(re.compile(r"/rules(#\w+)?$"))
    expect(page.get_by_role("rowheader", name="B1")).to_be_visible()
    with site.engine.begin() as connection:  # the tests after this one find the town without it
        assert connection.execute(text("DELETE FROM dispatch_rule WHERE code = 'B1'")).rowcount == 2


def test_the_screen_fits_a_telephone(open_page: OpenPage) -> None:
    page = open_page(Role.PLANNER, width=390, height=844)
    page.goto("/rules")
    expect(page.get_by_role("heading", name="派遣规则", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
