"""The member's tablet in a real browser: an hour without a network, a browser that dies, two tablets, lost ground."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases import journey, moves, rehome
from gis.cases.actor import Actor
from gis.cases.intake import NewReport, Pin
from gis.cases.models import Case, CaseLog, Photo
from gis.staff.accounts import create
from gis.staff.models import Member
from tests.browser.conftest import ARGUMENTS, CHROMIUM, Site, _sign_in

pytestmark = pytest.mark.browser

PATIENT_MS = 20_000
SCREENS = {"wide": (1280, 800), "upright": (800, 1280), "phone": (390, 844)}
LANDSCAPE = {"width": 1280, "height": 800}
_numbers = count(1)


@dataclass
class Person:
    """A member made for one test, with grids and cases of their own."""

    account: tuple[str, str]
    account_id: int
    member_id: int
    grid_id: int
    cases: list[int]


def middle(session: Session, grid_id: int) -> tuple[float, float]:
    row = session.execute(
        text("SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM grid_version "
             "WHERE grid_id = :grid AND upper_inf(valid)) s"), {"grid": grid_id},
    ).one()  # fmt: skip
    return row[0], row[1]


def own_grid(session: Session) -> int:
    return int(session.execute(text(
        "SELECT p.grid_id FROM posting p JOIN account a ON a.member_id = p.member_id "
        "WHERE a.name = 'grid_member' AND p.valid @> now() ORDER BY p.grid_id LIMIT 1"
    )).scalar_one())  # fmt: skip


def person(site: Site, cases: int, *, grid_id: int = 0) -> Person:
    """Make a member who works in a grid, with cases that were given to them."""
    with Session(site.engine) as session, session.begin():
        number = next(_numbers)
        grid_id = grid_id or own_grid(session)
        member = Member(code=f"T{uuid4().hex[:6]}", name=f"样例平板{number}", skills=[])
        session.add(member)
        session.flush()
        session.execute(
            text("INSERT INTO posting (member_id, grid_id, role, valid) VALUES (:member, :grid, 'grid_member', "
                 "tstzrange('2020-01-01', NULL))"), {"member": member.id, "grid": grid_id},
        )  # fmt: skip
        account, password = create(
            session, name=f"tablet{uuid4().hex[:6]}", role="grid_member", member_id=member.id
        )
        made = Person((account.name, password), account.id, member.id, grid_id, [])
        made.cases = [given(session, made, f"样例：第{one + 1}号路灯不亮") for one in range(cases)]
    return made


def given(session: Session, who: Person, words: str) -> int:
    """Report a case in the person's grid and give it to them."""
    now = datetime.now(UTC)
    pin = Pin(*middle(session, who.grid_id), "cgcs2000")
    new = NewReport(text=words, channel="web", client_request_id=uuid4().hex, pin=pin, category="C0118")
    case = session.get_one(Case, journey.report(session, new, now).row.case.id, with_for_update=True)
    case.member_id = who.member_id
    moves.make(session, case, "reassign", Actor("commander"), now, reason="样例")
    return case.id


def picture(number: int) -> bytes:
    """Draw a picture with notes of a camera in it: where it was, and by which device."""
    image = Image.effect_noise((1600, 1200), 30).convert("RGB")
    image.paste((number * 20 % 255, 90, 120), (0, 0, 900, 900))
    notes = Image.Exif()
    notes[0x010F] = "SECRETCAMERA"
    notes.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=notes, quality=80)
    return out.getvalue()


