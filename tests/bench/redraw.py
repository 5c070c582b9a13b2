"""The planner's table over 7,701 units in headless Chromium: how soon new lines and figures are on the screen.

`python -m tests.bench.redraw [FOLDER]` lays the villages of a topology file as units of a draft, their towns as today's
grids, in a database of its own; without the file a made-up lattice of as many cells. It prints for opening, a split, a
merge, a moved line and the brush the milliseconds from the act to two frames after the table, the breaches and the map
have changed, and the server's share. Nothing is asserted; the promise is a second each.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import shapely
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from gis.boundaries import plans
from gis.boundaries.storing import Cut, store_ground
from gis.database import open_engine
from gis.grids.models import Area, AreaVersion, Grid, GridVersion
from gis.staff.accounts import create
from tests.bench.big_page import CHROMIUM, signed_in
from tests.bench.reports import town, web

ROUNDS = 5
CELLS = 7701
BLOCK = 5
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
VIEW = {"width": 1440, "height": 900}
LONGEST_LINE = """
    SELECT grid_one, grid_other FROM (
        SELECT least(a.grid_id, b.grid_id) AS grid_one, greatest(a.grid_id, b.grid_id) AS grid_other, n.shared_m
        FROM unit_neighbour n JOIN planning_unit a USING (unit_set_id) JOIN planning_unit b USING (unit_set_id)
        WHERE a.number = n.one AND b.number = n.other AND a.grid_id <> b.grid_id) AS pairs
    GROUP BY grid_one, grid_other ORDER BY count(*) DESC LIMIT 1
