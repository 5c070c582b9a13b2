"""One file for a meeting without network: the map composed with Folium, its scripts, styles and data inside.

Before: `webmap.maps.reading`, `themes`, `heat`, `bundle`. After: `wangge map`. The file asks no host and no other file;
it holds no personal data: cases are counts by square of ground, rounds have no names and no stops. Words follow the
language of the request context it is made in.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from branca.element import Figure
from flask_babel import get_locale
from flask_babel import gettext as _
from jinja2 import Environment
from markupsafe import Markup

import webmap
from gis.errors import NotFoundError
from gis.grids.outlines import Outline
from webmap.layers import pieces
from webmap.layers.compose import EVERYWHERE
from webmap.layers.features import round_feature
from webmap.maps.bundle import bundle
from webmap.maps.reading import Town, geojson

STATIC = Path(webmap.__file__).parent / "static"
STYLES = ("css/tokens.css", "css/base.css", "css/map.css", "css/maps.css")
LEAFLET = STATIC / "vendor" / "leaflet"
FAR, NEAR = 9, 18
FRAME = """<!doctype html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>{{ style }}</style>
</head>
<body class="sheet-file">
<header class="sheet-head"><h1>{{ title }}</h1><p>{{ lead }}</p></header>
<main>
{{ map }}
<details class="sheet-table"><summary>{{ _("同样的数，列成表") }}</summary>
<div class="sheet-scroll" tabindex="0" role="region" aria-label="{{ _("同样的数，列成表") }}"><table>
<thead><tr>{% for word in columns %}<th scope="col">{{ word }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in rows %}<tr><th scope="row">{{ row[0] }}</th>
{%- for cell in row[1:] %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody>
</table></div></details>
</main>
<script>{{ leaflet }}</script>
<script>{{ script }}</script>
</body>
</html>
"""


@dataclass(frozen=True)
class Chosen:
    """What the file shows besides the town: a theme over time, or the hours of the day, or neither."""

    theme: dict[str, Any] | None = None
    heat: dict[str, Any] | None = None
    approval: str = ""


def sheet(town: Town, chosen: Chosen) -> str:
    """Compose the file.

    Returns
    -------
    str
        One HTML page, whole in itself.

    Raises
    ------
    NotFoundError
        Leaflet was not fetched yet.
    """
    page = pieces.Page("town", location=EVERYWHERE, zoom_start=5, minZoom=FAR, maxZoom=NEAR)
    for piece in _pieces(town, chosen):
        page.add_child(piece)
    figure = page.get_root()
    assert isinstance(figure, Figure), "a Folium map stands in a figure of its own"  # noqa: S101 - for the reader
    figure.render()
    own = bundle(STATIC / "js" / "map" / "sheet.js", "pieces")
    frame = Environment(autoescape=True).from_string(FRAME)
    columns, rows = _table(town, chosen)
    return frame.render(
        _=_,
        lang="zh-CN" if str(get_locale()).startswith("zh") else "en",
        title=_title(town, chosen),
        lead=_lead(town),
        style=_raw(_style()),
        map=_raw(f'<div class="folium-map" id="{page.get_name()}" tabindex="0"></div>'),
        columns=columns,
        rows=rows,
        leaflet=_raw(_leaflet("leaflet.js")),
        script=_raw(f"{own}\n{figure.script.render()}"),
    )


def _raw(ours: str) -> Markup:
    return Markup(ours)  # noqa: S704 - our own files and Folium's JSON, which escapes what could end a script


def _pieces(town: Town, chosen: Chosen) -> list[pieces.Piece]:
    layers = ["cases", "rounds", "gaps"] if town.gaps else ["cases", "rounds"]
    coloured = [
        *([pieces.Piece("theme", found=chosen.theme)] if chosen.theme else []),
        *([pieces.Piece("heat", found=chosen.heat)] if chosen.heat else []),
    ]
    return [
        pieces.Piece("begin"),
        pieces.Piece("home", bounds=town.sides),
        pieces.Piece("panels"),
        pieces.Piece("outlines", **_outlines(town)),
        pieces.Piece("squares", found=_squares(town), square_m=int(town.square_m), shown=not coloured),
        pieces.Piece("rounds", features=_rounds(town), shown=False),
        pieces.Piece("outlineCard"),
        pieces.Corner(approval=chosen.approval, data_date=town.at.date().isoformat()),
        pieces.Piece("controls", finds=False),
        pieces.Piece("layerSwitch", layers=[*layers, "grids", "communities"]),
        *(coloured or [pieces.Piece("marksOnly")]),
    ]


def _outlines(town: Town) -> dict[str, Any]:
    areas = [
        (level, geojson(one.shape))
        for level in ("subdistrict", "community")
        for one in town.areas.get(level, [])
    ]
    return {
        "ground": town.ground,
        "roads": town.roads,
        "areas": areas,
        "grids": [_grid(town, one) for one in town.grids],
        "gaps": town.gaps,
    }


def _grid(town: Town, grid: Outline) -> dict[str, Any]:
    inside = shapely.point_on_surface(grid.shape)
    open_cases, late = town.open.get(grid.key, (0, 0))
    return {
        "id": grid.key,
        "code": grid.code,
        "name": grid.name,
        "above": grid.above,
        "at": [round(inside.x, 5), round(inside.y, 5)],
        "shape": geojson(grid.shape),
        "open": open_cases,
        "late": late,
    }


def _squares(town: Town) -> list[list[Any]]:
    return [
        [*town.cell.middle(one.column, one.row), one.count, one.state.value, one.late, one.soon]
        for one in town.squares
    ]


def _rounds(town: Town) -> list[dict[str, Any]]:
    """Give today's rounds under the names of their grids: who walks and at which doors they stop stays at home."""
    found = []
    for one in town.rounds:
        feature = round_feature(one)
        feature["properties"] |= {"member": one.grid, "stops": []}
        found.append(
            {"type": "Feature", "geometry": feature["geometry"], "properties": feature["properties"]}
        )
    return found


def _title(town: Town, chosen: Chosen) -> str:
    names = [one.name for one in town.areas.get("subdistrict", [])]
    where = names[0] if len(names) == 1 else _("全部街道")
    english = not str(get_locale()).startswith("zh")
    if chosen.theme:
        return f"{where} · {chosen.theme['name']['en' if english else 'zh']}"
    return f"{where} · {_('案件按小时') if chosen.heat else _('网格与案件')}"


def _lead(town: Town) -> str:
    open_cases = sum(count for count, _late in town.open.values())
    late = sum(late for _count, late in town.open.values())
    covered = _("网格覆盖完整") if not town.gaps else _("%(number)s 处未划入网格", number=len(town.gaps))
    words: str = _(
        "%(day)s · %(grids)s 个网格，%(covered)s · 未结 %(open)s 件，其中逾期 %(late)s 件 · 今日巡查 %(rounds)s 条",
        day=town.at.strftime("%Y-%m-%d %H:%M"), grids=len(town.grids), covered=covered, open=open_cases, late=late,
        rounds=len(town.rounds),
    )  # fmt: skip
    return words


def _table(town: Town, chosen: Chosen) -> tuple[list[str], list[list[str]]]:
    language = "zh" if str(get_locale()).startswith("zh") else "en"
    columns = [_("网格"), _("社区"), _("未结"), _("逾期")]
    theme = chosen.theme
    if theme:
        columns += [
            f"{theme['name'][language]} {step[language]} ({theme['unit'][language]})"
            for step in theme["steps"]
        ]
    rows = []
    for grid in town.grids:
        open_cases, late = town.open.get(grid.key, (0, 0))
        row = [f"{grid.name} {grid.code}".strip(), grid.above, str(open_cases), str(late)]
        rows.append(row + [said(value) for value in theme["grids"][str(grid.key)]] if theme else row)
    return columns, rows


def said(value: tuple[float, int, int] | None) -> str:
    """Write a value with its parts, as in “1.5 (3/2)”; a plain count has none."""
    if value is None:
        return "—"
    amount, numerator, denominator = value
    return f"{amount:g}" if denominator == 1 else f"{amount:g} ({numerator}/{denominator})"


def _style() -> str:
    """Give the style sheets, Leaflet's pictures put into them."""
    sheets = [_leaflet("leaflet.css"), *((STATIC / name).read_text(encoding="utf-8") for name in STYLES)]
    return re.sub(r"url\((images/[\w-]+\.png)\)", _picture, "\n".join(sheets))


def _picture(found: re.Match[str]) -> str:
    body = base64.b64encode((LEAFLET / found[1]).read_bytes()).decode()
    return f"url(data:image/png;base64,{body})"


def _leaflet(name: str) -> str:
    try:
        return (LEAFLET / name).read_text(encoding="utf-8").replace("//# sourceMappingURL=leaflet.js.map", "")
    except FileNotFoundError as fault:
        raise NotFoundError(
            f"{LEAFLET / name} 不在：请先运行 make vendor。 It is not there yet; run `make vendor` first."
        ) from fault