@pytest.fixture
def open_tablet(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a function that signs a person in on a tablet and waits until all is there for going offline."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(who: Person, **more: Any) -> Page:
        context = browser.new_context(
            **({"locale": "zh-CN", "base_url": site.url, "viewport": LANDSCAPE} | more)
        )
        contexts.append(context)
        page = begun(context, who)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def begun(context: BrowserContext, who: Person) -> Page:
    context.set_default_timeout(PATIENT_MS)
    page = context.pages[0] if context.pages else context.new_page()
    _sign_in(page, *who.account)
    settled(page)
    return page


def day(page: Page) -> Any:
    return page.locator("[data-day]")


def settled(page: Page) -> None:
    """Wait until the day, the shell and the tiles are on the tablet."""
    expect(day(page)).to_have_attribute("data-ended", "done", timeout=PATIENT_MS)
    expect(day(page)).to_have_attribute("data-tiles", "kept", timeout=PATIENT_MS)
    page.wait_for_function(
        "async () => { const way = await navigator.serviceWorker.ready; return way.active?.state === 'activated'"
        " && navigator.serviceWorker.controller !== null; }", timeout=PATIENT_MS,
    )  # fmt: skip


def waiting(page: Page, number: int) -> None:
    expect(day(page)).to_have_attribute("data-waiting", str(number), timeout=PATIENT_MS)


def choose(page: Page, case_id: int) -> Any:
    # by keyboard: a map that draws on a busy machine keeps a mouse waiting
    page.locator(f'[data-key="case:{case_id}"]').press("Enter")
    panel = page.locator("[data-panel]")
    expect(panel.locator(f'a[href="/cases/{case_id}"]')).to_be_visible(timeout=PATIENT_MS)
    return panel


def form(page: Page, case_id: int, move: str) -> Any:
    panel = choose(page, case_id)
    name = f'[data-form="move:{case_id}:{move}"]'
    found = panel.locator(name)
    if not found.is_visible():
        panel.locator("details", has=page.locator(name)).locator("summary").click()
    return found


def accept(page: Page, case_id: int) -> None:
    form(page, case_id, "accept").get_by_role("button", name="接单").click()


def note(page: Page, case_id: int, words: str) -> None:
    found = form(page, case_id, "note")
    found.locator("textarea").fill(words)
    found.get_by_role("button", name="记下", exact=True).click()


def act(page: Page, case_id: int, words: str, number: int | None = None) -> None:
    found = form(page, case_id, "act")
    found.locator("textarea").fill(words)
    if number is not None:
        file = {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": picture(number)}
        found.locator('[data-photo="after"]').set_input_files([file])  # type: ignore[list-item]
        expect(found.locator("[data-picture]")).to_have_count(1, timeout=PATIENT_MS)
    found.get_by_role("button", name="办结", exact=True).click()


def an_hour(page: Page, who: Person) -> None:
    """Thirty acts and ten pictures, two minutes between them."""
    done = 0
    for number, case_id in enumerate(who.cases):
        for one in (
            lambda case_id=case_id: accept(page, case_id),
            lambda case_id=case_id: note(page, case_id, f"到了{case_id}"),
            lambda case_id=case_id, number=number: act(page, case_id, f"换了{case_id}", number),
        ):
            one()
            done += 1
            waiting(page, done)
            page.clock.fast_forward(120_000)


def arrived(site: Site, who: Person) -> None:
    """See that everything is there once, in its order, with a picture each that tells nothing of its camera."""
    with Session(site.engine) as session:
        query = select(CaseLog).where(CaseLog.account_id == who.account_id).order_by(CaseLog.id)
        logs = session.scalars(query).all()
        assert [(log.case_id, log.move) for log in logs] == [
            (case_id, move) for case_id in who.cases for move in ("accept", "note", "act")
        ]
        assert [log.reason for log in logs if log.move == "act"] == [
            f"换了{case_id}" for case_id in who.cases
        ]
        kept = session.scalars(select(Photo).where(Photo.case_id.in_(who.cases))).all()
        assert sorted(photo.case_id for photo in kept) == sorted(who.cases)
        assert len({photo.sha256 for photo in kept}) == len(who.cases)


def test_an_hour_without_a_network_arrives_once_and_in_order(
    site: Site, open_tablet: Callable[..., Page]
) -> None:
    who = person(site, 10)
    page = open_tablet(who)
    page.clock.install()
    page.reload()
    settled(page)
    sent: list[bytes] = []
    page.on(
        "request",
        lambda request: sent.append(request.post_data_buffer or b"") if request.method == "PUT" else None,
    )
    page.context.set_offline(True)
    an_hour(page, who)
    expect(page.locator("[data-line]")).to_contain_text("离线 1 小时", timeout=PATIENT_MS)
    expect(page.locator("[data-line]")).to_contain_text("30 条待上传")
    page.context.set_offline(False)
    waiting(page, 0)
    expect(page.locator("[data-line]")).to_contain_text("刚刚同步", timeout=PATIENT_MS)
    arrived(site, who)
    assert sent
    assert not [body for body in sent if b"Exif" in body or b"SECRETCAMERA" in body]


@contextmanager
def own_browser(browser: Browser, folder: Path, **more: Any) -> Iterator[BrowserContext]:
    """A browser of its own with a folder that outlives it, to be killed."""
    kind = browser.browser_type
    context = kind.launch_persistent_context(
        str(folder),
        executable_path=str(CHROMIUM),
        args=ARGUMENTS,
        locale="zh-CN",
        viewport=LANDSCAPE,
        **more,  # type: ignore[arg-type]
    )
    try:
        yield context
    finally:
        try:
            context.close()
        except Exception:  # noqa: BLE001 - it was killed
            return


def kill(folder: Path) -> None:
    """End the browser of this folder at once, by its own pid, as a dead battery would."""
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={folder}".encode() in words and not any(
            one.startswith(b"--type=") for one in words
        ):
            os.kill(int(place.name), signal.SIGKILL)
            return
    pytest.fail("the browser's process was not found")


def test_a_browser_that_dies_loses_nothing(site: Site, browser: Browser, tmp_path: Path) -> None:
    who = person(site, 3)
    with own_browser(browser, tmp_path / "profile", base_url=site.url) as context:
        page = begun(context, who)
        context.set_offline(True)
        for number, case_id in enumerate(who.cases):
            accept(page, case_id)
            waiting(page, number * 3 + 1)
            note(page, case_id, f"到了{case_id}")
            waiting(page, number * 3 + 2)
            act(page, case_id, f"换了{case_id}", number)
            waiting(page, number * 3 + 3)
        kill(tmp_path / "profile")
    with own_browser(browser, tmp_path / "profile", base_url=site.url) as context:
        context.set_default_timeout(PATIENT_MS)
        context.set_offline(True)
        page = context.pages[0]
        page.goto("/my")
        waiting(page, 9)
        expect(page.locator("[data-groups]")).to_contain_text("第1号路灯不亮", timeout=PATIENT_MS)
        expect(page.locator("[data-line]")).to_contain_text("离线")
        context.set_offline(False)
        context.clear_cookies()
        _sign_in(page, *who.account)
        settled(page)
        waiting(page, 0)
        arrived(site, who)


def test_two_tablets_on_one_case_the_second_is_told(
    site: Site, open_tablet: Callable[..., Page], keep: Path
) -> None:
    who = person(site, 1)
    other = person(site, 0, grid_id=who.grid_id)
    [case_id] = who.cases
    page, second = open_tablet(who), open_tablet(other)
    page.context.set_offline(True)
    accept(page, case_id)
    waiting(page, 1)
    act(page, case_id, "我换好了灯泡", 1)
    waiting(page, 2)
    second.get_by_role("link", name="本网格全部").click()
    accept(second, case_id)
    row = second.locator(f'[data-key="case:{case_id}"]')
    expect(row).to_contain_text("在办", timeout=PATIENT_MS)
    expect(row).not_to_contain_text("待上传", timeout=PATIENT_MS)
    page.context.set_offline(False)
    waiting(page, 0)
    cards = page.locator("[data-card]")
    expect(cards).to_have_count(2, timeout=PATIENT_MS)
    expect(cards.nth(1)).to_contain_text("我换好了灯泡")
    expect(cards.nth(1)).to_contain_text(other.account[0])
    page.screenshot(path=keep / "tablet-conflict.png")
    page.reload()
    expect(cards).to_have_count(2, timeout=PATIENT_MS)
    cards.first.get_by_role("button", name="知道了").click()
    expect(cards).to_have_count(1, timeout=PATIENT_MS)
    waiting(page, 0)
    with Session(site.engine) as session:
        logs = session.scalars(select(CaseLog).where(CaseLog.case_id == case_id).order_by(CaseLog.seq)).all()
        assert [log.move for log in logs[-3:]] == ["accept", "arrive_late", "arrive_late"]
        assert (
            session.scalars(select(Photo).where(Photo.case_id == case_id)).one().account_id == who.account_id
        )


def test_ground_taken_away_without_a_network_leaves_the_tablet(
    site: Site, open_tablet: Callable[..., Page]
) -> None:
    who = person(site, 2)
    page = open_tablet(who)
    page.context.set_offline(True)
    accept(page, who.cases[0])
    waiting(page, 1)
    note(page, who.cases[0], "看过，等配件")
    waiting(page, 2)
    lose_ground(site, who)
    page.context.set_offline(False)
    waiting(page, 0)
    expect(page.locator("[data-card]")).to_have_count(2, timeout=PATIENT_MS)
    expect(page.locator("[data-card]").first).to_contain_text("样例方案")
    expect(page.locator("[data-groups]")).to_contain_text("现在没有待办案件", timeout=PATIENT_MS)
    left = page.evaluate("""async () => {
        const { keptBook, keptDay } = await import('/static/js/field/contact.js');
        const { keys } = await import('/static/js/field/store.js');
        const { day } = await keptDay();
        const tiles = await (await caches.open('wangge-tiles')).keys();
        return { cases: day.cases, grids: day.grids, doors: day.doors, book: await keptBook(), tiles: tiles.length,
                 queue: await keys('queue'), pieces: await keys('pieces') };
    }""")
    assert left == {
        "cases": [],
        "grids": [],
        "doors": [],
        "book": None,
        "tiles": 0,
        "queue": [],
        "pieces": [],
    }
    with Session(site.engine) as session:
        logs = session.scalars(
            select(CaseLog).where(CaseLog.account_id == who.account_id).order_by(CaseLog.id)
        ).all()
        assert [(log.move, log.detail["under_old_line"]["plan_name"]) for log in logs] == [
            ("accept", "样例方案"), ("note", "样例方案"),
        ]  # fmt: skip


def test_a_household_is_looked_up_and_work_handed_over_without_a_network(
    site: Site, open_tablet: Callable[..., Page], keep: Path
) -> None:
    who = person(site, 1)
    other = person(site, 0, grid_id=who.grid_id)
    with Session(site.engine) as session:
        room, code = session.execute(
            text("SELECT h.room, b.house_number || b.name FROM household h JOIN building b ON b.id = h.building_id "
                 "WHERE h.grid_id = :grid AND h.room <> '' ORDER BY h.id LIMIT 1"), {"grid": who.grid_id},
        ).one()  # fmt: skip
    assert code
    page = open_tablet(who)
    page.context.set_offline(True)
    page.get_by_role("button", name="查户").click()
    panel = page.locator("[data-panel]")
    panel.get_by_label("小区、楼栋、单元或房号，用空格分开").fill(room)
    panel.get_by_role("button", name="查看").click()
    expect(panel.get_by_role("status")).to_contain_text("请先选择查看的目的", timeout=PATIENT_MS)
    panel.get_by_label("查看的目的").select_option("safety")
    panel.get_by_role("button", name="查看").click()
    expect(panel.get_by_role("status")).to_contain_text("查看已记下", timeout=PATIENT_MS)
    shown = panel.locator(".day-found li").count()
    waiting(page, 1)
    page.screenshot(path=keep / "tablet-look-up.png")
    panel.get_by_role("button", name="关闭").click()
    page.locator("main").get_by_role("link", name="请假交接").click()
    panel.get_by_label("交给谁").select_option(str(other.member_id))
    panel.get_by_role("button", name="交接并申请请假").click()
    waiting(page, 2)
    page.context.set_offline(False)
    waiting(page, 0)
    with Session(site.engine) as session:
        seen = text("SELECT count(*) FROM household_access WHERE account = :name AND purpose = 'safety'")
        assert session.scalar(seen, {"name": who.account[0]}) == shown > 0
        assert session.get_one(Case, who.cases[0]).member_id == other.member_id


def lose_ground(site: Site, who: Person) -> None:
    """Give the person's ground to the grid beside it, as an adoption does: cases, then the posting."""
    now = datetime.now(UTC)
    with Session(site.engine) as session, session.begin():
        other = session.scalar(
            text(
                "SELECT grid_id FROM grid_version WHERE grid_id <> :grid AND upper_inf(valid) ORDER BY grid_id LIMIT 1"
            ),
            {"grid": who.grid_id},
        )
        why = {"plan": 1, "plan_name": "样例方案"}
        to = dict.fromkeys(who.cases, int(other or 0))
        rehome.rehome(session, to, why, before=now - timedelta(minutes=1), at=now, now=now)
        session.execute(
            text("UPDATE posting SET valid = tstzrange(lower(valid), now()) WHERE member_id = :member"),
            {"member": who.member_id},
        )


def test_what_waits_is_sealed_and_outlives_the_key(site: Site, open_tablet: Callable[..., Page]) -> None:
    who = person(site, 1)
    page = open_tablet(who)
    page.context.set_offline(True)
    accept(page, who.cases[0])
    waiting(page, 1)
    # a key that no script can take out, and nothing readable on the disk
    raw = page.evaluate("""async () => {
        const { all, get } = await import('/static/js/field/store.js');
        const { key } = await get('keys', 'now');
        const rows = [...await all('queue'), ...await all('sealed')];
        const open = rows.map((row) => new TextDecoder().decode(row.body)).join('');
        return { out: key.extractable, told: open.includes('路灯') || open.includes('accept') };
    }""")
    assert raw == {"out": False, "told": False}
    page.clock.install(time=datetime.now(UTC) + timedelta(minutes=31))
    page.reload()
    expect(day(page)).to_have_attribute("data-state", "locked", timeout=PATIENT_MS)
    expect(page.locator("[data-line]")).to_contain_text("1 条待上传")
    assert "路灯" not in page.content()
    page.context.set_offline(False)
    waiting(page, 0)
    with Session(site.engine) as session:
        assert session.get_one(Case, who.cases[0]).state == "accepted"


def test_signing_out_takes_the_day_and_leaves_what_waits(
    site: Site, open_tablet: Callable[..., Page]
) -> None:
    who = person(site, 1)
    page = open_tablet(who)
    # what goes up by itself is held back, so that it still waits at the door
    page.context.route("**/field/sync.json", lambda route: route.abort())
    accept(page, who.cases[0])
    waiting(page, 1)
    number = left_behind(page)["device"]
    page.locator("[data-menu] summary", has_text=who.account[0]).click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in", timeout=PATIENT_MS)
    assert left_behind(page) == {"keys": ["device"], "device": number, "sealed": [], "queue": 1}
    page.context.unroute("**/field/sync.json")
    _sign_in(page, *who.account)
    settled(page)
    waiting(page, 0)
    with Session(site.engine) as session:
        assert session.get_one(Case, who.cases[0]).state == "accepted"


def left_behind(page: Page) -> Any:
    """Read what lies in the tablet's database, as whoever finds it would."""
    return page.evaluate("""async () => {
        const { get, keys } = await import('/static/js/field/store.js');
        return { keys: await keys('keys'), device: await get('keys', 'device'), sealed: await keys('sealed'),
                 queue: (await keys('queue')).length };
    }""")


def test_on_a_telephone_the_place_is_picked_on_the_map_and_what_was_written_stays(
    site: Site, open_tablet: Callable[..., Page], keep: Path
) -> None:
    who, words = person(site, 0), f"样例：井盖松动{uuid4().hex[:6]}"
    width, height = SCREENS["phone"]
    page = open_tablet(who, viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    page.get_by_role("button", name="上报").click()
    page.locator("[data-panel] textarea[name=text]").fill(words)
    page.get_by_role("button", name="在地图上选").click()
    bar = page.locator(".day-pick")
    expect(bar).to_be_visible(timeout=PATIENT_MS)
    page.locator("[data-day-map]").tap(position={"x": 195, "y": 250})
    expect(bar).to_contain_text("已在地图上标出", timeout=PATIENT_MS)
    page.screenshot(path=keep / "tablet-pick.png")
    bar.get_by_role("button", name="好了").click()
    panel = page.locator("[data-panel]")
    expect(panel).to_contain_text("已在地图上标出", timeout=PATIENT_MS)
    expect(panel.locator("textarea[name=text]")).to_have_value(words)
    with page.expect_response("**/field/sync.json", timeout=PATIENT_MS):
        panel.get_by_role("button", name="提交").click()
    expect(panel).to_be_hidden(timeout=PATIENT_MS)
    with Session(site.engine) as session:
        found = session.scalars(select(Case).where(Case.text == words)).one()
        assert found.location["lon"] is not None


@pytest.mark.parametrize("held", ["a way below the rows", "a row"])
def test_a_contact_leaves_what_has_the_focus_where_it_is(
    site: Site, open_tablet: Callable[..., Page], held: str
) -> None:
    who = person(site, 8)
    page = open_tablet(who)
    asked: list[Route] = []
    # Playwright marks what it is given, and a method of a list bears no marks
    page.route("**/field/day.json", lambda route: asked.append(route))  # noqa: PLW0108
    with page.expect_request("**/field/day.json"):
        page.reload()
    expect(page.locator(f'[data-key="case:{who.cases[-1]}"]')).to_be_visible(timeout=PATIENT_MS)
    name = f'[data-key="case:{who.cases[-1]}"]' if held == "a row" else 'a[href="/leave"]'
    here = page.locator(".day-list").locator(name)
    here.focus()
    expect(here).to_be_focused()
    before = here.bounding_box()
    with Session(site.engine) as session, session.begin():
        late = [given(session, who, f"样例：后来的第{number}件") for number in range(4)]
        session.execute(text('UPDATE "case" SET due_at = now() WHERE id = ANY(:late)'), {"late": late})
    asked[0].continue_()
    for one in late:
        expect(page.locator(f'[data-key="case:{one}"]')).to_be_attached(timeout=PATIENT_MS)
    expect(here).to_be_focused()
    expect(here).to_be_in_viewport(ratio=1)
    assert here.bounding_box() == pytest.approx(before, abs=1)


@pytest.mark.parametrize("name", SCREENS)
def test_the_day_stands_on_every_screen(
    site: Site, open_tablet: Callable[..., Page], keep: Path, name: str
) -> None:
    who, (width, height) = person(site, 3), SCREENS[name]
    touch = {"has_touch": True, "is_mobile": name == "phone"}
    page = open_tablet(who, viewport={"width": width, "height": height}, **touch)
    page.screenshot(path=keep / f"tablet-{name}-day.png")
    accept(page, who.cases[0])
    expect(page.locator(f'[data-key="case:{who.cases[0]}"]')).to_contain_text("在办", timeout=PATIENT_MS)
    found = form(page, who.cases[0], "act")
    heights = found.locator("button").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    page.screenshot(path=keep / f"tablet-{name}-case.png")
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="上报").click()
    expect(page.get_by_role("button", name="提交")).to_be_attached(timeout=PATIENT_MS)
    page.screenshot(path=keep / f"tablet-{name}-report.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
