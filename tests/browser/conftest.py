"""A whole site for the browser: the sample town in a database of its own, the real app on a loopback port.

Before: tests/conftest.py. After: every test in this folder. `site` is made once a process (about 40 s: the town goes
through its own loaders) and its rows stay: a test that changes rows changes them for the tests after it.
`open_page(role)` gives a page signed in as that role, or a visitor's with None; at the end of each test no page may
have asked another host or written an error to its console.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from sqlalchemy import URL, Engine, select, text
from sqlalchemy.orm import Session

from gis.database import open_engine
from gis.grids.models import Area
from gis.settings import Settings
from gis.staff.accounts import create
from gis.staff.models import Organisation, Posting
from gis.staff.roles import Role
from tests.conftest import ROOT, TEMPLATE_LOCK, _template
from webmap.local.web import web_command

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
START_S = 180
# a machine that does many things at once is slow, and not wrong
expect.set_options(timeout=20_000)


@dataclass
class Site:
    """Where the site is, its database, and who can sign in: role to (name, password)."""

    url: str
    engine: Engine
    accounts: dict[Role, tuple[str, str]]
    states: dict[str, object] = field(default_factory=dict)


@pytest.fixture(scope="session")
def site(
    server_url: URL, test_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Load the sample town, start the app, and end both by their own names and pids."""
    del test_settings  # its secrets are in the environment now
    name = f"wangge_site_{os.getpid()}_{uuid4().hex[:6]}"
    admin = open_engine(server_url.render_as_string(hide_password=False)).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        template = _template(admin, server_url)
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": TEMPLATE_LOCK})
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": TEMPLATE_LOCK})
    url = server_url.set(database=name).render_as_string(hide_password=False)
    engine = open_engine(url)
    try:
        accounts = _fill(engine)
        with _served(url, tmp_path_factory.mktemp("site")) as address:
            yield Site(address, engine, accounts)
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def _fill(engine: Engine) -> dict[Role, tuple[str, str]]:
    from gis.loading.kind import silent
    from webmap.commands.sample import load_town

    with Session(engine) as session, session.begin():
        load_town(session, scale=1, seed=1, say=silent)
    with Session(engine) as session, session.begin():
        return _accounts(session)


def _accounts(session: Session) -> dict[Role, tuple[str, str]]:
    """Make one account a role, for the people of one grid that has open cases."""
    grid_id = session.scalars(
        text('SELECT grid_id FROM "case" WHERE closed_at IS NULL AND grid_id IS NOT NULL '
             "GROUP BY grid_id ORDER BY count(*) DESC, grid_id LIMIT 1")
    ).one()  # fmt: skip
    posting = session.scalars(
        select(Posting).where(Posting.grid_id == grid_id, Posting.role == "grid_member")
    ).first()
    branch = session.scalar(
        text("SELECT organisation_id FROM grid_branch WHERE grid_id = :grid"), {"grid": grid_id}
    )
    town = session.scalars(select(Area.id).where(Area.level == "subdistrict")).first()
    agency = session.scalar(text("SELECT agency FROM case_type WHERE agency <> '' ORDER BY agency LIMIT 1"))
    assert posting is not None
    assert session.get(Organisation, branch) is not None
    given: dict[Role, dict[str, Any]] = {
        Role.GRID_MEMBER: {"member_id": posting.member_id},
        Role.BRANCH: {"organisation_id": branch},
        Role.COMMANDER: {"area_id": town},
        Role.PLANNER: {"area_id": town},
        Role.AGENCY: {"agency": agency},
        Role.ADMINISTRATOR: {},
    }
    return {
        role: (role.value, create(session, name=role.value, role=role.value, **own)[1])
        for role, own in given.items()
    }


class _served:  # noqa: N801 - reads as a phrase in a with statement
    """The app on a free loopback port; ended by its own pid."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.environment = os.environ | {
            "WANGGE_DATABASE_URL": database_url,
            "WANGGE_SIGN_IN_LIMIT": "1000 per minute",
            "WANGGE_REPORT_LIMIT": "1000 per minute",
            "WANGGE_UPLOAD_FOLDER": str(folder / "uploads"),
            "HOME": str(folder),
        }
        self.log = (folder / "log").open("wb")

    def __enter__(self) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen(
            web_command(port, workers=1),
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, self.process, Path(self.log.name))
        except BaseException:
            self.__exit__()
            raise
        return address

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with closing(HTTPConnection(urlsplit(address).netloc, timeout=30)) as asking:
                asking.request("GET", "/map")
                asking.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the app did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give one Chromium for all tests; skip where the machine has none."""
    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}; install chromium to run the browser tests")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def keep() -> Path:
    """Give the folder where pictures of the screens stay after a run, to be looked at: `.wangge/screens`."""
    folder = ROOT / ".wangge" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(site: Site, browser: Browser) -> Iterator[OpenPage]:
    """Give a function that opens a page for a role; it watches requests and the console of every page it gave."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened(role: Role | None = None, *, width: int = 1440, height: int = 900, **more: object) -> Page:
        options = {
            "locale": "zh-CN",
            "base_url": site.url,
            "viewport": {"width": width, "height": height},
        } | more
        if role is not None and role.value in site.states:
            options["storage_state"] = site.states[role.value]
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        _watch(page, site.url, troubles)
        if role is not None and role.value not in site.states:
            _sign_in(page, *site.accounts[role])
            site.states[role.value] = context.storage_state()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def _sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _watch(page: Page, home: str, troubles: list[str]) -> None:
    def asked(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and not url.startswith(home):
            troubles.append(f"asked another host: {url}")

    page.on("request", lambda request: asked(request.url))
    page.on("pageerror", lambda fault: troubles.append(f"script fault: {fault}"))
    page.on(
        "console",
        lambda line: troubles.append(f"console: {line.text} {line.location}") if _is_fault(line) else None,
    )


def _told(line: ConsoleMessage) -> str:
    return f"console: {line.text} {line.location['url']}"


def _is_fault(line: ConsoleMessage) -> bool:
    """A form that is refused or overtaken comes back with 422 or 409: a browser calls that an error, we do not.

    Nor is it one that all live lines of a busy process are taken: the board asks by itself then.
    """
    refused = any(f"status of {status}" in line.text for status in (409, 422))
    full = "status of 503" in line.text and line.location["url"].endswith("/board/events")
    return line.type == "error" and not refused and not full
