"""Saving covering walks as GeoJSON: one line a walk, and every section with who sees it and when.

Before: `checking` has walked them. After: a map, a telephone, another program.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis.errors import InputError
from gis.patrols.cover.checking import Walked
from gis.patrols.cover.plan import Plan
from gis.patrols.network.network import Network
from gis.patrols.network.pace import minutes

DECIMALS = 7


def features(network: Network, plan: Plan, walked: list[Walked], *, speed_kmh: float) -> list[dict[str, Any]]:
    """Give GeoJSON features: walks (ordered coordinates in degrees), then wanted sections in the file's order."""
    made = [
        _feature(
            _line(network, walk.corners),
            kind="walk", member=number, length_m=round(walk.length_m, 1),
            minutes=round(minutes(walk.length_m, speed_kmh=speed_kmh), 1), sections=len(walk.seen_at_m),
        )
        for number, walk in enumerate(walked, 1)
    ]  # fmt: skip
    first: dict[int, tuple[float, int]] = {}
    for number, walk in enumerate(walked, 1):
        for section, at_m in walk.seen_at_m.items():
            first[section] = min(first.get(section, (np.inf, 0)), (at_m, number))
    return made + [_section(network, int(at), first, speed_kmh) for at in np.flatnonzero(network.wanted)]


def _section(
    network: Network, section: int, first: dict[int, tuple[float, int]], speed_kmh: float
) -> dict[str, Any]:
    at_m, member = first.get(section, (None, None))
    return _feature(
        _line(network, shapely.get_coordinates(network.lines[section])),
        kind="section", section=section + 1, code=network.codes[section], name=network.names[section],
        highway=network.kinds[section], length_m=round(float(network.length_m[section]), 1),
        seen=member is not None, member=member,
        seen_after_min=None if at_m is None else round(minutes(at_m, speed_kmh=speed_kmh), 1),
    )  # fmt: skip


def _line(network: Network, corners: Any) -> dict[str, Any]:
    """Give a line in degrees; one that stays at the start has its point twice, as a line needs two."""
    lon_lat = shapely.get_coordinates(network.in_degrees(shapely.points(np.atleast_2d(corners))))
    placed = np.round(lon_lat, DECIMALS).tolist()
    return {"type": "LineString", "coordinates": placed if len(placed) > 1 else placed * 2}


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def write(path: Path, made: list[dict[str, Any]], told: dict[str, Any]) -> None:
    """Write features; the file appears whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    body = {"type": "FeatureCollection", "summary": told, "features": made}
    try:
        beside.write_text(
            json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
        )
        beside.replace(path)
    except OSError as fault:
        raise InputError(f"{path} cannot be written: {fault.strerror}.") from fault
    finally:
        beside.unlink(missing_ok=True)
