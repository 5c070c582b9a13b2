"""A round in a real browser: planned from the week, walked by a scripted position, cut off, resumed, finished."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site, _sign_in

pytestmark = pytest.mark.browser

PATIENT_MS = 20_000
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def walker(site: Site, browser: Browser) -> Iterator[Page]:
    """A member's tablet with a position; its tiles may fail while it is cut off."""
    context = browser.new_context(
        locale="zh-CN", base_url=site.url, viewport={"width": 1280, "height": 800},
        geolocation={"longitude": 0, "latitude": 0}, permissions=["geolocation"],
    )  # fmt: skip
    context.set_default_timeout(PATIENT_MS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    _sign_in(page, *site.accounts[Role.GRID_MEMBER])
    yield page
    context.close()
    assert faults == []


def stops(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = page.evaluate(
        "JSON.parse(document.querySelector('[data-round]').dataset.round).stops"
    )
    return found


def walk(page: Page, stop: dict[str, object]) -> None:
    """Go to both ends of a stop, in the order of the plan."""
    here = (stop["lon"], stop["lat"])
    there = tuple(stop["far"]) if stop["far"] else here  # type: ignore[arg-type]
    for lon, lat in (there, here) if stop["turned"] else (here, there):
        page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 5})  # type: ignore[typeddict-item]
        expect(page.locator("[data-round]")).to_have_attribute(
            "data-place", f"{lon:.6f},{lat:.6f}", timeout=PATIENT_MS
        )


def ticked(page: Page) -> int:
    return page.locator(".round-stop.is-done").count()


def do_next(page: Page, planned: list[dict[str, object]]) -> None:
    """Do what the page names next; being near may tick the one after it as well."""
    key = page.locator(".round-stop.is-todo").first.get_attribute("data-key")
    [stop] = [stop for stop in planned if stop["key"] == key]
    if stop["kind"] == "section":
        walk(page, stop)
    else:
        page.get_by_role("button", name="到了").click()
    row = page.locator(f'[data-key="{key}"]')
    expect(row).to_have_class(re.compile("is-done"), timeout=PATIENT_MS)


def everything_sent(page: Page) -> None:
    expect(page.locator("[data-round]")).to_have_attribute("data-waiting", "0", timeout=PATIENT_MS)


@pytest.fixture
def no_roster(site: Site) -> None:
    """Everybody has the usual hours, and nobody has planned yet."""
    with site.engine.begin() as connection:
        for table in (
            "shift",
            "week_plan",
            "patrol_hold",
            "patrol WHERE code LIKE 'R-%' AND state = 'planned'",
        ):
            connection.execute(text(f"DELETE FROM {table}"))


def round_from_the_week(site: Site, page: Page) -> None:
    """Plan next week, make the round of its Monday, and let that Monday be today."""
    today = datetime.now(UTC).astimezone(ZONE).date()
    page.goto(f"/week?week={today + timedelta(days=7 - today.weekday())}")
    page.get_by_role("button", name="排这一周").click()
    monday = page.locator(".week-day").first
    monday.locator("summary").click()
    expect(monday.locator(".week-calls li").first).to_be_visible(timeout=PATIENT_MS)
    monday.get_by_role("button", name="按这天排路线").click()
    expect(page.get_by_text(re.compile("的路线排好了"))).to_be_visible(timeout=PATIENT_MS)
    with site.engine.begin() as connection:
        connection.execute(
            text("UPDATE patrol SET starts_at = :midnight, ends_at = :midnight + interval '23 hours' "
                 "WHERE code LIKE 'R-%' AND state = 'planned'"),
            {"midnight": datetime.combine(today, time(0), ZONE)},
        )  # fmt: skip
    page.goto("/round")


def taken_along(page: Page) -> None:
    """Wait until the tablet has the round and the page for it."""
    page.wait_for_function(
        "async () => { const way = await navigator.serviceWorker.ready; return way.active?.state === 'activated'"
        " && navigator.serviceWorker.controller !== null; }", timeout=PATIENT_MS,
    )  # fmt: skip
    expect(page.locator("[data-round]")).to_have_attribute(
        "data-contact", re.compile(r"^\d+$"), timeout=PATIENT_MS
    )


def kept(page: Page) -> dict[str, list[str]]:
    """Give the names of what lies open beside what is sealed, by store."""
    found: dict[str, list[str]] = page.evaluate("""async () => {
        const base = await new Promise((done) => {
            const asked = indexedDB.open("wangge-field");
            asked.onsuccess = () => done(asked.result);
        });
        const rows = (name) => new Promise((done) => {
            const asked = base.transaction(name).objectStore(name).getAll();
            asked.onsuccess = () => done([...new Set(asked.result.flatMap(Object.keys))].sort());
        });
        const found = { queue: await rows("queue"), track: await rows("track") };
        base.close();
        return found;
    }""")
    return found


