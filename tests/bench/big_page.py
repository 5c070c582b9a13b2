"""The map page in headless Chromium: its weight before tiles, the time until it can be used, what a pan asks for.

Before: `bigtown` serves the large town. After: its figures. Beside it the same data inline in Folium, from disk.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import folium
import psycopg
from playwright.sync_api import Browser, Page, Request, sync_playwright

from webmap.maps.sheet import LEAFLET

LARGEST_BYTES = 1_000_000
LONGEST_S = 3.0
ICON = "/static/img/mark.svg"
"""Looked at once more, out of the browser's cache, whenever the page's address says a new place."""
STEPS = 25
"""How often the map is moved by a key, each way: a step is 80 pixels, so that far ground comes into sight."""
VIEW = {"width": 1280, "height": 800}
CHROMIUM = "/usr/bin/chromium"
USABLE = """() => {
    const tiles = [...document.querySelectorAll("canvas.leaflet-tile")];
    const map = document.querySelector(".folium-map");
    return tiles.length > 0 && tiles.every((tile) => tile.classList.contains("leaflet-tile-loaded"))
        && map.dataset.cases !== undefined;
}"""
SHAPES = "SELECT ST_AsGeoJSON(geom, 6) FROM building"
POINTS = 'SELECT ST_AsGeoJSON(point, 6), state FROM "case" WHERE closed_at IS NULL AND point IS NOT NULL'


def measure_page(port: int, database: str, account: tuple[str, str]) -> list[str]:
    """Print the page's figures and Folium's; give the promises that were missed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        state = signed_in(browser, port, account)
        ours = [_opened(browser, port, state) for _ in range(3)][1:]
        before, tiles, seconds = min(ours, key=lambda one: one[2])
        print(
            f"map page: {before / 1e3:.0f} kB before tiles, {tiles / 1e3:.0f} kB of tiles, usable after {seconds:.2f} s"
        )
        strange = _panned(browser, port, state)
        print(f"panning at street scale asked for: {sorted(strange) or 'tiles only'}")
        size, inline_s = _inline(browser, database)
        print(f"the same inline in Folium: {size / 1e6:.1f} MB, usable after {inline_s:.1f} s")
        browser.close()
    return [
        *([f"page before tiles {before} bytes"] if before >= LARGEST_BYTES else []),
        *([f"usable after {seconds:.2f} s"] if seconds > LONGEST_S else []),
        *([f"a pan asks for {strange}"] if strange else []),
    ]


def signed_in(browser: Browser, port: int, account: tuple[str, str]) -> Any:
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("input[name=name]").fill(account[0])
    page.locator("input[name=password]").fill(account[1])
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    state = context.storage_state()
    context.close()
    return state


def _page(browser: Browser, port: int, state: Any) -> Page:
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}", storage_state=state, viewport=VIEW)  # type: ignore[arg-type]
    return context.new_page()


def _opened(browser: Browser, port: int, state: Any) -> tuple[float, float, float]:
    """Open the map in a browser that has nothing of it yet; give bytes before tiles, of tiles, and seconds."""
    page = _page(browser, port, state)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    of: dict[str, str] = {}
    weights: dict[bool, float] = {True: 0.0, False: 0.0}
    line.on(
        "Network.requestWillBeSent", lambda event: of.update({event["requestId"]: event["request"]["url"]})
    )

    def came(event: dict[str, Any]) -> None:
        weights["/tiles/" in of.get(event["requestId"], "")] += event["encodedDataLength"]

    line.on("Network.loadingFinished", came)
    begin = time.perf_counter()
    page.goto("/map", wait_until="commit")
    page.wait_for_function(USABLE, timeout=60_000)
    seconds = time.perf_counter() - begin
    page.wait_for_load_state("networkidle")
    page.context.close()
    return weights[False], weights[True], seconds


def _panned(browser: Browser, port: int, state: Any) -> set[str]:
    """Move the map at street scale by the arrow keys, and give the paths it asked for that are no tiles."""
    page = _page(browser, port, state)
    page.goto("/map")
    page.wait_for_function(USABLE, timeout=60_000)
    for _ in range(6):
        page.get_by_role("button", name="放大").or_(page.get_by_role("button", name="Closer")).click()
        page.wait_for_timeout(400)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []

    def heard(request: Request) -> None:
        asked.append(urlsplit(request.url).path)

    page.on("request", heard)
    page.locator(".folium-map").focus()
    for key in ("ArrowRight", "ArrowDown"):
        for _ in range(STEPS):
            page.keyboard.press(key)
            page.wait_for_timeout(300)
    page.wait_for_load_state("networkidle")
    page.context.close()
    if not any(path.startswith("/tiles/") for path in asked):
        return {"nothing at all"}
    return {path for path in asked if not path.startswith("/tiles/") and path != ICON}


def _inline(browser: Browser, database: str) -> tuple[int, float]:
    """Write the same buildings and cases into a page by Folium, and open it; give its bytes and seconds."""
    town = folium.Map(location=(33.6, 114.3), zoom_start=13, tiles=None, prefer_canvas=True)
    town.default_js = [("leaflet", (LEAFLET / "leaflet.js").as_uri())]
    town.default_css = [("leaflet_css", (LEAFLET / "leaflet.css").as_uri())]
    shapes, points = _collections(database)
    layer = folium.GeoJson(shapes, name="buildings")
    layer.add_to(town)
    folium.GeoJson(points, marker=folium.CircleMarker(radius=5)).add_to(town)
    town.fit_bounds(layer.get_bounds())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "inline.html"
        town.save(str(file))
        page = browser.new_context(viewport=VIEW).new_page()  # type: ignore[arg-type]
        begin = time.perf_counter()
        page.goto(file.as_uri(), wait_until="load", timeout=240_000)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seconds = time.perf_counter() - begin
        page.context.close()
        return file.stat().st_size, seconds


def _collections(database: str) -> tuple[dict[str, Any], dict[str, Any]]:
    def collected(rows: list[tuple[str, dict[str, str]]]) -> dict[str, Any]:
        features = [
            {"type": "Feature", "geometry": json.loads(shape), "properties": given} for shape, given in rows
        ]
        return {"type": "FeatureCollection", "features": features}

    with psycopg.connect(database) as connection:
        shapes = connection.execute(SHAPES).fetchall()
        points = connection.execute(POINTS).fetchall()
    return collected([(row[0], {}) for row in shapes]), collected(
        [(row[0], {"state": row[1]}) for row in points]
    )
