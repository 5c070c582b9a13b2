"""The composed page: the same text for the same view, no host but ours, no records, only what the person may see."""

from __future__ import annotations

import re

import pytest

from webmap.layers.compose import View, compose

PUBLIC = View(bounds=(114.3, 33.6, 114.33, 33.62), versions={"buildings": 7, "grids": 9}, works=False)
STAFF = View(bounds=PUBLIC.bounds, versions=PUBLIC.versions, works=True, approval='GS(2026)1号"</script>')


def script(view: View) -> str:
    return compose(view, modules="/static/js/map/index.js").script


@pytest.mark.parametrize("view", [PUBLIC, STAFF])
def test_the_same_view_gives_the_same_text(view: View) -> None:
    assert compose(view, modules="/m.js") == compose(view, modules="/m.js")


@pytest.mark.parametrize("view", [PUBLIC, STAFF])
def test_no_other_host_and_no_inline_style(view: View) -> None:
    composed = compose(view, modules="/static/js/map/index.js")
    assert not re.search(r"https?:|//[a-z]", composed.script + composed.html)
    assert "style" not in composed.html


def test_tiles_are_asked_for_by_version() -> None:
    assert "/tiles/base/{z}/{x}/{y}.pbf?v=0.0.7" in script(PUBLIC)
    assert "/tiles/division/{z}/{x}/{y}.pbf?v=9.0.0" in script(PUBLIC)


def test_only_staff_have_work_on_their_map() -> None:
    assert "cases.geojson" in script(STAFF)
    for name in ("cases.geojson", "patrols.geojson", "figures.json"):
        assert name not in script(PUBLIC)


def test_settings_cannot_break_out_of_the_script() -> None:
    assert "</script>" not in script(STAFF)


def test_rounds_are_shown_at_once_only_when_they_are_ones_own() -> None:
    own = View(bounds=None, versions={}, works=True, few_rounds=True)
    assert re.search(r'"shown": true, "url": "/layers/patrols', script(own))
    assert re.search(r'"shown": false, "url": "/layers/patrols', script(STAFF))


def test_visitors_see_public_matters_and_nothing_of_the_work() -> None:
    script = compose(PUBLIC, modules="/m.js").script
    assert "/layers/matters.geojson" in script
    assert "/layers/cases.geojson" not in script
