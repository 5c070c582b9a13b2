"""A resident with an old telephone: one question a screen, small pictures, a link to keep; my grid and its people."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import text

from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site
from tests.browser.test_report import TELEPHONE, known_address, own_grid, send

pytestmark = pytest.mark.browser

OLD = {"width": 360, "height": 640, "has_touch": True}
PATIENCE_MS = 20_000


def camera_picture() -> bytes:
    """A picture of a camera: large, with a place and a device written into it."""
    noise = np.random.default_rng(2).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    Image.fromarray(noise).resize((3200, 2400)).save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def test_one_question_a_screen_and_a_small_picture(site: Site, open_page: OpenPage) -> None:
    page = open_page(**OLD, geolocation=own_grid(site), permissions=["geolocation"])
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/")
    expect(page.get_by_text("第 1 步，共 3 步")).to_be_visible()
    expect(page.get_by_label("在哪里？")).to_be_hidden()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("第 1 步，共 3 步")).to_be_visible()
    page.get_by_label("发生了什么？").fill("样例：车棚的灯不亮")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_label("在哪里？")).to_be_focused()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("请写下地点，或在地图上标出来。")).to_be_visible()
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.locator(".pin-point")).to_be_visible()
    page.get_by_role("button", name="下一步").click()
    body = camera_picture()
    assert len(body) > 300_000
    page.get_by_label(re.compile("^照片")).set_input_files(
        {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": body}
    )
    expect(page.get_by_role("button", name="去掉第 1 张")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("第 2 步，共 3 步")).to_be_visible()
    page.get_by_role("button", name="下一步").click()
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/report")) as sent:
        page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/t/*")
    sent_body = sent.value.post_data_buffer
    assert sent_body is None or b"SECRET CAMERA" not in sent_body
    with site.engine.connect() as connection:
        wide, high = connection.execute(
            text("SELECT width_px, height_px FROM photo ORDER BY id DESC LIMIT 1")
        ).one()
    assert (wide, high) == (1600, 1200), "it was made small on the device"
    expect(page.get_by_role("img", name="本页的二维码")).to_be_visible()
    page.get_by_text("时限是怎么算的").click()
    expect(page.locator(".sums li").first).to_be_visible()


def test_words_outlive_a_page_that_was_thrown_away(open_page: OpenPage) -> None:
    page = open_page(**TELEPHONE)
    page.goto("/")
    page.get_by_label("发生了什么？").fill("样例：写到一半的话")
    page.goto("/privacy")
    page.goto("/report")
    expect(page.get_by_label("发生了什么？")).to_have_value("样例：写到一半的话", timeout=PATIENCE_MS)
    send(page, "样例：写完的话", where="老地方")
    page.get_by_role("link", name="再反映一个问题").click()
    expect(page.get_by_label("发生了什么？")).to_have_value("")


def test_what_was_reported_nearby_is_offered_and_a_voice_is_added(site: Site, open_page: OpenPage) -> None:
    where = known_address(site, "路灯不亮")
    first = open_page(**TELEPHONE)
    first.goto("/")
    send(first, "样例：路灯不亮", where=where)
    page = open_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/")
    page.get_by_label("发生了什么？").fill("样例：这盏路灯也不亮")
    page.get_by_label("在哪里？").fill(where)
    panel = page.locator("[data-similar]")
    expect(panel.get_by_role("heading", name="附近已有人反映")).to_be_visible(timeout=PATIENCE_MS)
    expect(panel).not_to_contain_text("样例：路灯不亮")
    panel.get_by_role("button", name="就是这件，加上我的声音").first.click()
    page.wait_for_url("**/t/*")
    expect(page.locator("[data-told]")).to_be_visible()


def test_my_grid_is_found_by_address_and_printed_with_a_code(site: Site, open_page: OpenPage) -> None:
    page = open_page(**TELEPHONE, geolocation=own_grid(site), permissions=["geolocation"])
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/find")
    page.get_by_role("button", name="用我现在的位置").click()
    page.wait_for_url("**/grids/*")
    expect(page.get_by_text("办公电话")).to_be_visible()
    code = page.url.rpartition("/")[2]
    for name in ("map.svg", "qr.svg"):
        assert page.request.get(f"/grids/{code}/{name}").ok
    page.goto("/find")
    page.get_by_label("您住在哪里？").fill(known_address(site, "路灯"))
    page.get_by_role("button", name="查找").click()
    page.wait_for_url("**/grids/*")
    page.get_by_role("link", name="打印公示牌").click()
    expect(page.get_by_role("img", name="本网格页面的二维码")).to_be_visible()
    expect(page.get_by_role("button", name="打印（A5）")).to_be_visible()


def test_a_picture_is_covered_by_hand_and_by_keyboard_before_it_is_public(
    site: Site, open_page: OpenPage
) -> None:
    resident = open_page(geolocation=own_grid(site), permissions=["geolocation"])
    resident.set_default_timeout(PATIENCE_MS)
    resident.goto("/")
    resident.get_by_label("类别").evaluate("select => { select.closest('details').open = true; }")
    resident.get_by_label("类别").select_option("C0118")
    resident.get_by_label(re.compile("^照片")).set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": camera_picture()}
    )
    expect(resident.get_by_role("button", name="去掉第 1 张")).to_be_visible()
    send(resident, "样例：拍下来的路灯", here=True)
    with site.engine.connect() as connection:
        photo, number = connection.execute(
            text(
                'SELECT p.id, c.number FROM photo p JOIN "case" c ON c.id = p.case_id ORDER BY p.id DESC LIMIT 1'
            )
        ).one()
    page = open_page(Role.COMMANDER)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"/pictures/{photo}")
    picture = page.locator("[data-plain]")
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4, steps=4)
    page.mouse.up()
    expect(page.get_by_role("button", name="第 1 处", exact=True)).to_be_visible()
    page.get_by_role("button", name="加一块").press("Enter")
    second = page.get_by_role("button", name="第 2 处", exact=True)
    expect(second).to_be_focused()
    second.press("ArrowRight")
    second.press("Shift+ArrowDown")
    lefts = page.locator("input[name=left]")
    expect(lefts.nth(1)).to_have_value("41")
    expect(page.locator("input[name=height]").nth(1)).to_have_value("21")
    page.get_by_label(re.compile("我看过整张照片")).check()
    page.get_by_role("button", name="公开这张照片").click()
    expect(page.get_by_role("status").first).to_contain_text("照片已公开")
    visitor = open_page(**TELEPHONE)
    visitor.goto(f"/c/{number}")
    shown = visitor.get_by_role("img", name="反映时")
    expect(shown).to_be_visible(timeout=PATIENCE_MS)
    expect(visitor.locator("main")).not_to_contain_text("拍下来")
