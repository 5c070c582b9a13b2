"""Every page that a role can reach: the addresses of the app's own table, and one example of each that needs a number.

Before: the app's routes, `conftest`. After: test_axe, test_keyboard. Addresses with a part to fill in (`/cases/<id>`)
are found where people find them: among the links of the pages already walked. What visitors see too
is walked as a visitor only, but for the map. Files and data (JSON, tiles, papers) are no
pages and are left out by what the server says they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from gis.staff.roles import Role, reach_of
from webmap.access import act_of

LINKS = "links => [...new Set(links.map((link) => link.getAttribute('href')))]"
QUERY = {"/find": "?q=和平"}
KNOWN: dict[str, bool] = {}
"""Which endpoints give pages, learnt on the way."""
TABLET = {"shell.day", "shell.walk"}
"""The tablet's own pages hold nothing for a visitor: the key they ask for is refused: for a console, an error."""
TWO_SIGHTS = {"town.page"} | TABLET
"""Pages that staff see with more on them than visitors do."""


def pages_of(app: Flask, page: Page, role: Role) -> Iterator[tuple[str, str]]:
    """Open every page of a role, one after the other, and give its endpoint and address while it stands open."""
    waiting = deque(fixed(app, role))
    seen: set[str] = set()
    while waiting:
        address = waiting.popleft()
        endpoint = endpoint_of(app, address)
        if endpoint is None or endpoint in seen or not wanted(app, endpoint, role):
            continue
        if not is_page(page, address, endpoint):
            if endpoint in KNOWN:
                seen.add(endpoint)
            continue
        answer = page.goto(address, wait_until="load")
        if not usable(answer):
            continue
        seen.add(endpoint)
        waiting.extend(page.locator("a[href^='/']").evaluate_all(LINKS))
        yield endpoint, address


def fixed(app: Flask, role: Role) -> list[str]:
    """Give the addresses of a role that need nothing filled in, by the app's own table."""
    return sorted(
        rule.rule + QUERY.get(rule.rule, "")
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not rule.arguments and wanted(app, rule.endpoint, role)
    )


def wanted(app: Flask, endpoint: str, role: Role) -> bool:
    """Tell whether an endpoint is a role's to walk."""
    shared = (
        role is not Role.RESIDENT and open_to(app, endpoint, Role.RESIDENT) and endpoint not in TWO_SIGHTS
    )
    if endpoint in TABLET and role is not Role.GRID_MEMBER:
        return False
    return open_to(app, endpoint, role) and not shared


def open_to(app: Flask, endpoint: str, role: Role) -> bool:
    """Tell whether a role has the act of an endpoint."""
    name = act_of(app, endpoint)
    return name is not None and reach_of(role, name) is not None


def endpoint_of(app: Flask, address: str) -> str | None:
    """Give what answers an address of ours, or None where nothing does."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return str(endpoint)


def is_page(page: Page, address: str, endpoint: str) -> bool:
    """Ask for an address and tell whether a whole page stands there; once an endpoint, whoever asks first.

    What is refused or leads elsewhere is no page yet: it is asked again at the next address that leads there. A part
    of a page, which a script takes in, has no head.
    """
    if endpoint not in KNOWN:
        answer = page.context.request.get(address, max_redirects=0)
        assert answer.status < HTTPStatus.INTERNAL_SERVER_ERROR, f"{address} failed"
        if not answer.ok:
            return False
        html = "text/html" in answer.headers.get("content-type", "")
        KNOWN[endpoint] = html and "<html" in answer.text()
    return KNOWN[endpoint]


def usable(answer: Response | None) -> bool:
    """Tell whether a page came; an address that leads elsewhere was walked there already."""
    return answer is not None and answer.ok and answer.request.redirected_from is None
