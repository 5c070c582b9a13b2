"""The map in a real browser: it draws, answers a click, recolours, searches, and asks nobody else."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site

pytestmark = pytest.mark.browser

LARGEST_PAGE_BYTES = 1_000_000
PATIENCE_S = 20


def drawn(page: Page) -> Page:
    """Wait until the canvas of every tile in sight is painted."""
    page.wait_for_selector("canvas.leaflet-tile-loaded")
    page.wait_for_load_state("networkidle")
    return page


def colours(page: Page) -> set[str]:
    """Give the colours on the tiles, so that a test can ask whether a line or a fill is there."""
    found: list[str] = page.evaluate(
        """() => {
            const seen = new Map();
            for (const canvas of document.querySelectorAll("canvas.leaflet-tile-loaded")) {
                const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                for (let i = 0; i < data.length; i += 4) {
                    const rgb = [data[i], data[i + 1], data[i + 2]];
                    const key = rgb.map((n) => n.toString(16).padStart(2, "0")).join("");
                    seen.set(key, (seen.get(key) ?? 0) + 1);
                }
            }
            return [...seen].filter(([, count]) => count > 40).map(([key]) => "#" + key);
        }"""
    )
    return set(found)


def token(page: Page, name: str) -> str:
    value: str = page.evaluate(
        "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()", name
    )
    return value


def without_matters(page: Page) -> Page:
    """Show no public matters: other tests may have put one just where this one clicks."""
    none = {"type": "FeatureCollection", "features": []}
    page.route("**/layers/matters.geojson*", lambda route: route.fulfill(json=none))
    return page


def painted(page: Page, wanted: Callable[[set[str]], bool]) -> None:
    """Wait until the colours on the tiles are as wanted: a canvas is painted some time after its data came."""
    until = time.monotonic() + PATIENCE_S
    while not wanted(found := colours(page)):
        assert time.monotonic() < until, found
        page.wait_for_timeout(100)


def clicked(page: Page, down: float = 0.5) -> Locator:
    """Click the middle of the map, so far down, until its tile is there to answer with a card; give the card."""
    box, card = page.locator(".folium-map").bounding_box(), page.locator(".map-card h2")
    assert box is not None
    until = time.monotonic() + PATIENCE_S
    while not card.is_visible() and time.monotonic() < until:
        page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * down)
        with suppress(AssertionError):
            expect(card).to_be_visible(timeout=2000)
    expect(card).to_be_visible()
    return page.locator(".map-card")


def test_a_visitor_sees_grids_and_their_public_card(open_page: OpenPage) -> None:
    page = without_matters(open_page())
    page.goto("/map")
    drawn(page)
    wanted = {token(page, "--map-grid"), token(page, "--map-water")}
    painted(page, lambda found: wanted <= found)
    card = clicked(page, 0.62)
    expect(card.get_by_text("网格长")).to_be_visible()
    expect(card.get_by_text("件未结")).to_have_count(0)
    expect(page.locator("input[name=figure]")).to_have_count(0)


def test_staff_see_cases_and_a_figure_recolours_the_grids(open_page: OpenPage) -> None:
    page = open_page(Role.COMMANDER)
    page.goto("/map")
    drawn(page)
    expect(page.locator(".mark-place").first).to_be_visible()
    before = colours(page)
    page.get_by_label("户数").check()
    legend = page.locator(".map-legend")
    expect(legend.get_by_role("heading", name="户数")).to_be_visible()
    expect(legend.locator(".swatch")).to_have_count(5)
    painted(page, lambda found: len(found - before) >= 5)
    page.get_by_label("不着色").check()
    expect(legend.get_by_role("heading", name="户数")).to_have_count(0)


def test_a_members_map_shows_their_own_grids_only(open_page: OpenPage, site: Site) -> None:
    page = open_page(Role.GRID_MEMBER)
    page.goto("/map")
    expect(page.locator(".folium-map[data-cases]")).to_be_visible()
    with site.engine.connect() as connection:
        of_town = connection.exec_driver_sql(
            'SELECT count(*) FROM "case" WHERE closed_at IS NULL'
        ).scalar_one()
    shown = int(page.locator(".folium-map").get_attribute("data-cases") or 0)
    assert 0 < shown < of_town


def test_layers_are_switched_with_the_keyboard(open_page: OpenPage) -> None:
    page = open_page(Role.COMMANDER)
    page.goto("/map")
    drawn(page)
    box = page.get_by_role("checkbox", name="未结案件")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".mark-place")).to_have_count(0)
    page.get_by_role("checkbox", name="网格").uncheck()
    line = token(page, "--map-grid")
    painted(page, lambda found: line not in found)


def test_search_flies_to_the_place_and_opens_its_grid(open_page: OpenPage, site: Site) -> None:
    with site.engine.connect() as connection:
        name = connection.exec_driver_sql("SELECT name FROM compound ORDER BY name LIMIT 1").scalar_one()
    page = open_page()
    page.goto("/map")
    drawn(page)
    box = page.get_by_role("combobox", name="查找地址")
    box.fill(name)
    expect(page.get_by_role("option").first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "find-0")
    box.press("Enter")
    expect(page.locator(".map-card h2")).to_be_visible()
    expect(page.locator(".find-pin")).to_be_visible()
    expect(page).to_have_url(re.compile("#17/"))


def test_english_and_dark(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB", color_scheme="dark")
    page.goto("/map")
    drawn(page)
    expect(page.get_by_role("combobox", name="Find an address")).to_be_visible()
    paper = token(page, "--map-paper")
    painted(page, lambda found: paper in found)
    assert int(paper[1:3], 16) < 64


def test_a_telephone_has_the_card_at_the_bottom(open_page: OpenPage) -> None:
    page = without_matters(open_page(width=390, height=844, has_touch=True))
    page.goto("/map")
    drawn(page)
    card = clicked(page, 0.62)
    box = card.bounding_box()
    assert box is not None
    assert box["y"] > 300
    bar = page.locator(".ways").bounding_box()  # on a telephone the ways stand below everything
    assert bar is not None
    assert bar["y"] + bar["height"] == pytest.approx(844, abs=2)
    assert box["y"] + box["height"] == pytest.approx(bar["y"], abs=2)
    room = page.locator(".folium-map").bounding_box()
    assert room is not None
    assert room["width"] <= 390


def test_the_page_carries_no_records(open_page: OpenPage) -> None:
    page = open_page(Role.COMMANDER)
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}) if answer.ok else None)
    page.goto("/map")
    drawn(page)
    before_tiles = {url: size for url, size in sizes.items() if "/tiles/" not in url}
    assert any("compose.js" in url for url in before_tiles)
    assert sum(before_tiles.values()) < LARGEST_PAGE_BYTES


def test_a_selected_grid_is_left_with_escape(open_page: OpenPage) -> None:
    page = without_matters(open_page())
    page.goto("/map")
    drawn(page)
    clicked(page, 0.62)
    page.get_by_role("button", name="关闭").click()
    expect(page.locator(".map-card")).to_be_hidden()


def test_a_pan_at_street_scale_asks_for_tiles_only(open_page: OpenPage) -> None:
    page = open_page(Role.COMMANDER)
    page.goto("/map")
    expect(page.locator(".folium-map[data-cases]")).to_be_visible()
    page.get_by_role("button", name="缩小").click()  # the page's address says where the map is from now on
    page.wait_for_url(re.compile("#"))
    west = re.sub(r"#\d+", "#18", page.url)
    page.goto("about:blank")
    page.goto(west)
    expect(page.locator(".folium-map[data-cases]")).to_be_visible()
    drawn(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    with page.expect_request(lambda request: "/tiles/base/" in request.url):
        for _ in range(6):
            page.mouse.move(1000, 400)
            page.mouse.down()
            page.mouse.move(200, 400, steps=8)
            page.mouse.up()
    drawn(page)
    # the address says where the map is, and at a new address the browser looks at the page's icon once more
    others = {path for path in asked if not path.startswith("/tiles/")}
    assert others <= {"/static/img/mark.svg"}
