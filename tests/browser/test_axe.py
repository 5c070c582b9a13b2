"""axe-core finds nothing serious on any page of any role, light or dark, and no control is smaller than a thumb.

Before: the site, `webmap/node_modules/axe-core`. After: nothing. The script is given to the browser, not to the
page, whose own policy would refuse it. A page is judged whole in light; in dark only what changes, its contrast. Pins
that lie close on a map may be nearer than their size: WCAG 2.5.8 says so, and a list says the same.
"""

from __future__ import annotations

from pathlib import Path
from pprint import pformat
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

import webmap
from gis.settings import Settings
from gis.staff.roles import Role
from tests.browser.conftest import OpenPage
from tests.browser.test_keyboard import SMALL, SMALLEST_PX
from tests.browser.walk import pages_of
from webmap.app import create_app

pytestmark = pytest.mark.browser

AXE = Path(webmap.__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
FEWEST_PAGES = {Role.RESIDENT: 5, Role.COMMANDER: 15}
SCREENS = ((1280, 800), (390, 844))
"""A tablet and a telephone: no control of any page is smaller than a thumb there."""
SEEN_DARK: set[str] = set()
"""Pages judged in dark as another role: the same templates have the same colours."""
JUDGE = """async ([theme, rules]) => {
    document.documentElement.dataset.theme = theme;
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: tags };
    const { violations } = await axe.run(document, { resultTypes: ["violations"], runOnly });
    const pin = ({ target }) => document.querySelector(target[0])?.closest(".leaflet-marker-pane");
    const said = ({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ""}`;
    return violations
        .map((one) => ({ ...one, nodes: one.nodes.filter((node) => one.id !== "target-size" || !pin(node)) }))
        .filter(({ nodes }) => nodes.length)
        .map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.slice(0, 4).map(said) }));
}"""


@pytest.fixture(scope="module")
def table(test_settings: Settings) -> Flask:
    """Give the app, only for its table of addresses."""
    del test_settings
    return create_app()


@pytest.mark.parametrize("role", list(Role))
def test_nothing_serious_on_any_page(open_page: OpenPage, table: Flask, role: Role) -> None:
    if not AXE.exists():
        pytest.skip(f"no {AXE.relative_to(AXE.parents[3])}; `make vendor` fetches it")
    page = open_page(
        None if role is Role.RESIDENT else role, reduced_motion="reduce", has_touch=True, is_mobile=True
    )
    page.add_init_script(path=AXE)
    found: dict[str, list[dict[str, Any]]] = {}
    small: dict[str, list[str]] = {}
    walked = 0
    for endpoint, address in pages_of(table, page, role):
        walked += 1
        said = judged(page, dark=endpoint not in SEEN_DARK)
        SEEN_DARK.add(endpoint)
        found |= {f"{address} ({theme})": grave for theme, grave in said.items() if grave}
        small |= too_small(page, address)
    assert not found, pformat(found, width=160)
    assert not small, pformat(small, width=160)
    assert walked >= FEWEST_PAGES.get(role, 6)


def too_small(page: Page, address: str) -> dict[str, list[str]]:
    """Measure the controls of the open page on both screens; a page wider than its screen is told too."""
    before, told = page.viewport_size, dict[str, list[str]]()
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        faults: list[str] = page.evaluate(SMALL, SMALLEST_PX)
        wide = page.evaluate("document.documentElement.scrollWidth")
        told |= (
            {f"{address} ({width})": faults + [f"{wide} px wide"] * (wide > width)}
            if faults or wide > width
            else {}
        )
    assert before is not None
    page.set_viewport_size(before)
    return told


def judged(page: Page, *, dark: bool) -> dict[str, list[dict[str, Any]]]:
    """Judge the open page in light and, when wanted, in dark."""
    said = {"light": page.evaluate(JUDGE, ["light", None])}
    if dark:
        said["dark"] = page.evaluate(JUDGE, ["dark", ["color-contrast", "link-in-text-block"]])
    return {theme: [one for one in rows if one["impact"] in GRAVE] for theme, rows in said.items()}
