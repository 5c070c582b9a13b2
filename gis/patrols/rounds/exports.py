"""A round to look at and to take along: as the page keeps it, as GeoJSON, as GPX, and its lines on a sheet of paper.

Before: `rounds`. After: the member's page, files, the printed card.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as Xml

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.models import Patrol
from gis.patrols.pack.problem import Point

# index: pk_patrol
_LINE = text("SELECT ST_AsGeoJSON(route, 7) FROM patrol WHERE id = :id")
# indexes: ex_grid_version_valid, ix_road_geom
_ROADS = text("""
    SELECT ST_AsGeoJSON(r.geom, 6) FROM patrol p
    JOIN road r ON r.geom && ST_Expand(p.route::box2d::geometry, 0.0006) WHERE p.id = :id LIMIT 2000
""")

GPX = "http://www.topografix.com/GPX/1/1"


@dataclass(frozen=True)
class View:
    """A round as its page has it; `line` and `roads` are in degrees."""

    patrol: Patrol
    line: list[Point]

    @property
    def todo(self) -> list[dict[str, Any]]:
        """Give the stops that are still to do, in order."""
        return [
            stop for stop in self.patrol.stops if stop.get("state", "todo") == "todo" and not stop.get("done")
        ]

    @property
    def page(self) -> dict[str, Any]:
        """Give all that the page needs without a network."""
        return {
            "id": self.patrol.id,
            "state": self.patrol.state,
            "ends_at": self.patrol.ends_at.isoformat(),
            "line": [list(point) for point in self.line],
            "stops": self.patrol.stops,
        }


def view_of(session: Session, patrol: Patrol) -> View:
    """Read a round's line."""
    session.flush()
    found = json.loads(session.execute(_LINE, {"id": patrol.id}).scalar_one())
    return View(patrol, [(point[0], point[1]) for point in found["coordinates"]])


def roads_around(session: Session, patrol: Patrol) -> list[list[Point]]:
    """Give the roads around a round, for its printed map."""
    rows = session.execute(_ROADS, {"id": patrol.id}).scalars()
    return [[(point[0], point[1]) for point in json.loads(row)["coordinates"]] for row in rows]


def geojson(view: View) -> dict[str, Any]:
    """Give a round as GeoJSON: the way, then the stops in order."""
    way = _feature(
        "LineString", [list(point) for point in view.line], {"code": view.patrol.code, "kind": "way"}
    )
    stops = [
        _feature(
            "Point",
            [stop["lon"], stop["lat"]],
            {"number": number, "kind": stop.get("kind", ""), "label": stop.get("label", ""),
             "begins": stop.get("begins"), "state": stop.get("state", "todo")},
        )
        for number, stop in enumerate(view.patrol.stops, start=1)
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": [way, *stops]}


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def gpx(view: View, made_at: datetime) -> bytes:
    """Give a round as GPX 1.1: stops as waypoints, the way as a route."""
    Xml.register_namespace("", GPX)
    top = Xml.Element(f"{{{GPX}}}gpx", {"version": "1.1", "creator": "Wangge"})
    about = Xml.SubElement(top, f"{{{GPX}}}metadata")
    Xml.SubElement(about, f"{{{GPX}}}time").text = made_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    for number, stop in enumerate(view.patrol.stops, start=1):
        _named(top, "wpt", (stop["lon"], stop["lat"]), f"{number} {stop.get('label', '')}".strip())
    way = Xml.SubElement(top, f"{{{GPX}}}rte")
    Xml.SubElement(way, f"{{{GPX}}}name").text = view.patrol.code
    for point in view.line:
        _named(way, "rtept", point)
    found: bytes = Xml.tostring(top, encoding="utf-8", xml_declaration=True)
    return found


def _named(parent: Xml.Element, tag: str, point: Point, name: str = "") -> None:
    made = Xml.SubElement(parent, f"{{{GPX}}}{tag}", {"lat": f"{point[1]:.7f}", "lon": f"{point[0]:.7f}"})
    if name:
        Xml.SubElement(made, f"{{{GPX}}}name").text = name


@dataclass(frozen=True)
class Sheet:
    """A round drawn on a sheet: paths and stops in millimetres from the upper left corner."""

    width_mm: float
    height_mm: float
    way: str
    roads: tuple[str, ...]
    stops: tuple[tuple[float, float, int], ...]
    metres_a_cm: int


def sheet(
    view: View, roads: Sequence[Sequence[Point]], *, width_mm: float = 170, height_mm: float = 120
) -> Sheet:
    """Lay a round out on a sheet, north up, in one scale both ways."""
    stops = [(stop["lon"], stop["lat"]) for stop in view.patrol.stops]
    points = [*view.line, *stops]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    margin = 8.0
    scale = min(
        (width_mm - 2 * margin) / max((east - west) * squeeze, 1e-4),
        (height_mm - 2 * margin) / max(north - south, 1e-4),
    )

    def at(point: Point) -> tuple[float, float]:
        x = width_mm / 2 + (point[0] - (west + east) / 2) * squeeze * scale
        return round(x, 2), round(height_mm / 2 - (point[1] - (south + north) / 2) * scale, 2)

    def path(line: Sequence[Point]) -> str:
        return "M" + " L".join(f"{x} {y}" for x, y in map(at, line))

    marks = tuple((*at(point), number) for number, point in enumerate(stops, start=1))
    return Sheet(
        width_mm, height_mm, path(view.line), tuple(path(road) for road in roads), marks,
        round(10 / scale * 111_195),
    )  # fmt: skip
