"""A raster over polygons that knows which of its cells no line touches.

Before: the segments of boundaries. After: `locate`, which answers the points of untouched cells by
indexing and asks the exact predicate only for the others.

The raster never decides what a predicate would decide otherwise: a cell counts as touched when a segment
comes near it, with a margin far above rounding, and untouched cells side by side are one connected piece
of ground without a line in it, so what holds at one of its points holds at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]

# Degrees are rounded to 3e-14; in cells this wide that stays a hundred times below the margin.
SMALLEST_CELL_DEG = 1e-7
MARGIN_CELLS = 1e-5
# Flatter segments than this (in cells) are taken as lying in all their columns at once.
FLAT_CELLS = 1e-9
TOUCHED = -2


@dataclass(frozen=True)
class Frame:
    """Where the raster lies: a square number of cells over a rectangle and two cells around it.

    Attributes
    ----------
    west, south : float
        The corner in degrees.
    per_lon, per_lat : float
        Cells a degree.
    side : int
        Columns, and rows.
    near_deg : float
        A line touches a cell when it comes this near.
    """

    west: float
    south: float
    per_lon: float
    per_lat: float
    side: int
    near_deg: float

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], side: int, near_deg: float) -> Frame | None:
        """Lay cells over west, south, east, north; None when they would be too small to be safe."""
        west, south, east, north = bounds
        width, height = (east - west) / (side - 4), (north - south) / (side - 4)
        if not min(width, height) > SMALLEST_CELL_DEG:
            return None
        return cls(west - 2 * width, south - 2 * height, 1 / width, 1 / height, side, near_deg)

    def cells_of(self, lon: Floats, lat: Floats) -> Ints:
        """Give the cells of points, numbered row by row; what lies beyond counts to the outermost cells."""
        column, row = lon - self.west, lat - self.south
        column *= self.per_lon
        row *= self.per_lat
        top = self.side - 1
        number = np.clip(row, 0, top, out=row).astype(np.int32)
        number *= self.side
        number += np.clip(column, 0, top, out=column).astype(np.int32)
        return number

    def middles_of(self, cells: Ints) -> tuple[Floats, Floats]:
        """Give the middle points of cells in degrees."""
        row, column = np.divmod(cells, self.side)
        return self.west + (column + 0.5) / self.per_lon, self.south + (row + 0.5) / self.per_lat


class Raster:
    """The cells of a frame, each with the answer for its ground.

    Parameters
    ----------
    frame : Frame
        Where the cells lie. Points beyond it must have the answer of the outermost cells.
    starts, ends : ndarray of shape (n, 2)
        The segments of all boundaries, degrees.
    ask : callable
        Gives the exact answer (0 or more for a ground, -1 for none, `TOUCHED` for undecided) for the
        longitudes and latitudes of some points.
    """

    def __init__(
        self, frame: Frame, starts: Floats, ends: Floats, ask: Callable[[Floats, Floats], Ints]
    ) -> None:
        self.frame = frame
        self._run_of, first, last = _runs(_touched(frame, starts, ends), frame.side)
        self._answers = self._ask_each_ground(first, last, ask)

    def answers(self, lon: Floats, lat: Floats) -> Ints:
        """Give each finite point its cell's answer, `TOUCHED` where a line is near."""
        found: Ints = self._answers[self._run_of[self.frame.cells_of(lon, lat)]]
        return found

    def _ask_each_ground(self, first: Ints, last: Ints, ask: Callable[[Floats, Floats], Ints]) -> Ints:
        """Ask once for all runs that hang together; number 0 stands for the touched cells."""
        middle = (first + last) // 2
        parent = _grounds(self._run_of, (middle, first, last), self.frame.side)
        roots = np.flatnonzero(parent == np.arange(len(parent)))[1:]
        answers = np.full(len(parent), TOUCHED, np.int32)
        answers[roots] = ask(*self.frame.middles_of(middle[roots - 1]))
        found: Ints = answers[parent]
        return found


