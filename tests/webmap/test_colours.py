"""The tokens keep their promise: text has 4.5:1 on every ground, marks 3:1; the brand is the one of the brief."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path

import pytest

import webmap

TOKENS = (Path(webmap.__file__).parent / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
MAP = (Path(webmap.__file__).parent / "static" / "css" / "map.css").read_text(encoding="utf-8")
GROUNDS = ("ground", "surface", "sunken", "brand-wash")
TEXTS = (
    "ink", "quiet", "brand", "state-queued", "state-assigned", "state-active", "state-check", "late", "soon",
    "closed", "paused",
)  # fmt: skip


def block(selector: str, sheet: str = TOKENS) -> dict[str, str]:
    start = sheet.index(selector + " {")
    body = sheet[start : sheet.index("}", start)]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body))


LIGHT = block(':root[data-theme="light"]')
DARK = block(':root[data-theme="dark"]')
THEMES = {
    "light": LIGHT,
    "dark": DARK,
    "light, high contrast": LIGHT | block(':root[data-contrast="high"]'),
    "dark, high contrast": DARK | block(':root[data-theme="dark"][data-contrast="high"]'),
}

MAP_LIGHT = block(":root", MAP)
MAP_DARK = block(':root[data-theme="dark"]', MAP)
MAPS = {
    "light": MAP_LIGHT,
    "dark": MAP_DARK,
    "light, high contrast": MAP_LIGHT | block(':root[data-contrast="high"]', MAP),
    "dark, high contrast": MAP_LIGHT
    | MAP_DARK
    | block(':root[data-theme="dark"][data-contrast="high"]', MAP),
}
MAP_GROUNDS = ("map-paper", "map-building", "map-green", "map-field", "map-square", "map-water")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text", TEXTS)
def test_text_is_readable_on_every_ground(theme: str, text: str) -> None:
    colours = THEMES[theme]
    for ground in GROUNDS:
        assert contrast(colours[text], colours[ground]) >= 4.5, ground


@pytest.mark.parametrize("theme", THEMES)
def test_the_word_on_an_act_and_the_edge_of_a_field_are_seen(theme: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours["on-brand"], colours["brand"]) >= 4.5
    assert contrast(colours["late"], colours["late-wash"]) >= 4.5
    assert contrast(colours["soon"], colours["soon-wash"]) >= 4.5
    for ground in ("ground", "surface"):
        assert contrast(colours["edge"], colours[ground]) >= 3


@pytest.mark.parametrize("theme", MAPS)
def test_letters_and_lines_of_the_map_are_seen_on_its_ground(theme: str) -> None:
    colours = MAPS[theme]
    for ground in MAP_GROUNDS:
        assert contrast(colours["map-label"], colours[ground]) >= 4.5, ground
        assert contrast(colours["map-label-soft"], colours[ground]) >= 4.5, ground
        assert contrast(colours["map-grid"], colours[ground]) >= 3, ground
        assert contrast(colours["map-community"], colours[ground]) >= 3, ground
    assert contrast(colours["map-water-label"], colours["map-water"]) >= 4.5


@pytest.mark.parametrize("theme", MAPS)
def test_the_five_shades_of_a_figure_go_one_way_and_carry_their_number(theme: str) -> None:
    """Lightness alone tells the classes apart, so that no eye depends on hue."""
    shades = [MAPS[theme][f"map-figure-{step}"] for step in range(1, 6)]
    light = [luminance(shade) for shade in shades]
    assert light in (sorted(light), sorted(light, reverse=True))
    for one, other in pairwise(shades):
        assert contrast(one, other) >= 1.15
    for shade in shades:
        assert contrast(MAPS[theme]["map-label"], shade) >= (4.5 if theme.startswith("light") else 3)


def test_the_system_s_dark_is_the_chosen_dark() -> None:
    assert block("  :root:not([data-theme])", MAP) == MAP_DARK
    assert block('  :root:not([data-theme])[data-contrast="high"]', MAP) == block(
        ':root[data-theme="dark"][data-contrast="high"]', MAP
    )
    assert block("  :root:not([data-theme])") == DARK
    assert block('  :root:not([data-theme])[data-contrast="high"]') == block(
        ':root[data-theme="dark"][data-contrast="high"]'
    )


def test_the_brand_is_the_teal_of_the_brief() -> None:
    lightness, chroma, hue = 0.52, 0.09, math.radians(200)
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    told = [round(255 * (1.055 * part ** (1 / 2.4) - 0.055)) for part in (green, blue)]
    assert LIGHT["brand"] == f"#00{told[0]:02x}{told[1]:02x}"


def test_no_other_style_sheet_names_a_colour() -> None:
    folder = Path(webmap.__file__).parent / "static" / "css"
    for name in ("base.css", "parts.css", "report.css", "work.css"):
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(|oklch\(", (folder / name).read_text("utf-8")), name
