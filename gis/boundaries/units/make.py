"""Making planning units: blocks between roads, water and walls, split by buildings where there are many.

Before: the ground of a community, lines and buildings from a map. After: the planner's brush, `propose`. Units tile
the ground exactly, and no building lies in two: where a road's line runs through a building, it is bent around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.boundaries.units.cells import bodies, cell_lines
from gis.geometry.adjacency import borders
from gis.geometry.blocks import SNAP_DEG, cut, in_reading_order


@dataclass(frozen=True)
class UnitSet:
    """Planning units.

    Attributes
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        Degrees; a valid coverage of the ground, from west to east and north to south.
    block : ndarray of int
        The block each lies in.
    unit : ndarray of int
        For each building its unit; -1 for one outside the ground.
    """

    shapes: NDArray[Any]
    block: NDArray[np.intp]
    unit: NDArray[np.intp]


def make_units(
    ground: Any,
    lines: NDArray[Any],
    buildings: NDArray[Any],
    *,
    min_area_m2: float = 2000.0,
    most_buildings: int = 12,
) -> UnitSet:
    """Cut ground into planning units.

    Parameters
    ----------
    ground : Polygon or MultiPolygon
        Degrees.
    lines : ndarray of LineString or MultiLineString
        Roads, banks, walls, railways; degrees, need not be noded.
    buildings : ndarray of Polygon or MultiPolygon
        Degrees; may overlap. One that reaches over the ground's own line counts with what is inside.
    min_area_m2 : float
        A smaller block joins a neighbour.
    most_buildings : int
        A block with more buildings is split, a unit for each (joined ones count as one); 0 splits every block.

    Returns
    -------
    UnitSet

    Raises
    ------
    InputError
        The ground is empty or crosses itself.
    """
    whole = shapely.set_precision(ground, SNAP_DEG)
    blocks = cut(whole, lines, min_area_m2=min_area_m2)
    shapes, body = bodies(buildings, whole)
    home = _home(blocks, shapes)
    split = np.bincount(home, minlength=len(blocks)) > max(most_buildings, 1)
    inner = [cell_lines(blocks[b], shapes[home == b]) for b in np.flatnonzero(split)]
    atoms = _atoms([*shapely.boundary(blocks), *shapely.boundary(shapes), *inner], whole)
    label = _labels(atoms, blocks, shapes, home, split)
    label = _tidied(atoms, label, _inside(atoms, shapes) >= 0)
    names = np.unique(label)
    units = np.array([shapely.coverage_union_all(atoms[label == name]) for name in names], dtype=object)
    order = in_reading_order(units)
    units = units[order]
    return UnitSet(units, _inside(units, blocks), _units_of(body, shapes, units))


def _home(blocks: NDArray[Any], shapes: NDArray[Any]) -> NDArray[np.intp]:
    """Give each body the block in which most of it stands."""
    if not len(shapes):
        return np.zeros(0, np.intp)
    body, block = shapely.STRtree(blocks).query(shapes, predicate="intersects")
    share = shapely.area(shapely.intersection(shapes[body], blocks[block]))
    home = np.zeros(len(shapes), np.intp)
    order = np.lexsort((-block, share))
    home[body[order]] = block[order]  # the last one written is the largest
    return home


def _atoms(lines: list[Any], ground: Any) -> NDArray[Any]:
    """Node all lines and take the faces inside the ground: the smallest pieces, out of which units are put together."""
    noded = shapely.union_all(np.array([*lines, shapely.boundary(ground)], dtype=object), grid_size=SNAP_DEG)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    shapely.prepare(ground)
    return np.asarray(faces[shapely.contains(ground, shapely.point_on_surface(faces))], dtype=object)


def _inside(atoms: NDArray[Any], areas: NDArray[Any]) -> NDArray[np.intp]:
    """Give each atom the area its inner point lies in, the first of several; -1 for none."""
    found = np.full(len(atoms), -1, np.intp)
    if len(areas):
        atom, area = shapely.STRtree(areas).query(shapely.point_on_surface(atoms), predicate="intersects")
        order = np.argsort(-area, kind="stable")
        found[atom[order]] = area[order]
    return found


def _labels(
    atoms: NDArray[Any],
    blocks: NDArray[Any],
    shapes: NDArray[Any],
    home: NDArray[np.intp],
    split: NDArray[np.bool_],
) -> NDArray[np.intp]:
    """Name the unit of each atom: its building's, in a split block the nearest building's, else the block's.

    Blocks have their own number, a body in a split block the number of blocks plus its own.
    """
    block, body = _inside(atoms, blocks), _inside(atoms, shapes)
    unit_of_body = np.where(split[home], len(blocks) + np.arange(len(shapes)), home) if len(shapes) else home
    label = block.copy()
    label[body >= 0] = unit_of_body[body[body >= 0]]
    for b in np.flatnonzero(split):
        open_ground = np.flatnonzero((block == b) & (body < 0))
        here = np.flatnonzero(home == b)
        near = shapely.STRtree(shapes[here]).nearest(shapely.point_on_surface(atoms[open_ground]))
        label[open_ground] = unit_of_body[here[near]]
    return label


def _tidied(atoms: NDArray[Any], label: NDArray[np.intp], built: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Give crumbs to a neighbour: pieces of a unit apart from its main one, with nothing built on them."""
    from gis.boundaries.propose.graph import components

    codes = [f"{atom:09d}" for atom in range(len(atoms))]
    shared = borders(atoms, codes)
    pairs = np.array([[int(code) for code in border.codes] for border in shared], np.intp).reshape(-1, 2)
    metres = np.array([border.length_m for border in shared])
    piece = components(len(atoms), pairs[label[pairs[:, 0]] == label[pairs[:, 1]]])
    size, has_built = np.bincount(piece, shapely.area(atoms)), np.bincount(piece, built) > 0
    tidy = label.copy()
    owner = np.zeros(len(size), np.intp)
    owner[piece] = label
    order = np.lexsort((-size, ~has_built))
    main = np.zeros(len(size), bool)
    main[order[np.unique(owner[order], return_index=True)[1]]] = True
    for crumb in np.flatnonzero(~main & ~has_built):
        edge = (piece[pairs[:, 0]] == crumb) ^ (piece[pairs[:, 1]] == crumb)
        if not edge.any():
            continue
        beside = np.where(piece[pairs[edge, 0]] == crumb, pairs[edge, 1], pairs[edge, 0])
        tidy[piece == crumb] = np.argmax(np.bincount(tidy[beside], metres[edge]))
    return tidy


def _units_of(body: NDArray[np.intp], shapes: NDArray[Any], units: NDArray[Any]) -> NDArray[np.intp]:
    """Give each building the unit of its body."""
    unit = np.full(len(body), -1, np.intp)
    known = body >= 0
    unit[known] = _inside(shapes, units)[body[known]]
    return unit
