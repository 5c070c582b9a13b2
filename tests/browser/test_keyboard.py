"""Main pages work without a mouse, and without aiming: every stop of the Tab key is seen, in order, none holds it fast.

Before: the site. After: nothing. On a tablet every control of a field page is at least 44 px each way; links inside a
sentence and pins on a map are as large as their words and marks (WCAG 2.5.8 says so of both).
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gis.staff.roles import Role
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

PAGES = [
    (None, "/"),
    (None, "/map"),
    (Role.GRID_MEMBER, "/my"),
    (Role.GRID_MEMBER, "/round"),
    (Role.COMMANDER, "/board"),
    (Role.COMMANDER, "/themes?theme=age&months=6"),
    (Role.COMMANDER, "/rules"),
    (Role.PLANNER, "/figures"),
    (Role.ADMINISTRATOR, "/accounts"),
]
LIVE = ["/board"]
"""Pages that never stop talking with the server: what comes in changes rows, not stops."""
FIELD = ["/my", "/round", "/households", "/notices", "/map"]
MOST_STOPS = 40
FEWEST_STOPS = 6
SMALLEST_PX = 43.5
"""44 px, less the half that a browser may round away."""
HERE = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const box = here.getBoundingClientRect();
    const seen = (part) => {
        const style = getComputedStyle(part);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    };
    window.stops ??= [];
    const before = window.stops.at(-1);
    // year, month and day are stops of one field
    if (before === here && here.matches("input[type=date], input[type=time], input[type=datetime-local]")) {
        return { name: "", again: false, follows: true, shown: true, inside: true, ordered: true, frame: false };
    }
    const follows = !before || Boolean(before.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING);
    const again = window.stops.includes(here);
    window.stops.push(here);
    return {
        name: here.outerHTML.slice(0, 120), again, follows,
        shown: seen(here) || Boolean(here.parentElement && seen(here.parentElement)),
        inside: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
        ordered: here.tabIndex === 0, frame: here.matches("main, html"),
    };
}"""
SMALL = """(least) => {
    const kinds = "a[href], button, select, summary, textarea, input:not([type=hidden])";
    const controls = `main :is(${kinds}), nav a, .menu > summary`;
    const pins = ".leaflet-marker-pane, .for-ears";
    const small = [];
    for (const one of document.querySelectorAll(controls)) {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.closest(pins)) continue;
        if (one.matches("a") && getComputedStyle(one).display === "inline") continue;
        const aimed = one.matches("[type=checkbox], [type=radio], [type=file]") ? (one.closest("label") ?? one) : one;
        const box = aimed.getBoundingClientRect();
        if (box.width && (box.height < least || (box.width < least && !one.matches("a")))) {
            small.push(`${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 140)}`);
        }
    }
    return small;
}"""


@pytest.mark.parametrize(("role", "address"), PAGES)
def test_the_tab_key_walks_a_page(open_page: OpenPage, role: Role | None, address: str) -> None:
    page = open_page(role, reduced_motion="reduce")
    page.goto(address, wait_until="load" if address in LIVE else "networkidle")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.evaluate("() => { window.stops = []; }")
    faults, stops = walked(page)
    assert faults == []
    assert stops >= FEWEST_STOPS
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def walked(page: Page) -> tuple[list[str], int]:
    """Press Tab until the page is left, or often enough; give what was wrong and how many stops there were."""
    faults: list[str] = []
    for number in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here: dict[str, Any] | None = page.evaluate(HERE)
        if here is None or (here["again"] and here["name"].startswith('<a class="skip"')):
            return faults, number
        wrong = [
            *(["is not seen to be chosen"] if not here["shown"] and not here["frame"] else []),
            *(["lies outside the window"] if not here["inside"] else []),
            *(["comes out of order"] if not here["ordered"] or not here["follows"] else []),
            *(["holds the Tab key"] if here["again"] else []),
        ]
        faults += [f"{here['name']} {words}" for words in wrong]
        if here["again"]:
            return faults, number
    return faults, MOST_STOPS


def test_controls_of_field_pages_can_be_hit_with_a_thumb(open_page: OpenPage) -> None:
    page = open_page(Role.GRID_MEMBER, width=1280, height=800, has_touch=True, is_mobile=True)
    small: dict[str, list[str]] = {}
    for address in FIELD:
        page.goto(address, wait_until="load")
        found = page.evaluate(SMALL, SMALLEST_PX)
        small |= {address: found} if found else {}
    assert small == {}
