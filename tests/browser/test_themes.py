"""Coloured maps in a real browser: on the site under its policy, and as one file opened without any network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

SOON_MS = 20_000


def test_a_theme_is_moved_through_its_months(open_page: OpenPage) -> None:
    page = open_page(Role.COMMANDER)
    page.goto("/themes?theme=age&months=6")
    slider = page.get_by_role("slider", name="按月查看")
    expect(slider).to_have_value("5", timeout=SOON_MS)
    legend = page.locator(".map-legend")
    expect(legend.locator("li").first).to_be_visible()
    slider.press("ArrowLeft")
    expect(slider).to_have_value("4")
    page.get_by_role("button", name="上一步").click()
    expect(slider).to_have_value("3")
    page.get_by_text("同样的数，列成表").click()
    expect(page.locator(".sheet-table thead th")).to_have_count(8)


def test_the_hours_of_the_day_are_stepped_through(open_page: OpenPage) -> None:
    page = open_page(Role.COMMANDER)
    page.goto("/themes?theme=hours&days=365")
    slider = page.get_by_role("slider", name="按小时查看")
    expect(page.locator("path.heat").first).to_be_attached(timeout=SOON_MS)
    slider.press("End")
    expect(page.locator(".slider-words")).to_contain_text("23–24 时")


def test_the_file_opens_without_a_network(site: Site, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "town.html"
    url = site.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    words = ["map", "-o", str(file), "--theme", "cases", "--months", "3"]
    subprocess.run(
        [sys.executable, "-m", "webmap.cli", *words], cwd=ROOT, check=True, timeout=120, capture_output=True,
        env=os.environ | {"WANGGE_DATABASE_URL": url, "WANGGE_LANGUAGE": "zh"},
    )  # fmt: skip
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    troubles: list[str] = []
    page.on(
        "request",
        lambda one: troubles.append(one.url) if not one.url.startswith(("file:", "data:")) else None,
    )
    page.on("pageerror", lambda fault: troubles.append(str(fault)))
    page.goto(file.as_uri())
    expect(page.locator("path.shade-5").first).to_be_attached(timeout=SOON_MS)
    expect(page.locator(".map-legend h2").first).to_have_text("收到的案件")
    page.get_by_label("未结案件").check()
    expect(page.locator(".mark-place").first).to_be_visible()
    page.locator("path.outline").first.dispatch_event("click")
    expect(page.locator(".map-card h2")).to_be_visible()
    page.get_by_role("button", name="上一步").click()
    expect(page.get_by_role("slider")).to_have_value("1")
    assert troubles == []
    context.close()
