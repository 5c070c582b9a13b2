"""What the map asks with: windows, dates, points and states out of an address, refused in sentences.

Before: the query string. After: `webmap.layers.views`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from gis.cases.map_queries import MOST_MARKS
from gis.errors import InputError
from gis.grids.extent import Bounds
from gis.settings import settings

SIDES = 4
LARGEST_ZOOM = 22
LONGEST_COUNT = 6
WORLD = (-180.0, -90.0, 180.0, 90.0)


def window(arguments: Mapping[str, str]) -> Bounds:
    """Read `bbox=west,south,east,north`.

    Raises
    ------
    InputError
        When it is missing, no four numbers, outside the world or inside out.
    """
    parts = arguments.get("bbox", "").split(",")
    if len(parts) != SIDES:
        raise InputError(
            "地图范围 bbox 应为“西,南,东,北”四个数。 Give the window as bbox=west,south,east,north in degrees."
        )
    west, south, east, north = (_degrees(part) for part in parts)
    if not (WORLD[0] <= west <= east <= WORLD[2] and WORLD[1] <= south <= north <= WORLD[3]):
        raise InputError(
            "地图范围 bbox 超出经纬度范围或东西、南北颠倒。 The window bbox is outside the world or inside out: "
            "west must not exceed east, nor south north."
        )
    return west, south, east, north


def point(arguments: Mapping[str, str]) -> tuple[float, float]:
    """Read `lon` and `lat` in degrees."""
    lon, lat = _degrees(arguments.get("lon", "")), _degrees(arguments.get("lat", ""))
    if not (WORLD[0] <= lon <= WORLD[2] and WORLD[1] <= lat <= WORLD[3]):
        raise InputError(
            "经纬度超出范围，是否写反了？ The point is outside the world; are lon and lat swapped?"
        )
    return lon, lat


def zoom(arguments: Mapping[str, str]) -> int:
    """Read `zoom`, 0 to 22; a fraction is rounded down."""
    value = _number(arguments.get("zoom", "15"))
    if value is None or not 0 <= value <= LARGEST_ZOOM:
        raise InputError(
            f"缩放级别 zoom 应为 0 到 {LARGEST_ZOOM}。 Give zoom as a number from 0 to {LARGEST_ZOOM}."
        )
    return int(value)


def most(arguments: Mapping[str, str]) -> int:
    """Read `most`, how many single marks there is room for: a whole number from 1; without it, as many as allowed."""
    given = arguments.get("most", str(MOST_MARKS))
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_COUNT and int(given) > 0):
        raise InputError("most 应为正整数。 Give `most` as a whole number from 1.", value=given[:40])
    return int(given)


def instant(arguments: Mapping[str, str]) -> datetime:
    """Read `at`, a date: noon of it where the place is; without it, now."""
    given = arguments.get("at")
    if not given:
        return datetime.now(UTC).astimezone(settings().time_zone)
    try:
        day = date.fromisoformat(given)
    except ValueError as fault:
        raise InputError(
            "日期 at 应写作 2026-01-31。 Give the date `at` as 2026-01-31.", value=given[:40]
        ) from fault
    return datetime.combine(day, time(12), settings().time_zone)


def _degrees(value: str) -> float:
    number = _number(value)
    if number is None:
        raise InputError(
            "经纬度应为数字，单位为度。 Longitude and latitude must be numbers, in degrees.", value=value[:40]
        )
    return number


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
