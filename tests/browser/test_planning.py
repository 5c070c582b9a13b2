"""The planner's table in a browser: a grid is split by brush, line and keyboard, a breach is seen and mended."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis import long_work
from gis.boundaries import edits, ground, jobs, plans
from gis.boundaries.layout import apply
from gis.boundaries.proposals import Offer
from gis.boundaries.queries import layout_of, plan_in, terrain_of
from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site

pytestmark = pytest.mark.browser

WAIT_MS = 20_000


@pytest.fixture(scope="module")
def unit_set_id(site: Site) -> int:
    """Cut the ground of one community of the sample town, as a worker would."""
    now = datetime.now(UTC)
    with Session(site.engine) as session, session.begin():
        area_id = session.scalar(text("SELECT min(id) FROM area WHERE level = 'community'"))
        return ground.make_ground(session, [area_id], now, now).id


@pytest.fixture
def draft_address(site: Site, unit_set_id: int) -> str:
    """Begin a draft of one's own."""
    with Session(site.engine) as session, session.begin():
        plan = plans.create(session, unit_set_id, "样例分网", plans.By(None, datetime.now(UTC)))
        return f"/plans/{plan.id}"


def opened(open_page: OpenPage, address: str, **more: object) -> Page:
    page = open_page(Role.PLANNER, **more)
    page.set_default_timeout(WAIT_MS)
    page.goto(address)
    expect(page.locator("[data-editor][data-ready]")).to_be_visible(timeout=WAIT_MS)
    return page


def said(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait until the line under the map says something new."""
    expect(page.locator("[data-status]")).to_have_text(words, timeout=WAIT_MS)


def undo(page: Page) -> None:
    page.get_by_role("button", name="撤销修改").click()
    said(page, "已撤销。")


def grids(page: Page) -> list[str]:
    return page.locator("[data-current] option").all_inner_texts()


def over(page: Page, name: str) -> tuple[float, float]:
    """Find a place of the map's window where a grid lies, by what the page says under the pointer."""
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    for row in range(2, 15):
        for column in range(2, 15):
            x, y = box["x"] + box["width"] * column / 16, box["y"] + box["height"] * row / 16
            page.mouse.move(x, y)
            if page.locator("[data-hover]").inner_text().endswith(name):
                return x, y
    raise AssertionError(f"{name} is not on the map")


def test_a_grid_is_given_ground_by_brush_and_taken_back(open_page: OpenPage, draft_address: str) -> None:
    page = opened(open_page, draft_address)
    first, second = grids(page)[:2]
    page.locator("[data-current]").select_option(label=first)
    page.get_by_role("radio", name="画笔").check()
    x, y = over(page, second)
    page.mouse.down()
    page.mouse.move(x + 2, y + 2)
    page.mouse.up()
    said(page, re.compile(rf"^已把 \d+ 个单元、\d+ 户划给{first}。$"))
    expect(page.locator("[data-moved]")).to_contain_text("与现状不同")
    expect(page.locator("tr.is-current .delta").first).to_be_visible()
    undo(page)
    expect(page.locator("[data-moved]")).to_have_text("与现状相同")


def test_a_grid_is_split_along_a_line(open_page: OpenPage, draft_address: str) -> None:
    page = opened(open_page, draft_address)
    name = grids(page)[0]
    page.get_by_role("row", name=name).first.get_by_role("button").click()  # the map goes there
    page.get_by_role("radio", name="画线分割").check()
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2
    page.mouse.click(middle, box["y"] + 12)
    expect(page.locator("[data-hint]")).to_have_text("已画 1 个点。")
    page.mouse.click(middle, box["y"] + box["height"] - 12)
    expect(page.locator("[data-hint]")).to_have_text("已画 2 个点。")
    page.get_by_role("button", name="完成").click()
    said(page, "已分成 2 个网格。")
    expect(page.locator("[data-current] option", has_text=f"{name}·2")).to_have_count(1)
    undo(page)
    expect(page.locator("[data-current] option", has_text=f"{name}·2")).to_have_count(0)


def test_a_breach_is_made_seen_and_mended_by_keyboard_alone(open_page: OpenPage, draft_address: str) -> None:
    page = opened(open_page, draft_address)
    submit = page.get_by_role("link", name="提交…")
    expect(page.locator("[data-blocked]")).to_contain_text("与现状相同")
    page.get_by_role("tab", name="网格").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="单元")).to_be_focused()
    page.locator("[data-units] input").first.focus()
    page.keyboard.press("Space")
    apart = grids(page)[-1]
    page.locator("[data-to]").focus()
    page.keyboard.press("End")
    expect(page.locator("[data-to] option:checked")).to_have_text(apart)
    page.locator("[data-give]").focus()
    page.keyboard.press("Enter")
    said(page, re.compile(rf"划给{apart}。$"))
    expect(page.locator("[data-blocked]")).to_contain_text("1 处必须先改正")
    expect(submit).to_have_attribute("aria-disabled", "true")
    submit.focus()
    page.keyboard.press("Enter")
    said(page, re.compile("^还不能提交"))
    expect(page).to_have_url(re.compile(rf"{draft_address}$"))
    page.get_by_role("tab", name="问题").click()
    fault = page.locator("[data-faults] .is-hard button")
    expect(fault).to_contain_text(f"{apart}：分成了互不相连的 2 块")
    fault.focus()
    page.keyboard.press("Enter")
    said(page, re.compile("互不相连"))
    page.keyboard.press("Control+z")
    said(page, "已撤销。")
    expect(page.locator("[data-faults] .is-hard")).to_have_count(0)


