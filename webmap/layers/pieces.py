"""The pieces Folium puts on the map: each calls one function of `static/js/map` with the map and its options.

Before: Folium. After: `webmap.layers.compose`. Folium's own assets are hosts of others and its scripts are inline;
our pieces have neither, and their names are the same at every start, so the composed script is too.
"""

from __future__ import annotations

from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template


class Page(folium.Map):
    """Folium's map without the assets and tiles of other hosts; its name is always the same."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - Folium's own names
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(tiles=None, zoom_control=False, **options)
        self._id = name


class Piece(MacroElement):
    """One part of the map: `pieces.<function>(map, options)`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            pieces.{{ this.function }}({{ this._parent.get_name() }}, {{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, **options: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = self._id = self.function = function
        self.options = options


class VectorTiles(Piece):
    """The base map and the division as vector tiles out of PostGIS."""

    def __init__(self, *, base: str, division: str) -> None:
        super().__init__("vectorTiles", base=base, division=division)


class LiveLayer(Piece):
    """A layer that asks for the rows of the window itself, `cases` or `rounds`; `shown` from the start or not.

    From near it asks for the squares around the window instead, if they have an address.
    """

    def __init__(self, function: str, url: str, *, squares: str | None = None, shown: bool = True) -> None:
        super().__init__(function, url=url, shown=shown, **({"squares": squares} if squares else {}))


class FigureChooser(Piece):
    """The choice of the figure that colours the grids, with its legend."""

    def __init__(self, url: str, names: list[str]) -> None:
        super().__init__("figures", url=url, names=names)


class LayerSwitch(Piece):
    """The list of layers that can be shown or not."""

    def __init__(self, layers: list[str]) -> None:
        super().__init__("layerSwitch", layers=layers)


class SearchBox(Piece):
    """The box that finds an address."""

    def __init__(self, url: str) -> None:
        super().__init__("search", url=url)


class GridCard(Piece):
    """The card of the grid under a click; `cases` is the page that lists a grid's cases, when the person has one."""

    def __init__(self, cases: str | None) -> None:
        super().__init__("gridCard", cases=cases)


class DayBar(Piece):
    """The bar with the slider and the date: whose lines the map shows, and the way back to today."""

    def __init__(self, day: str, today: str, days: tuple[str, ...]) -> None:
        super().__init__("dayBar", day=day, today=today, days=list(days))


class Corner(Piece):
    """The scale bar, the approval number and the day of the data."""

    def __init__(self, *, approval: str, data_date: str | None) -> None:
        super().__init__("corner", approval=approval, data_date=data_date)
