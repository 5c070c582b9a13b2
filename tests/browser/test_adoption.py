"""From a plan to the morning after in a real browser: approved by another, in force, signed by both, any day.

The plan is made with the functions (drawing it is another test's); the day comes by setting it back, as no test waits
for midnight. At the end the lines are restored by the plan that reverses it: the tests after this one find the town as
it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from playwright.sync_api import Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries import ground, plans, queries
from gis.boundaries.adopt import AHEAD, adopt
from gis.boundaries.impact import impact
from gis.boundaries.layout import Terrain
from gis.boundaries.models import BoundaryPlan
from gis.boundaries.plans import By
from gis.boundaries.reverse import reverse
from gis.settings import settings
from gis.staff.accounts import create
from gis.staff.roles import Role
from tests.browser.conftest import OpenPage, Site, _sign_in
from tests.browser.test_map import clicked

pytestmark = pytest.mark.browser
MOST_TRIED = 20


@dataclass(frozen=True)
class Planned:
    """A draft that gives one unit to a neighbour: a point in it, the grids before and after, the impact's sentence."""

    plan_id: int
    point: tuple[float, float]
    before: str
    after: str
    sentence: str
    giver: tuple[str, str]
    taker: tuple[str, str]


@pytest.fixture
def planned(site: Site) -> Iterator[Planned]:
    """Draft a plan in a community where nobody else of these tests works, and take it back at the end."""
    with Session(site.engine) as session, session.begin():
        found = _draft(session)
    yield found
    with Session(site.engine) as session, session.begin():
        _restore(session, found.plan_id)


def _draft(session: Session) -> Planned:
    now = datetime.now(UTC)
    communities = session.scalars(
        text("SELECT community_id FROM grid_version WHERE upper(valid) IS NULL AND kind <> 'micro' "
             "GROUP BY community_id HAVING NOT bool_or(grid_id IN (SELECT p.grid_id FROM posting p "
             "JOIN account a ON a.member_id = p.member_id)) ORDER BY community_id DESC")
    ).all()  # fmt: skip
    for community in communities:
        units = ground.make_ground(session, [community], now, now)
        plan = plans.create(session, units.id, "浏览器方案", By(None, now))
        terrain = queries.terrain_of(session, units.id)
        for unit, part in _borders(terrain):
            sides = terrain.parts[int(terrain.today[unit])], terrain.parts[part]
            members = [_member(session, side.grid_id) for side in sides]
            plans.edit(session, plan, "paint", {"units": [unit], "part": part}, By(None, now))
            told = impact(session, plan, now)
            alone = len(told.hands) == 1 and told.hands[0].households > 0
            if all(members) and alone and not plans.checked(session, plan).hard:
                inner = shapely.point_on_surface(terrain.shapes[unit])
                names = sides[0].name, sides[1].name
                accounts = [_account(session, member) for member in members]
                return Planned(plan.id, (inner.x, inner.y), *names, told.sentence, *accounts)
            plans.undo(session, plan)
    raise AssertionError("no unit of the sample town can change hands")


def _borders(terrain: Terrain) -> list[tuple[int, int]]:
    """Give the units beside another grid, the ones with more households first, with that grid."""
    pairs = np.concatenate([terrain.units.graph.pairs, terrain.units.graph.pairs[:, ::-1]])
    apart = pairs[terrain.today[pairs[:, 0]] != terrain.today[pairs[:, 1]]]
    many = terrain.units.counts["households"][apart[:, 0]]
    chosen = apart[np.argsort(-many, kind="stable")].tolist()
    return list(dict.fromkeys((one, int(terrain.today[other])) for one, other in chosen))[:MOST_TRIED]


def _member(session: Session, grid_id: int | None) -> int | None:
    """Give the first who answers for a grid."""
    return session.execute(
        text("SELECT p.member_id FROM posting p JOIN member m ON m.id = p.member_id WHERE p.grid_id = :grid "
             "AND upper(p.valid) IS NULL AND p.role <> 'volunteer' ORDER BY p.role, m.code LIMIT 1"),
        {"grid": grid_id},
    ).scalar()  # fmt: skip


def _account(session: Session, member: int | None) -> tuple[str, str]:
    name = f"member{member}"
    return name, create(session, name=name, role=Role.GRID_MEMBER, member_id=member)[1]


