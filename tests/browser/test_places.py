"""Typing a place in a real browser: on the map, in the report form, when a nickname is taught; a file is sent."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site
from tests.browser.test_report import onward, own_grid, send

pytestmark = pytest.mark.browser


def compound(site: Site, role: str) -> tuple[str, str]:
    """Give a compound of the grids of a role's account whose name nothing else begins with: name, initials."""
    with site.engine.connect() as connection:
        row = connection.execute(
            text("""SELECT p.name, w.word FROM place p JOIN place_stem s ON s.place_id = p.id
                    JOIN place_word w ON w.stem = s.number AND w.form = 1
                    JOIN account a ON a.role = :role JOIN posting o ON o.member_id = a.member_id
                    JOIN grid_version v ON v.grid_id = o.grid_id AND v.valid @> now() AND ST_Covers(v.geom, p.point)
                    WHERE p.kind = 'compound' AND p.ended_at IS NULL
                      AND (SELECT count(DISTINCT stem) FROM place_word x WHERE starts_with(x.word, w.word)) = 1
                    ORDER BY p.id LIMIT 1"""),
            {"role": role},
        ).one()
    return row.name, row.word


def test_the_map_flies_to_what_is_typed_in_initials(site: Site, open_page: OpenPage) -> None:
    name, initials = compound(site, "grid_member")
    page = open_page()
    page.goto("/map")
    box = page.get_by_role("combobox", name="查找地址")
    box.fill(initials)
    option = page.get_by_role("option").first
    expect(option).to_contain_text(name)
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value(name)
    expect(page.locator(".find-pin")).to_be_visible()


def test_the_report_form_offers_places_and_takes_any_words(site: Site, open_page: OpenPage) -> None:
    name, initials = compound(site, "grid_member")
    page = open_page(width=390, height=844)
    page.goto("/")
    page.get_by_label("发生了什么？").fill("样例：门口的路灯坏了")
    onward(page)
    where = page.get_by_label("在哪里？")
    where.click()
    where.press_sequentially(initials)
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text(name)
    expect(where).to_have_attribute("aria-expanded", "true")
    where.press("ArrowDown")
    expect(where).to_have_attribute("aria-activedescendant", re.compile(r"places-\d+-0"))
    where.press("Enter")
    expect(where).to_have_value(re.compile(name))
    expect(page.get_by_role("listbox")).to_be_hidden()
    where.fill("写不出名字的地方")
    expect(where).to_have_attribute("aria-expanded", "false")


def test_a_nickname_is_taught_and_ended(site: Site, open_page: OpenPage) -> None:
    name, initials = compound(site, "grid_member")
    page = open_page(Role.GRID_MEMBER)
    page.goto("/nicknames")
    page.get_by_label("叫法", exact=True).fill("样例老水塔")
    where = page.get_by_label("指的是", exact=True)
    where.click()
    where.press_sequentially(initials)
    page.get_by_role("option").first.click()
    expect(where).to_have_value(name)
    page.get_by_role("button", name="记下这个叫法").click()
    expect(page.get_by_role("status").first).to_contain_text("样例老水塔")
    row = page.get_by_role("row").filter(has_text="样例老水塔")
    expect(row).to_contain_text(name)
    expect(row).to_contain_text("网格员")
    row.get_by_role("button", name="不再使用").click()
    expect(page.get_by_role("row").filter(has_text="样例老水塔")).to_contain_text("起不再使用")


def test_a_point_on_the_map_gets_a_name(site: Site, open_page: OpenPage) -> None:
    here = own_grid(site)
    page = open_page(Role.GRID_MEMBER)
    page.goto("/nicknames")
    page.get_by_label("叫法", exact=True).fill("样例歪脖子树")
    page.get_by_label("指的是", exact=True).fill("那棵树")
    page.get_by_role("button", name="标在地图中央").click()
    expect(page.get_by_label("指的是", exact=True)).to_have_value("")
    for name, value in (("lon", here["longitude"]), ("lat", here["latitude"])):
        page.locator(f"input[name={name}]").evaluate("(field, value) => { field.value = value; }", value)
    page.get_by_role("button", name="记下这个叫法").click()
    expect(page.get_by_role("row").filter(has_text="样例歪脖子树")).to_contain_text("地图上的一点")


def test_a_person_places_a_case_by_typing_where_it_is(site: Site, open_page: OpenPage) -> None:
    name, initials = compound(site, "grid_member")
    words = "样例：那边的井盖松了"
    resident = open_page()
    resident.goto("/")
    resident.get_by_label("在哪里？").fill("那边")
    assert "先核对位置" in send(resident, words)
    page = open_page(Role.COMMANDER)
    page.goto("/queue")
    page.locator(".waiting").get_by_text(words).click()
    field = page.get_by_label("位置的写法")
    field.click()
    field.press_sequentially(initials)
    page.get_by_role("listbox").get_by_role("option").first.click()
    expect(field).to_have_value(re.compile(name))
    expect(page.locator(".pin-point")).to_be_visible()
    expect(page.locator("[name=lon]")).to_have_value(re.compile(r"\d+\.\d+"))
    page.get_by_role("button", name="就在这里，派出").click()
    expect(page.get_by_role("status").first).to_contain_text("案件已派出")


def test_a_file_waits_in_the_list(site: Site, open_page: OpenPage) -> None:
    name, _ = compound(site, "grid_member")
    page = open_page(Role.COMMANDER)
    page.goto("/geocode")
    body = f"id,text\n1,{name}的路灯坏了\n".encode()
    page.get_by_label("表格文件").set_input_files(
        {"name": "样例.csv", "mimeType": "text/csv", "buffer": body}
    )
    page.get_by_role("button", name="上传").click()
    row = page.get_by_role("row").filter(has_text="样例.csv")
    expect(row).to_contain_text("排队中")
    with site.engine.begin() as connection:
        connection.execute(
            text('UPDATE geocode_job SET state = \'done\', counts = \'{"auto": 1, "ask": 0, "none": 0}\'')
        )
    expect(row).to_contain_text("已完成", timeout=10_000)
