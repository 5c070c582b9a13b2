"""What a planner does to a draft: paint, move a line, split, merge, swap, lock; each decided as plain data, pure.

Before: `layout`. After: `plans` stores the data and applies it. An edit that would change what is locked, or changes
nothing, is refused in a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.boundaries.bisect import shared_out
from gis.boundaries.layout import Layout, Part, Terrain
from gis.errors import ConflictError, InputError, NotFoundError

FEWEST_PARTS, MOST_PARTS = 2, 50
LONGEST_NAME = 80


def paint(layout: Layout, units: Sequence[int], key: int) -> dict[str, Any]:
    """Give some units to a part."""
    _known(layout, key)
    chosen = _changing(layout, units, key)
    if not len(chosen):
        raise InputError(
            f"这些单元已经在{_name(layout, key)}。 These units are in it already.", field="units"
        )
    return {"to": [[key, chosen.tolist()]]}


def line(terrain: Terrain, layout: Layout, one: int, other: int, units: Sequence[int]) -> dict[str, Any]:
    """Move the line between two parts: the units named change sides, all of them units of the two.

    Raises
    ------
    InputError
        A unit belongs to neither, or the parts share no line.
    """
    _known(layout, one)
    _known(layout, other)
    pairs = layout.part[terrain.units.graph.pairs]
    if not ((pairs == [one, other]).all(axis=1) | (pairs == [other, one]).all(axis=1)).any():
        raise InputError(
            f"{_name(layout, one)}与{_name(layout, other)}没有共同的边界。 The two grids share no line.",
            field="other",
        )
    chosen = _numbers(layout, units)
    if not np.isin(layout.part[chosen], [one, other]).all():
        raise InputError("有的单元不属于这两个网格。 Some units belong to neither of the two.", field="units")
    over = chosen[layout.part[chosen] == one]
    back = chosen[layout.part[chosen] == other]
    _free(layout, chosen)
    return {"to": [[key, some.tolist()] for key, some in ((other, over), (one, back)) if len(some)]}


def line_along(terrain: Terrain, layout: Layout, one: int, other: int, drawn: Any) -> dict[str, Any]:
    """Move the line between two parts to where it was drawn (degrees): each keeps the side on which it has more.

    Raises
    ------
    InputError
        The parts share no line, or it leaves one of them without ground, or it changes nothing.
    """
    _known(layout, one)
    _known(layout, other)
    units = np.flatnonzero(np.isin(layout.part, [one, other]))
    left = _sides(terrain.shapes[units], drawn)
    ground = terrain.units.area_m2[units]
    # the way round in which less ground changes hands
    with_left = layout.part[units] == one
    if ground[with_left == left].sum() < ground[with_left != left].sum():
        left = ~left
    if left.all() or not left.any():
        raise InputError(
            "这条线没有把两个网格分开，请从一侧画到另一侧。"
            " The line does not part the two grids; draw it from one side to the other.",
            field="line",
        )
    over = units[with_left != left]
    if not len(over):
        raise InputError("界线已经在这里。 The line is there already.", field="line")
    return line(terrain, layout, one, other, over.tolist())


def split_by_line(terrain: Terrain, layout: Layout, key: int, drawn: Any) -> dict[str, Any]:
    """Split a part along a drawn line (degrees): a unit goes to the side on which its middle lies.

    Raises
    ------
    InputError
        The line does not part the units, or it crosses itself.
    """
    _known(layout, key)
    units = layout.units_of(key)
    side = _sides(terrain.shapes[units], drawn)
    if side.all() or not side.any():
        raise InputError(
            "这条线没有把网格分成两部分，请从网格的一侧画到另一侧。"
            " The line does not part the grid; draw it from one side to the other.",
            field="line",
        )
    moved = units[side]
    _free(layout, moved)
    return _new_parts(layout, key, [moved])


def _sides(shapes: NDArray[Any], drawn: Any) -> NDArray[np.bool_]:
    """Tell which shapes have their middle to the left of a line that goes on straight at both ends."""
    drawn = shapely.remove_repeated_points(drawn)
    if drawn.geom_type != "LineString" or not drawn.length > 0 or not drawn.is_simple:
        raise InputError("请画一条不与自身相交的线。 Draw one line that does not cross itself.", field="line")
    middles = shapely.point_on_surface(shapes)
    west, south, east, north = shapely.total_bounds(shapes)
    far = 4.0 * max(east - west, north - south, drawn.length)
    points = shapely.get_coordinates(drawn)
    ends = [_beyond(points[1], points[0], far), *points, _beyond(points[-2], points[-1], far)]
    frame = shapely.box(*shapely.total_bounds([*shapes, drawn])).buffer(far / 4.0, join_style="mitre")
    pieces = shapely.get_parts(
        shapely.polygonize([shapely.union_all([shapely.LineString(ends), frame.boundary])])
    )
    left = pieces[_is_left(pieces, np.asarray(ends))]
    return np.asarray(shapely.intersects(shapely.union_all(left), middles))


def _beyond(inner: NDArray[np.float64], end: NDArray[np.float64], far: float) -> NDArray[np.float64]:
    way = end - inner
    return np.asarray(end + way / np.hypot(*way) * far)


def _is_left(pieces: NDArray[Any], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which faces lie to the left of a line: those a ring of which runs along it in its direction."""
    middle = (points[:-1] + points[1:]) / 2.0
    way = points[1:] - points[:-1]
    step = np.hypot(way[:, 0], way[:, 1])[:, None]
    aside = np.column_stack([-way[:, 1], way[:, 0]]) / step * step.min() * 1e-6
    probes = shapely.points(middle + aside)
    return np.array([bool(shapely.intersects(piece, probes).any()) for piece in pieces])


