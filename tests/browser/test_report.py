"""A report walks through the pages in a real browser: by pin, by words, by a person's hand; and it is for everybody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.places.search import find
from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 390, "height": 844, "has_touch": True}
NARROWEST_PX = 320


def own_grid(site: Site) -> dict[str, float]:
    """Give a point inside the grid of the member who can sign in."""
    with site.engine.connect() as connection:
        row = connection.execute(
            text("""SELECT ST_X(p) AS lon, ST_Y(p) AS lat FROM (
                      SELECT ST_PointOnSurface(v.geom) AS p FROM account a JOIN posting o ON o.member_id = a.member_id
                      JOIN grid_version v ON v.grid_id = o.grid_id AND v.valid @> now() AND o.valid @> now()
                      WHERE a.role = 'grid_member' LIMIT 1) s""")
        ).one()
    return {"longitude": row.lon, "latitude": row.lat}


def known_address(site: Site, words: str) -> str:
    """Give an address that, with these words after it, means one place of the town for certain."""
    with Session(site.engine) as session:
        names = session.scalars(
            text("SELECT address FROM place WHERE kind = 'building' AND address <> '' ORDER BY id LIMIT 20")
        )
        return next(name for name in names if find(session, f"{name}：{words}").decision == "auto")


def onward(page: Page) -> None:
    """Go to the next question, where the form asks them one by one."""
    button = page.get_by_role("button", name="下一步")
    if button.is_visible():
        button.click()


def send(page: Page, words: str, *, where: str = "", here: bool = False) -> str:
    """Fill the form in, on a telephone question by question, and give what the answer says."""
    page.get_by_label("发生了什么？").fill(words)
    onward(page)
    if where:
        page.get_by_label("在哪里？").fill(where)
    if here:
        page.get_by_role("button", name="用我现在的位置").click()
        expect(page.locator(".pin-point")).to_be_visible(timeout=20_000)
    onward(page)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/t/*")
    return page.locator("[data-told]").inner_text()


def test_a_report_by_pin_is_accepted_done_checked_and_followed(site: Site, open_page: OpenPage) -> None:
    words = "样例：门口路灯坏了两天"
    resident = open_page(**TELEPHONE, geolocation=own_grid(site), permissions=["geolocation"])
    resident.goto("/")
    told = send(resident, words, here=True)
    assert re.search(r"已交给.+，\d+月\d+日（周.）\d+:\d\d 前处理", told)

    member = open_page(Role.GRID_MEMBER)
    member.goto("/my?all")
    member.get_by_text(words).click()
    member.get_by_role("button", name="接单").click()
    expect(member.get_by_role("status")).to_contain_text("已接单")
    member.get_by_label(re.compile("怎样处理的")).fill("换了灯泡")
    member.get_by_role("button", name="办结").click()
    expect(member.get_by_role("status")).to_contain_text("等另一位同志核查")

    commander = open_page(Role.COMMANDER)
    commander.goto("/board?lane=acted")
    commander.get_by_label("找文字或编号").fill(words)
    expect(commander.locator("#list tbody tr")).to_have_count(1, timeout=20_000)
    commander.get_by_text(words).click()
    commander.get_by_role("button", name="核查通过").click()
    expect(commander.get_by_role("status")).to_contain_text("案件已结")

    resident.reload()
    expect(resident.locator("[data-told]")).to_contain_text("已经处理并核查完毕")
    expect(resident.locator(".path")).to_contain_text("换了灯泡")


def test_a_report_by_words_names_its_grid_at_once(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    assert "已交给" in send(page, "路灯不亮", where=known_address(site, "路灯不亮"))


def test_what_nobody_could_place_is_placed_on_the_map(open_page: OpenPage) -> None:
    words = "样例：老地方的路灯又坏了"
    page = open_page()
    page.goto("/")
    assert "先核对位置" in send(page, words, where="老地方")

    commander = open_page(Role.COMMANDER)
    commander.goto("/queue")
    commander.locator(".waiting").get_by_text(words).click()
    commander.locator(".pin-map canvas").first.wait_for()
    box = commander.locator(".pin-map").bounding_box()
    assert box is not None
    commander.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(commander.locator(".pin-point")).to_be_visible()
    commander.get_by_role("button", name="就在这里，派出").click()
    expect(commander.get_by_role("status").first).to_contain_text("案件已派出")
    page.reload()
    expect(page.locator("[data-told]")).to_contain_text("已交给")


def test_the_form_works_without_a_script(site: Site, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    assert "已交给" in send(page, "门口路灯坏了", where=known_address(site, "门口路灯坏了"))


def test_the_pin_can_be_set_by_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    page.locator(".pin-map").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="标在地图中央").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=lon]")).to_have_value(re.compile(r"\d+\.\d+"))
    page.get_by_role("button", name="去掉标注").click()
    expect(page.locator("[name=lon]")).to_have_value("")


PLACES: list[tuple[str, Role | None]] = [
    ("/", None),
    ("/t", None),
    ("/find", None),
    ("/sign-in", None),
    ("/privacy", None),
    ("/my", Role.GRID_MEMBER),
    ("/cases/first", Role.GRID_MEMBER),
    ("/notices", Role.GRID_MEMBER),
    ("/households", Role.GRID_MEMBER),
    ("/nicknames", Role.GRID_MEMBER),
    ("/geocode", Role.COMMANDER),
    ("/board", Role.COMMANDER),
    ("/queue", Role.COMMANDER),
    ("/pictures", Role.COMMANDER),
    ("/accounts", Role.ADMINISTRATOR),
]


def go(page: Page, address: str) -> Page:
    if address == "/cases/first":
        page.goto("/my?all")
        page.locator(".job-link").first.click()
    else:
        page.goto(address)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize(("address", "role"), PLACES)
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_nothing_is_wider_than_the_narrowest_telephone(
    open_page: OpenPage, address: str, role: Role | None, locale: str
) -> None:
    page = go(open_page(role, width=NARROWEST_PX, height=640, locale=locale), address)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST_PX
