"""A yard takes footprints one after another and refuses what does not fit; `Raised` is a building as built.

Before: `shapes`. After: `compounds`, `houses`, `works` fill yards; `buildings` numbers what stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import Point, Polygon
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from data.sample.shapes import Shape, set_down


@dataclass
class Raised:
    """A building in metres, before it has a code.

    Attributes
    ----------
    shape : Polygon
    use : str
        residential, shop, school, clinic, market, office, station, factory.
    kind : str
        slab, tower, house, farm (village house), row (shop in a row) or hall.
    floors, per_floor : int
        Storeys, and flats a floor and unit (0: nobody lives there).
    doors : list of Point
        One a unit.
    block : int
        Index of its block.
    compound : int
        Index of its compound, -1 for none.
    name : str
        Own name, or empty.
    road, number : str
        Address, filled in by `addresses`.
    """

    shape: Polygon
    use: str
    kind: str
    floors: int
    per_floor: int = 0
    doors: list[Point] = field(default_factory=list)
    block: int = -1
    compound: int = -1
    name: str = ""
    road: str = ""
    number: str = ""


class Yard:
    """Ground to be built on; no two footprints come closer than `gap_m`, none crosses the fence.

    Parameters
    ----------
    ground : BaseGeometry
        Where footprints must lie, metres.
    gap_m : float
        Least distance between footprints.
    lean_deg : float
        How far rows are turned from east-west; places in the yard are told along and across its rows.
    """

    def __init__(self, ground: BaseGeometry, *, gap_m: float, lean_deg: float = 0.0) -> None:
        self.ground = ground
        self.gap_m = gap_m
        self.lean_deg = lean_deg
        self.taken: list[BaseGeometry] = []
        shapely.prepare(ground)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Give the ground's extent along and across its rows."""
        west, south, east, north = rotate(self.ground, -self.lean_deg, origin=(0, 0)).bounds
        return west, south, east, north

    def down(self, plan: Shape, x: float, y: float, *, turn_deg: float = 0.0) -> Shape:
        """Turn a plan with the rows (and by `turn_deg` more) and move it to a place in the yard."""
        at = rotate(Point(x, y), self.lean_deg, origin=(0, 0))
        return set_down(plan, at.x, at.y, self.lean_deg + turn_deg)

    def stand(self, plan: Polygon, x: float, y: float, *, turn_deg: float = 0.0) -> Polygon | None:
        """Set a plan down at a place in the yard if the ground is free."""
        shape = self.down(plan, x, y, turn_deg=turn_deg)
        return shape if self.take(shape) else None

    def take(self, shape: BaseGeometry) -> bool:
        """Take the ground under a footprint if it is free; say whether it was."""
        if not self.ground.contains(shape):
            return False
        if self.taken and bool(np.any(shapely.dwithin(np.array(self.taken), shape, self.gap_m))):
            return False
        self.taken.append(shape)
        return True
