"""Maps as letters: `draw("AAB AAB")` is two grids that share a line.

Before: a picture in a test. After: polygons in degrees, exactly matching along shared lines.
"""

from __future__ import annotations

import shapely
from shapely import MultiPolygon, Polygon


def draw(
    picture: str, *, cell_deg: float = 0.001, west: float = 116.3, south: float = 39.9
) -> dict[str, Polygon | MultiPolygon]:
    """Draw polygons from rows of letters.

    Parameters
    ----------
    picture : str
        Rows from north to south, parted by spaces or new lines. All cells of a letter are one polygon, be it
        with holes or in several parts; `.` is nothing.
    cell_deg : float
        Side of a cell in degrees.
    west, south : float
        Where the picture's lower left corner lies, degrees.
    """
    rows = picture.split()[::-1]
    cells: dict[str, list[Polygon]] = {}
    for j, row in enumerate(rows):
        for i, letter in enumerate(row):
            # Each line of the lattice is computed once, so neighbours have the very same numbers.
            box = shapely.box(
                west + i * cell_deg,
                south + j * cell_deg,
                west + (i + 1) * cell_deg,
                south + (j + 1) * cell_deg,
            )
            cells.setdefault(letter, []).append(box)
    return {letter: shapely.union_all(boxes) for letter, boxes in sorted(cells.items()) if letter != "."}