def split_evenly(
    terrain: Terrain, layout: Layout, key: int, parts: int, weight: NDArray[np.float64]
) -> dict[str, Any]:
    """Split a part into several of even workload, each in one piece where that can be.

    Parameters
    ----------
    weight : ndarray of float
        The workload of every unit.

    Raises
    ------
    InputError
        There are not enough units, or the machine finds no way.
    """
    _known(layout, key)
    units = layout.units_of(key)
    if not FEWEST_PARTS <= parts <= MOST_PARTS or len(units) < parts:
        raise InputError(
            f"这个网格有 {len(units)} 个单元，不能分成 {parts} 份。"
            f" The grid has {len(units)} units and cannot be split in {parts}.",
            field="parts",
        )
    label = _shared_out(terrain, units, weight[units], parts)
    # the part that is heaviest keeps its key, so that the fewest change hands
    load = np.bincount(label, weight[units], minlength=parts)
    stays = int(np.argmax(load))
    groups = [units[label == number] for number in range(parts) if number != stays]
    _free(layout, np.concatenate(groups))
    return _new_parts(layout, key, groups)


def _shared_out(
    terrain: Terrain, units: NDArray[np.intp], weight: NDArray[np.float64], parts: int
) -> NDArray[np.intp]:
    place = np.full(terrain.size, -1, np.intp)
    place[units] = np.arange(len(units))
    pairs = place[terrain.open_pairs]
    inside = (pairs >= 0).all(axis=1)
    return shared_out(terrain.shapes[units], pairs[inside], weight, parts)


def _new_parts(layout: Layout, key: int, groups: Sequence[NDArray[np.intp]]) -> dict[str, Any]:
    """Make a new part of each group of units, with the branch and members of the one it is taken from."""
    old, first = layout.parts[key], len(layout.parts)
    taken = {part.name for part in layout.parts}
    free = (name for number in count(2) if (name := f"{old.name}·{number}") not in taken)
    names = [
        Part(first + i, None, "", name, old.community_id, like=key)
        for i, name in zip(range(len(groups)), free, strict=False)
    ]
    return {
        "parts": [vars(one) for one in names],
        "to": [[one.key, group.tolist()] for one, group in zip(names, groups, strict=True)],
    }


def merge(layout: Layout, keys: Sequence[int], into: int) -> dict[str, Any]:
    """Give all ground of some parts to one."""
    others = [key for key in dict.fromkeys(keys) if key != into]
    if not others:
        raise InputError("请选择至少两个网格。 Choose at least two grids.", field="parts")
    for key in (into, *others):
        _known(layout, key)
    moved = np.flatnonzero(np.isin(layout.part, others))
    _free(layout, moved)
    _free_parts(layout, {into})
    return {"to": [[into, moved.tolist()]]}


def swap(layout: Layout, one: int, other: int, units: Sequence[int] = ()) -> dict[str, Any]:
    """Let two parts change ground: the units named, or all they have."""
    _known(layout, one)
    _known(layout, other)
    if one == other:
        raise InputError("请选择两个不同的网格。 Choose two different grids.", field="other")
    chosen = _numbers(layout, units) if len(units) else np.arange(len(layout.part))
    over, back = chosen[layout.part[chosen] == one], chosen[layout.part[chosen] == other]
    if not len(over) or not len(back):
        raise InputError("每个网格都要给出单元。 Each of the two must give some units.", field="units")
    _free(layout, np.concatenate([over, back]))
    return {"to": [[other, over.tolist()], [one, back.tolist()]]}