def test_split_evenly_merge_and_a_telephone(open_page: OpenPage, draft_address: str) -> None:
    page = opened(open_page, draft_address, width=390, height=844)
    name = grids(page)[0]
    page.get_by_role("tab", name="分合").click()
    page.locator("[data-split-form] input").fill("3")
    page.get_by_role("button", name="分开").click()
    said(page, "已分成 3 个网格。")
    page.locator("[data-other]").select_option(label=f"{name}·2")
    page.get_by_role("button", name="把另一个并进来").click()
    said(page, f"已并入{name}。")
    second = page.locator("[data-current] option", has_text=f"{name}·2")
    expect(second).to_have_count(0)
    page.get_by_role("button", name="撤销修改").click()
    expect(second).to_have_count(1)
    page.get_by_role("button", name="撤销修改").click()
    expect(second).to_have_count(0)
    expect(page.locator("[data-moved]")).to_have_text("与现状相同")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_proposal_is_asked_for_watched_looked_at_and_becomes_the_draft(
    site: Site, open_page: OpenPage, draft_address: str
) -> None:
    page = opened(open_page, draft_address)
    page.get_by_role("tab", name="自动方案").click()
    page.locator("[data-proposals] [name=many]").fill(str(len(grids(page)) + 1))
    page.get_by_role("button", name="生成自动方案").click()
    bar = page.locator("[data-search-bar]")
    expect(bar).to_be_visible()
    with Session(site.engine) as session, session.begin():
        job = long_work.claim(session, jobs.PlanJob, datetime.now(UTC))
        assert job is not None
        assert job.plan_id is not None
        assert long_work.heard(session, job, datetime.now(UTC), share=0.4)
        session.expunge(job)
    expect(page.locator("[data-search-words]")).to_contain_text("40 %")
    searched(site, job)
    offers = page.locator("[data-offers] .offer")
    expect(offers.first.get_by_role("button", name="采用")).to_be_visible()
    expect(bar).to_be_hidden()
    look = offers.first.locator("[aria-pressed]")
    look.click()
    expect(look).to_have_attribute("aria-pressed", "true")
    offers.first.get_by_role("button", name="采用").click()
    said(page, "已采用方案 1；可以撤销，也可以接着改。")
    expect(page.locator("[data-current] option")).to_have_count(len(set(parts_of(site, job))))
    undo(page)
    expect(page.locator("[data-moved]")).to_have_text("与现状相同")


def searched(site: Site, job: jobs.PlanJob) -> None:
    """Finish a job as the worker does, with a plan that needs no search: the first grid in two."""
    with Session(site.engine) as session, session.begin():
        plan = plan_in(session, None, job.plan_id or 0)
        terrain, layout = terrain_of(session, plan.unit_set_id), layout_of(session, plan)
        made = apply(layout, edits.split_evenly(terrain, layout, 0, 2, terrain.units.counts["households"]))
        names = tuple(part.code or part.name for part in made.parts)
        offer = Offer(tuple(made.part.tolist()), names, 0.1, 40, 5000.0, 0.4, whole=True, moved=12)
        long_work.finish(session, job, datetime.now(UTC), share=1.0, answer={"offers": [asdict(offer)]})


def parts_of(site: Site, job: jobs.PlanJob) -> list[int]:
    with Session(site.engine) as session:
        offer = session.get_one(jobs.PlanJob, job.id).answer["offers"][0]
        return list(offer["label"])
