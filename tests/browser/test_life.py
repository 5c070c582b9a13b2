"""A case's later life in a real browser: shared, lengthened, held, merged, handed on, judged, opened again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site
from tests.browser.test_report import TELEPHONE, own_grid, send

pytestmark = pytest.mark.browser

PATIENCE_MS = 20_000


def reported(site: Site, open_page: OpenPage, words: str) -> Page:
    """Report at the member's own grid; give the resident's page."""
    page = open_page(**TELEPHONE, geolocation=own_grid(site), permissions=["geolocation"])
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/")
    send(page, words, here=True)
    return page


def case_page(open_page: OpenPage, role: Role, words: str) -> Page:
    """Open a case as somebody of the staff."""
    page = open_page(role)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"/board?q={words}" if role is Role.COMMANDER else "/my?all")
    link = page.get_by_role("link", name=words).first
    page.goto(
        link.get_attribute("href") or ""
    )  # on the board a press opens the pane; these tests want the whole page
    return page


def acts(page: Page) -> Locator:
    return page.get_by_label("可以做的")


def opened(page: Page, name: str) -> Locator:
    """Open the form behind a word and give it."""
    part = acts(page).locator("details").filter(has=page.locator("summary", has_text=re.compile(f"^{name}$")))
    part.locator("summary").click()
    return part


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(words, timeout=PATIENCE_MS)


def test_a_commander_shares_and_holds_and_a_refused_form_keeps_its_words(
    site: Site, open_page: OpenPage
) -> None:
    words = "样例：桥下的护栏松了"
    reported(site, open_page, words)
    page = case_page(open_page, Role.COMMANDER, words)
    part = opened(page, "联办")
    part.get_by_label("交给谁？").select_option(index=1)
    part.get_by_label("请他们做什么？").fill("先围起来")
    part.get_by_role("button").click()
    told(page, "联办件已交出")
    expect(page.locator(".parts li")).to_have_count(1)
    hold = opened(page, "挂账")
    hold.get_by_label("什么原因？").select_option(index=1)
    hold.get_by_label("补充说明").fill("等下周的材料")
    day = hold.get_by_label("到哪一天恢复？")
    tomorrow = day.get_attribute("min") or ""
    day.evaluate("field => { field.required = false; }")
    hold.get_by_role("button").click()
    expect(page.locator("#refused")).to_contain_text("请选择恢复办理的日期")
    again = acts(page).locator("details[open]")
    expect(again.get_by_label("补充说明")).to_have_value("等下周的材料")
    again.get_by_label("到哪一天恢复？").fill(tomorrow)
    again.get_by_role("button").click()
    told(page, "已挂账")
    acts(page).get_by_role("button", name="恢复办理").click()
    told(page, "已恢复办理")


def test_two_cases_are_merged_and_taken_apart_again(site: Site, open_page: OpenPage) -> None:
    words = "样例：井盖翻了，夜里危险"
    reported(site, open_page, words)
    second = reported(site, open_page, f"{words}，请快来")
    page = case_page(open_page, Role.COMMANDER, f"{words}，请快来")
    address = page.url
    card = page.locator("#alike")
    card.locator("summary").click()
    expect(card.get_by_label("主案件编号")).not_to_have_value("")
    card.get_by_label("理由").fill("同一个井盖")
    card.get_by_role("button", name="并案").click()
    told(page, "已并入案件")
    second.reload()
    expect(second.locator(".path")).to_contain_text("与另一件相同的问题一起办理")
    page.goto(address)
    merged = page.locator("#merged")
    merged.get_by_label("为什么撤销并案？").fill("是两个井盖")
    merged.get_by_role("button", name="撤销并案").click()
    told(page, "已撤销并案")
    expect(page.locator("#merged")).to_have_count(0)


def test_an_agency_accepts_what_was_handed_to_it(site: Site, open_page: OpenPage) -> None:
    words = "样例：变压器一直响"
    reported(site, open_page, words)
    page = case_page(open_page, Role.COMMANDER, words)
    form = opened(page, "转交责任单位")
    form.get_by_label("责任单位").select_option(site_agency(site))
    form.get_by_label("为什么转交？").fill("归他们管")
    form.get_by_role("button").click()
    told(page, "已转交责任单位")
    agency = open_page(Role.AGENCY)
    agency.goto("/agency")
    row = agency.locator("li").filter(has_text=words)
    row.get_by_role("button", name="接单").click()
    told(agency, "已接单")
    expect(row.get_by_role("button", name="接单")).to_have_count(0)


def site_agency(site: Site) -> str:
    """Name the agency whose account can sign in."""
    from sqlalchemy import text

    with site.engine.connect() as connection:
        return str(connection.scalar(text("SELECT agency FROM account WHERE role = 'agency'")))


def test_a_resident_is_not_satisfied_and_the_case_is_opened_once(site: Site, open_page: OpenPage) -> None:
    words = "样例：花坛里的水管漏水"
    resident = reported(site, open_page, words)
    member = case_page(open_page, Role.GRID_MEMBER, words)
    member.get_by_role("button", name="接单").click()
    told(member, "已接单")
    member.get_by_label(re.compile("怎样处理的")).fill("拧紧了接头")
    member.get_by_role("button", name="办结").click()
    told(member, "等另一位同志核查")
    commander = case_page(open_page, Role.COMMANDER, words)
    commander.get_by_role("button", name="核查通过").click()
    told(commander, "案件已结")
    resident.reload()
    resident.get_by_text("没有解决", exact=True).or_(resident.get_by_text("未解决", exact=True)).first.click()
    resident.get_by_text("不满意", exact=True).click()
    resident.locator("form[action$='/rate'] textarea").fill("还在漏")
    resident.locator("form[action$='/rate'] button").click()
    expect(resident.locator(".path")).to_contain_text("重新办理", timeout=PATIENCE_MS)
    commander.reload()
    expect(commander.locator(".state").first).to_have_text("待接单")
    commander.goto("/desk")
    expect(commander.get_by_role("heading", name="待办", exact=True)).to_be_visible()
