"""Made-up street networks for tests: a lattice of blocks with dead ends, as lines in degrees."""

from __future__ import annotations

import numpy as np
import shapely

from gis.patrols.network.build import build
from gis.patrols.network.network import Network
from gis.patrols.network.ways import ways_of

LON, LAT = 120.0, 30.0
DEG_LON, DEG_LAT = 1 / 96486.0, 1 / 110852.0
"""Degrees a metre, at 30 N."""


def at(x_m: float, y_m: float) -> tuple[float, float]:
    """Give the place so many metres east and north of the corner."""
    return LON + x_m * DEG_LON, LAT + y_m * DEG_LAT


def line(*places: tuple[float, float]) -> shapely.LineString:
    """Give a line through places in metres, in degrees."""
    return shapely.LineString([at(*place) for place in places])


def lattice(columns: int, rows: int, block_m: float = 100.0) -> list[shapely.LineString]:
    """Give streets that cross, each drawn in one piece: they are to be cut where they meet."""
    across = [line((0, row * block_m), (columns * block_m, row * block_m)) for row in range(rows + 1)]
    along = [line((col * block_m, 0), (col * block_m, rows * block_m)) for col in range(columns + 1)]
    return across + along


def winding(columns: int, rows: int, seed: int) -> list[shapely.LineString]:
    """Give a lattice with moved corners, some streets missing and some dead ends."""
    random = np.random.default_rng(seed)
    spot = random.uniform(-30, 30, (columns + 1, rows + 1, 2))
    spot += np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), axis=2) * 120.0
    lines = []
    for col in range(columns + 1):
        for row in range(rows + 1):
            for other in ((col + 1, row), (col, row + 1)):
                if max(other[0] - columns, other[1] - rows) <= 0 and (
                    random.random() > 0.15 or row == 0 or col == 0
                ):
                    lines.append(line(tuple(spot[col, row]), tuple(spot[other])))
            if random.random() < 0.2:
                lines.append(line(tuple(spot[col, row]), tuple(spot[col, row] + random.uniform(15, 45, 2))))
    return lines


def town(columns: int = 8, rows: int = 6, seed: int = 1) -> Network:
    """Give the network of a winding town."""
    return build(ways_of(winding(columns, rows, seed)))