def lock(
    layout: Layout, *, parts: Sequence[int] = (), units: Sequence[int] = (), on: bool = True
) -> dict[str, Any]:
    """Lock or unlock parts and single units."""
    for key in parts:
        _known(layout, key)
    chosen = _numbers(layout, units).tolist()
    names = ("lock", "hold") if on else ("unlock", "free")
    return {names[0]: list(parts), names[1]: chosen}


def name(layout: Layout, key: int, words: str) -> dict[str, Any]:
    """Name a part."""
    _known(layout, key)
    clean = " ".join(words.split())
    if not 0 < len(clean) <= LONGEST_NAME:
        raise InputError(
            f"名称要有 1 到 {LONGEST_NAME} 个字。 A name has 1 to {LONGEST_NAME} characters.", field="name"
        )
    return {"names": [[key, clean]]}


def staff(layout: Layout, key: int, member_ids: Sequence[int]) -> dict[str, Any]:
    """Say who is to work in a part from the day of adoption on."""
    _known(layout, key)
    return {"members": [[key, list(dict.fromkeys(member_ids))]]}


def lay(terrain: Terrain, layout: Layout, label: NDArray[np.intp], names: Sequence[str]) -> dict[str, Any]:
    """Make a proposal or a file the draft: for every unit a number from 0, for every number a name or a code.

    A number whose name is a grid's code, or the name of a new grid, takes that key; the others become new
    parts, like the part from which most of their ground comes.
    """
    keys = {part.code or part.name: part.key for part in layout.parts if not part.nobody}
    new: list[Part] = []
    found: dict[int, int] = {}
    for number in np.unique(label).tolist():
        known = keys.get(names[number])
        if known is None:
            units = np.flatnonzero(label == number)
            before = np.bincount(terrain.today[units], terrain.units.area_m2[units])
            like = terrain.parts[int(np.argmax(before))]
            known = len(layout.parts) + len(new)
            new.append(Part(known, None, "", names[number], like.community_id, like=like.key))
        found[number] = known
    target = np.array([found[number] for number in label.tolist()], np.intp)
    moved = np.flatnonzero(target != layout.part)
    if not len(moved):
        raise InputError("这与现在的草案相同。 This is the draft as it stands.", field="units")
    _free(layout, moved)
    _free_parts(layout, set(target[moved].tolist()))
    to = [[key, moved[target[moved] == key].tolist()] for key in np.unique(target[moved]).tolist()]
    return {"parts": [vars(one) for one in new], "to": to}


def _known(layout: Layout, key: int) -> None:
    if not 0 <= key < len(layout.parts):
        raise NotFoundError("方案里没有这个网格。 There is no such grid in the plan.", part=key)


def _numbers(layout: Layout, units: Sequence[int]) -> NDArray[np.intp]:
    chosen: NDArray[np.intp] = np.unique(np.asarray(list(units), np.intp))
    if len(chosen) and (chosen[0] < 0 or chosen[-1] >= len(layout.part)):
        raise NotFoundError("方案里没有这个单元。 There is no such unit in the plan.", field="units")
    return chosen


def _changing(layout: Layout, units: Sequence[int], key: int) -> NDArray[np.intp]:
    named = _numbers(layout, units)
    chosen: NDArray[np.intp] = named[layout.part[named] != key]
    if len(chosen):
        _free(layout, chosen)
        _free_parts(layout, {key})
    return chosen


def _free(layout: Layout, moved: NDArray[np.intp]) -> None:
    """Refuse to move units that are held or belong to a locked part."""
    _free_parts(layout, set(layout.part[moved].tolist()))
    if layout.held.intersection(moved.tolist()):
        raise ConflictError("有的单元已锁定，请先解锁。 Some units are locked; unlock them first.")


def _free_parts(layout: Layout, keys: set[int]) -> None:
    for key in sorted(layout.locked & keys):
        raise ConflictError(
            f"{_name(layout, key)}已锁定，请先解锁。 This grid is locked; unlock it first.", part=key
        )


def _name(layout: Layout, key: int) -> str:
    return layout.parts[key].name
