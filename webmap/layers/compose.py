"""The map page, composed with Folium: which pieces a person's map has, as markup and as one script of our own.

Before: `webmap.layers.pieces`, the layers' versions. After: `webmap.town`. No record goes into the page: it names
addresses, and the browser asks them for what its window shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from branca.element import Figure

from gis.grids.extent import Bounds
from webmap.layers import pieces
from webmap.layers.figures import FIGURES
from webmap.layers.tiles import layers_of, version_of

NAME = "town"
EVERYWHERE = (35.0, 105.0)
"""Where an empty map opens, latitude and longitude."""
FAR, NEAR = 8, 20


@dataclass(frozen=True)
class View:
    """What a person's map is made of.

    `bounds` are where it opens; `versions` those of the layers, for the tiles' addresses; `works` whether the person
    sees cases, rounds and figures; `few_rounds`
    shows the rounds from the start, when they are one's own; `cases_page` is where a grid's cases are listed. `lines`
    is the mark of the lines shown, `day` the day they are of ("" for today), `days` those on which lines changed.
    """

    bounds: Bounds | None
    versions: dict[str, int]
    works: bool
    few_rounds: bool = False
    approval: str = ""
    data_date: str | None = None
    cases_page: str | None = None
    lines: int = 0
    day: str = ""
    today: str = ""
    days: tuple[str, ...] = ()


@dataclass(frozen=True)
class Composed:
    """The page's two parts: the markup to stand in it, and the script to be served at its own address."""

    html: str
    script: str


def compose(view: View, *, modules: str) -> Composed:
    """Compose the map for one person.

    Parameters
    ----------
    view : View
    modules : str
        The address of `static/js/map/index.js`.

    Returns
    -------
    Composed
        The same view gives the same text.
    """
    return composed_of(_pieces(view), modules=modules)


def composed_of(parts: Iterable[pieces.Piece], *, modules: str) -> Composed:
    """Compose a map of some pieces, in their order."""
    page = pieces.Page(NAME, location=EVERYWHERE, zoom_start=5, minZoom=FAR, maxZoom=NEAR)
    for piece in parts:
        page.add_child(piece)
    figure = page.get_root()
    assert isinstance(figure, Figure), "a Folium map stands in a figure of its own"  # noqa: S101 - for the reader
    figure.render()
    script = f'import * as pieces from "{modules}";\n{figure.script.render()}\n'
    return Composed(html=f'<div class="folium-map" id="{page.get_name()}" tabindex="0"></div>', script=script)


def town_pieces(view: View) -> list[pieces.Piece]:
    """Give the pieces that every map of the town has: base, division, search, card, corner, controls."""
    return [
        pieces.Piece("begin"),
        pieces.Piece("home", bounds=view.bounds),
        pieces.Piece("panels"),
        pieces.DayBar(view.day, view.today, view.days),
        pieces.VectorTiles(base=_tiles("base", view), division=_tiles("division", view)),
        pieces.SearchBox("/search.json"),
        pieces.GridCard(view.cases_page),
        pieces.Corner(approval=view.approval, data_date=view.data_date),
        pieces.Piece("controls"),
    ]


def _pieces(view: View) -> list[pieces.Piece]:
    always = town_pieces(view)
    places = ["grids", "communities", "buildings"]
    if view.day:  # cases, rounds and figures are today's
        return [*always, pieces.LayerSwitch(places)]
    if not view.works:
        matters = pieces.LiveLayer("matters", "/layers/matters.geojson")
        return [*always, matters, pieces.LayerSwitch(["matters", *places])]
    return [
        *always,
        pieces.LiveLayer("cases", "/layers/cases.geojson", squares="/tiles/cases"),
        pieces.LiveLayer("rounds", "/layers/patrols.geojson", shown=view.few_rounds),
        pieces.LiveLayer("hotspots", "/layers/hotspots.geojson", shown=False),
        pieces.LayerSwitch(["cases", "hotspots", "rounds", *places]),
        pieces.FigureChooser("/layers/figures.json", list(FIGURES)),
    ]


def _tiles(name: str, view: View) -> str:
    address = f"/tiles/{name}/{{z}}/{{x}}/{{y}}.pbf?v={version_of(layers_of(name), view.versions)}"
    if name == "base":
        return address
    return f"{address}-{view.lines}" + (f"&at={view.day}" if view.day else "")