"""
COUNTS = "households = 1 + (number * 7919) % 900, care = number % 13, open_cases = number % 5, past_cases = number % 17"

# when an act begins the page notes the time; after the answer to it is drawn, and two frames later, again
WATCH = """() => {
    const box = document.querySelector("[data-editor]");
    window.acted = async (act) => {
        const before = Number(box.dataset.answers ?? 0);
        const begun = performance.now();
        performance.clearResourceTimings();
        const drawn = new Promise((done) => {
            new MutationObserver((_, me) => {
                if (Number(box.dataset.answers) === before) return;
                me.disconnect();
                requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
            }).observe(box, { attributes: true, attributeFilter: ["data-answers"] });
        });
        act();
        const all = await drawn;
        const [asked] = performance.getEntriesByType("resource").filter((one) => one.initiatorType === "fetch");
        const server = asked.responseStart - asked.requestStart;
        return { all, server, bytes: asked.transferSize, says: document.querySelector("[data-status]").textContent };
    };
}"""
OPENED = """async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    while (!document.querySelector("[data-editor][data-ready]")) await frame();
    await frame();
    await frame();
    const all = performance.now();
    const asked = performance.getEntriesByType("resource").filter((one) => /draft|ground/.test(one.name));
    const server = Math.max(...asked.map((one) => one.responseStart - one.requestStart));
    const bytes = asked.reduce((sum, one) => sum + one.transferSize, 0);
    return { all, server, bytes, says: document.querySelector("[data-status]").textContent };
}"""
PRESS = "(name) => window.acted(() => document.querySelector(`[data-${name}]`).click())"
SPLIT = "() => window.acted(() => document.querySelector('[data-split-form]').requestSubmit())"


def lattice() -> tuple[Any, list[str]]:
    """Make up as many cells as there are villages, in blocks of 25 that are today's grids."""
    side = int(np.ceil(np.sqrt(CELLS)))
    at = np.arange(CELLS)
    x, y = at % side, at // side
    west, south = 116.0 + x * 0.01, 39.0 + y * 0.01
    return shapely.box(west, south, west + 0.01, south + 0.01), [
        f"{b:03d}{a:03d}" for a, b in zip((x // BLOCK).tolist(), (y // BLOCK).tolist(), strict=True)
    ]


def laid(session: Session, shapes: Any, towns: list[str]) -> tuple[int, int, tuple[int, int]]:
    """Store units with their grids and begin a draft; give it, its community, and two grids with a long common line."""
    area = Area(level="community", code="998001001")
    session.add(area)
    session.flush()
    whole = _many(shapely.box(*shapely.total_bounds(shapes)))
    valid = text("tstzrange('2026-01-01', NULL)")
    session.add(AreaVersion(area_id=area.id, name="样例大社区", geom=whole, valid=valid))
    names, grid = np.unique(np.array(towns), return_inverse=True)
    rows = [Grid(code=f"998001001{number:05d}") for number in range(len(names))]
    session.add_all(rows)
    session.flush()
    ids = np.array([row.id for row in rows])
    for number, row in enumerate(rows):
        outline = _many(shapely.box(*shapely.total_bounds(shapes[grid == number])))
        session.add(
            GridVersion(
                grid_id=row.id, community_id=area.id, name=f"样例{number + 1}格", geom=outline, valid=valid
            )
        )
    session.flush()
    now = datetime.now(UTC)
    cut = Cut(shapes, ids[grid], np.full(len(shapes), area.id))
    units = store_ground(session, cut, [area.id], now, now)
    session.execute(text(f"UPDATE planning_unit SET {COUNTS} WHERE unit_set_id = :id"), {"id": units.id})
    place = {row.id: number for number, row in enumerate(rows)}
    one, other = session.execute(text(LONGEST_LINE)).one()
    plan = plans.create(session, units.id, "样例大方案", plans.By(None, now))
    return plan.id, area.id, (place[one], place[other])


def _many(shape: Any) -> Any:
    from geoalchemy2.shape import from_shape

    return from_shape(shapely.multipolygons([shape]), srid=4490)


@contextmanager
def drafted(shapes: Any, towns: list[str]) -> Iterator[tuple[URL, int, tuple[int, int], tuple[str, str]]]:
    """Give a database with the draft, the draft's number, and who may draw it."""
    with town() as (url, _points):
        engine = open_engine(url.render_as_string(hide_password=False))
        with Session(engine) as session, session.begin():
            plan_id, area_id, pair = laid(session, shapes, towns)
            _, password = create(session, name="redraw", role="planner", area_id=area_id)
        engine.dispose()
        yield url, plan_id, pair, ("redraw", password)


def acts(page: Page, pair: tuple[int, int]) -> dict[str, dict[str, Any]]:
    """Do each act once and take it back."""
    one, other = (str(key) for key in pair)
    found: dict[str, dict[str, Any]] = {}

    def did(name: str, told: Any) -> None:
        found[name] = told
        found["undo"] = page.evaluate(PRESS, "undo")

    page.locator("#tab-acts").click()
    page.locator("[data-current]").select_option(one)
    page.locator("[data-other]").select_option(other)
    did("split in two", page.evaluate(SPLIT))
    did("merge", page.evaluate(PRESS, "merge"))
    page.locator("#tab-grids").click()
    while not page.locator(f"[data-grids] tr[data-key='{one}']").count():
        page.locator("[data-more-rows]").click()
    page.locator(f"[data-grids] tr[data-key='{one}'] button").click()
    did("split by a line", drawn_line(page, "split", one, other))
    did("moved line", drawn_line(page, "border", one, other))
    did("brush", brushed(page, other))
    return found


def drawn_line(page: Page, tool: str, one: str, other: str) -> Any:
    """Draw a line down through the middle of the map, and end it."""
    page.locator(f"[name=tool][value={tool}]").check()
    page.locator("[data-current]").select_option(one)
    page.locator("[data-other]").select_option(other)
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2
    page.mouse.click(middle, box["y"] + 8)
    page.mouse.click(middle + 3, box["y"] + box["height"] - 8)
    return page.evaluate(PRESS, "line-finish")


def brushed(page: Page, to: str) -> Any:
    """Paint across the map; the time begins when the brush is lifted."""
    page.locator("[name=tool][value=brush]").check()
    page.locator("[data-current]").select_option(to)
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 3
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 3, y + box["height"] / 3, steps=8)
    page.evaluate("() => { window.lifted = window.acted(() => {}); }")
    page.mouse.up()
    return page.evaluate("() => window.lifted")


def main() -> None:
    """Print the figures."""
    shapes, towns = _ground()
    with (
        drafted(shapes, towns) as (url, plan_id, pair, who),
        web(url) as port,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        state = signed_in(browser, port, who)
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{port}", storage_state=state, viewport=VIEW, locale="zh-CN"
        )  # type: ignore[arg-type]
        page = context.new_page()
        told: dict[str, list[dict[str, Any]]] = {}
        for name in ("open, first", "open, first", *["open"] * ROUNDS):
            page.goto(f"/plans/{plan_id}", wait_until="commit")
            told.setdefault(name, []).append(page.evaluate(OPENED))
        page.evaluate(WATCH)
        for _ in range(ROUNDS):
            for name, found in acts(page, pair).items():
                told.setdefault(name, []).append(found)
        browser.close()
    print(f"{len(shapes)} units in {len(set(towns))} grids; milliseconds from the act to the screen")
    for name, found in told.items():
        row(name, found)


def row(name: str, found: list[dict[str, Any]]) -> None:
    """Print the middle and the worst of an act's rounds."""
    middle = {key: median(one[key] for one in found) for key in ("all", "server", "bytes")}
    worst, says = max(one["all"] for one in found), found[-1]["says"]
    print(f"  {name:16s} {middle['all']:6.0f} (worst {worst:5.0f}), server {middle['server']:5.0f}", end="")
    print(f", {middle['bytes'] / 1e3:7.1f} kB  {says}")


def _ground() -> tuple[Any, list[str]]:
    from tests.realdata.test_plans_on_villages import villages

    data = Path(os.environ.get("WANGGE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
    file = (
        Path(sys.argv[1])
        if len(sys.argv) > 1 and sys.argv[0].endswith("redraw.py")
        else data / "taiwan-villages" / "villages-10t.json"
    )
    if not file.is_file():
        print(f"no third-party data at {file}; a made-up lattice instead")
        return lattice()
    return villages(file)


if __name__ == "__main__":
    main()