@pytest.mark.usefixtures("no_roster")
def test_a_round_is_planned_by_the_form_and_a_locked_tablet_shows_nothing_of_it(walker: Page) -> None:
    walker.goto("/round")
    walker.get_by_label("从", exact=True).fill("00:05")
    walker.get_by_label("到", exact=True).fill("23:55")
    walker.get_by_role("button", name="排路线").click()
    expect(walker.get_by_role("button", name="开始巡查")).to_be_visible(timeout=PATIENT_MS)
    assert len(stops(walker)) > 3
    taken_along(walker)
    walker.context.set_offline(True)
    walker.goto("/round")
    expect(walker.get_by_role("button", name="开始巡查")).to_be_visible(timeout=PATIENT_MS)
    walker.evaluate("""() => new Promise((done) => {
        const asked = indexedDB.open("wangge-field");
        asked.onsuccess = () => {
            asked.result.transaction("keys", "readwrite").objectStore("keys").delete("now").onsuccess = done;
        };
    })""")
    walker.goto("/round")
    expect(walker.get_by_text("这台设备上的内容已锁上")).to_be_visible(timeout=PATIENT_MS)
    expect(walker.locator("[data-round]")).to_be_hidden()
    expect(walker.locator(".round-stop")).to_have_count(0)


def all_that_is_new_waits(page: Page, before: int) -> None:
    """Being near may tick one more at any moment: both numbers are read together."""
    page.wait_for_function(
        """(before) => Number(document.querySelector("[data-round]").dataset.waiting)
            === document.querySelectorAll(".round-stop.is-done").length - before""",
        arg=before, timeout=PATIENT_MS,
    )  # fmt: skip


def comes_again_from_the_tablet(page: Page, done: int, keep: Path) -> None:
    """Lose the page without a network and open it again; what lies on the tablet is sealed."""
    page.goto("/round")
    expect(page.locator("[data-shell] .round-stop.is-done").nth(done - 1)).to_be_attached(timeout=PATIENT_MS)
    page.screenshot(path=keep / "round-offline.png")
    assert kept(page)["queue"] == ["body", "iv", "order", "owner"]
    assert kept(page)["track"] in ([], ["body", "iv", "owner", "request"])


def place_is_turned_off_and_on(page: Page) -> None:
    page.get_by_role("button", name="停用定位").click()
    expect(page.get_by_text("没有使用您的位置")).to_be_visible(timeout=PATIENT_MS)
    page.get_by_role("button", name="使用定位").click()
    expect(page.get_by_text("正在使用您的位置")).to_be_visible(timeout=PATIENT_MS)


@pytest.mark.usefixtures("no_roster")
def test_a_day_of_the_week_is_walked_cut_off_resumed_and_finished(
    site: Site, walker: Page, open_page: OpenPage, keep: Path
) -> None:
    page = walker
    blind = open_page(Role.COMMANDER)
    blind.goto("/blind?days=7")
    before = blind.locator("[data-blind][data-ready]")
    expect(before).to_be_attached(timeout=PATIENT_MS)
    unseen = int(before.get_attribute("data-ready") or 0)
    round_from_the_week(site, page)
    page.get_by_role("button", name="开始巡查").click()
    expect(page.get_by_text("正在使用您的位置")).to_be_visible(timeout=PATIENT_MS)
    planned = stops(page)
    assert len(planned) > 3
    do_next(page, planned)
    do_next(page, planned)
    everything_sent(page)
    taken_along(page)
    page.context.set_offline(True)
    online = ticked(page)
    do_next(page, planned)
    do_next(page, planned)
    assert ticked(page) >= online + 2
    all_that_is_new_waits(page, online)
    comes_again_from_the_tablet(page, ticked(page), keep)
    do_next(page, planned)
    page.context.set_offline(False)
    everything_sent(page)
    done = ticked(page)
    page.goto("/round")
    expect(page.locator(".round-stop.is-done").nth(done - 1)).to_be_attached(timeout=PATIENT_MS)
    place_is_turned_off_and_on(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="结束巡查").click()
    expect(page.get_by_text("这趟已结束")).to_be_visible(timeout=PATIENT_MS)
    expect(page.get_by_text("条待上传")).to_be_visible(timeout=PATIENT_MS)
    page.context.set_offline(False)
    expect(page.get_by_text("今天已走完 1 趟")).to_be_visible(timeout=PATIENT_MS)
    with site.engine.connect() as connection:
        seen = connection.scalar(
            # the far side of a wide road has a key of its own, and is not the whole road
            text("SELECT count(DISTINCT stop_key) FROM patrol_event "
                 "WHERE kind = 'done' AND stop_key ~ '^section:[0-9]+$'")
        )  # fmt: skip
    assert seen >= len([stop for stop in planned[:done] if stop["kind"] == "section"]) // 2
    blind.reload()
    expect(blind.locator("[data-blind]")).to_have_attribute(
        "data-ready", str(unseen - seen), timeout=PATIENT_MS
    )
    page.get_by_role("link", name="看我的轨迹").first.click()
    expect(page.locator("[data-track][data-ready]")).to_be_attached(timeout=PATIENT_MS)
    page.get_by_role("button", name="现在记入").click()
    expect(page.get_by_text("已记入走过的路段。轨迹本身仍可以删除。")).to_be_visible(timeout=PATIENT_MS)