def _touched(frame: Frame, starts: Floats, ends: Floats) -> Flags:
    """Mark the cells that a segment touches, row after row in one flat array."""
    first, last, row = _pieces(frame, starts, ends)
    steps = np.zeros(frame.side * frame.side + 1, np.int32)
    base = row * frame.side
    np.add.at(steps, base + first, np.int32(1))
    np.add.at(steps, base + last + 1, np.int32(-1))
    marked: Flags = np.cumsum(steps[:-1], dtype=np.int32) > 0
    return marked


def _pieces(frame: Frame, starts: Floats, ends: Floats) -> tuple[Ints, Ints, Ints]:
    """Cut segments by rows: give the first column, last column and row of every piece."""
    scale, corner = np.array([frame.per_lon, frame.per_lat]), np.array([frame.west, frame.south])
    upward = (starts[:, 1] <= ends[:, 1])[:, None]
    x, y = ((np.where(upward, starts, ends) - corner) * scale).T
    dx, dy = ((np.where(upward, ends, starts) - corner) * scale).T - (x, y)
    near_x, near_y = MARGIN_CELLS + frame.near_deg * scale
    bottom, counts = _cells_between(y - near_y, y + dy + near_y, frame.side)
    which = np.repeat(np.arange(len(x)), counts)
    row = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts - bottom, counts)
    per_dy = np.divide(1.0, dy, out=np.zeros_like(dy), where=dy > FLAT_CELLS)
    below, share = row - near_y - y[which], per_dy[which]
    enters = np.clip(below * share, 0.0, 1.0)
    leaves = np.clip((below + (1.0 + 2.0 * near_y)) * share, 0.0, 1.0)
    leaves[share == 0.0] = 1.0
    here, across = x[which], dx[which]
    one, other = here + across * enters, here + across * leaves
    first, width = _cells_between(
        np.minimum(one, other) - near_x, np.maximum(one, other) + near_x, frame.side
    )
    return first, first + width - 1, row.astype(np.int32)


def _cells_between(low: Floats, high: Floats, side: int) -> tuple[Ints, Ints]:
    """Give the first cell and the number of cells of stretches along one axis, cut at the frame."""
    first = np.clip(np.floor(low), 0, side).astype(np.int32)
    last = np.clip(np.floor(high), -1, side - 1).astype(np.int32)
    return first, np.maximum(last - first + 1, 0)


def _runs(touched: Flags, side: int) -> tuple[Ints, Ints, Ints]:
    """Find the runs of untouched cells in each row: give each cell's run (from 1), first and last cells."""
    free = ~touched
    opens, closes = free.copy(), free.copy()
    opens[1:] &= touched[:-1]
    closes[:-1] &= touched[1:]
    opens[::side], closes[side - 1 :: side] = free[::side], free[side - 1 :: side]
    run_of = np.cumsum(opens, dtype=np.int32)
    run_of *= free
    return run_of, np.flatnonzero(opens).astype(np.int32), np.flatnonzero(closes).astype(np.int32)


def _grounds(run_of: Ints, cells: tuple[Ints, ...], side: int) -> Ints:
    """Join each run to one that touches it from below; give every run's lowest ancestor, 0 for run 0.

    Not every join is found, since only some cells of a run are looked at: a ground may fall into several
    grounds, each asked for itself.
    """
    parent = np.zeros(len(cells[0]), np.int32)
    for cell in cells:
        below = np.where(cell >= side, run_of[cell - side], 0)
        parent = np.where(parent == 0, below, parent).astype(np.int32)
    alone = np.arange(1, len(parent) + 1, dtype=np.int32)
    parent = np.concatenate([np.zeros(1, np.int32), np.where(parent == 0, alone, parent)])
    while not np.array_equal(older := parent[parent], parent):
        parent = older
    return parent