def _by(session: Session, role: Role) -> By:
    number = session.execute(
        text("SELECT id FROM account WHERE name = :name"), {"name": role.value}
    ).scalar_one()
    return By(number, datetime.now(UTC))


def _restore(session: Session, plan_id: int) -> None:
    plan = session.get_one(BoundaryPlan, plan_id)
    if plan.state != "adopted":
        return
    planner, commander = _by(session, Role.PLANNER), _by(session, Role.COMMANDER)
    back = reverse(session, plan, planner)
    plans.submit(session, back, planner, planner.now)
    plans.review(session, back, commander)
    plans.approve(session, back, commander)
    adopt(session, back.id, datetime.now(UTC))


def day_comes(site: Site, plan_id: int) -> None:
    """Let the day of an approved plan come, so long ago that its lines are in force, and do what the timetable does."""
    then = datetime.now(UTC) - 2 * AHEAD
    with Session(site.engine) as session, session.begin():
        session.execute(
            text("UPDATE boundary_plan SET effective_at = :at WHERE id = :id"),
            {"at": then, "id": plan_id},
        )
        adopt(session, plan_id, then)


def test_a_plan_is_approved_by_another_comes_into_force_and_both_sign(
    site: Site, open_page: OpenPage, planned: Planned
) -> None:
    planner, commander = open_page(Role.PLANNER), open_page(Role.COMMANDER)
    address = f"/plans/{planned.plan_id}"
    planner.goto(f"{address}/impact")
    expect(planner.get_by_text(planned.sentence)).to_be_visible()
    expect(planner.locator("[data-drawn]")).to_be_visible(timeout=20_000)
    planner.get_by_role("link", name="去审批").click()
    planner.get_by_role("button", name="提交审核").click()
    expect(planner.get_by_text("这是您提交的方案，要由别人审核和批准。")).to_be_visible()
    expect(planner.get_by_role("button", name="审核通过")).to_have_count(0)
    commander.goto(f"{address}/approval")
    commander.get_by_role("button", name="审核通过").click()
    expect(commander.get_by_text("已审核，等批准。")).to_be_visible()
    expect(commander.get_by_text(planned.sentence).first).to_be_visible()
    commander.get_by_role("button", name="批准", exact=True).click()
    expect(commander.get_by_text(re.compile("自动生效。在那之前可以取消"))).to_be_visible()
    day_comes(site, planned.plan_id)
    for name, own, then in (
        (planned.giver, "签字移交", "等另一方签字"),
        (planned.taker, "签字接收", "双方都签好了"),
    ):
        member = open_page(width=1280, height=800, has_touch=True)
        _sign_in(member, *name)
        member.goto("/handovers")
        member.get_by_role("link", name=re.compile(r"^第 \d+ 号$")).click()
        button = member.get_by_role("button", name=own)
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        button.tap()
        expect(member.get_by_text(then)).to_be_visible()
    commander.goto(f"/handovers?plan={planned.plan_id}")
    expect(commander.get_by_role("heading", name="都签好了")).to_be_visible()
    _slider_shows_yesterday(commander, planned)


def _slider_shows_yesterday(page: Page, planned: Planned) -> None:
    view = f"#18/{planned.point[1]:.5f}/{planned.point[0]:.5f}"
    yesterday = datetime.now(settings().time_zone).date() - timedelta(days=1)
    page.goto(f"/map{view}")
    assert grid_in_the_middle(page) == planned.after
    page.get_by_text("今天的网格线").click()
    page.get_by_label("拖动选择日期").press("ArrowLeft")
    page.wait_for_url(re.compile(rf"on={yesterday}"))
    expect(page.get_by_text("不是今天的")).to_be_visible()
    assert grid_in_the_middle(page) == planned.before
    page.get_by_role("link", name="回到今天").click()
    expect(page.get_by_text("今天的网格线")).to_be_visible()
    page.goto("/dates")
    expect(page.get_by_text(re.compile("处地方、.*户换了网格"))).to_be_visible()
    expect(page.locator("[data-drawn]")).to_be_visible(timeout=20_000)


def grid_in_the_middle(page: Page) -> str:
    """Click the middle of the map and give the name on the card."""
    page.wait_for_selector("canvas.leaflet-tile-loaded")
    return clicked(page).locator("h2").inner_text()
