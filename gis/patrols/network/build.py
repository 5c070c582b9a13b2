"""Building the network: cut, join over gaps, number the junctions, take double lines out.

Before: `ways`. After: `Network`. A graph's own junctions are kept as they are; loose lines are cut by `noding`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gis.errors import InputError
from gis.geometry.metres import STORED_EPSG, project
from gis.patrols.network.gaps import Gap, loose_ends
from gis.patrols.network.network import Network, Places, plane_at
from gis.patrols.network.noding import SAME_PLACE_M, cut_at, meetings, without_own_crossings
from gis.patrols.network.ways import Ways

GAP_M = 3.0
"""Ends of ways nearer than this to another way are joined to it: they were drawn apart by mistake."""

SAME_LINE_M = 1.0
PROBES = (0.25, 0.5, 0.75)


@dataclass
class Drawn:
    """Sections being put together: lines in metres, the way each is part of (-1: a link), and its junctions."""

    lines: NDArray[Any]
    way: Places
    tail: Places
    head: Places


def build(ways: Ways, *, gap_m: float = GAP_M) -> Network:
    """Build the walking network.

    Parameters
    ----------
    ways : Ways
        Lines in degrees.
    gap_m : float
        How far an end may lie from another way to be joined to it, metres; 0 joins nothing.

    Returns
    -------
    Network
        Sections in the order of the ways, then links.

    Raises
    ------
    InputError
        There is no line of any length.
    """
    plane = plane_at(ways.lines)
    lines = np.asarray(project(ways.lines, STORED_EPSG, plane), object)
    remarks = list(ways.remarks)
    drawn = _cut(lines, ways.level) if ways.ends is None else _as_given(lines, ways.ends, remarks)
    if not len(drawn.lines):
        raise InputError("No line has any length; there is nothing to walk.")
    drawn = _each_once(drawn, remarks)
    if ways.ends is None and gap_m > 0:
        drawn = _joined(drawn, ways.level, gap_m, remarks, plane)
    return _network(drawn, ways, plane, remarks)


def _as_given(lines: NDArray[Any], ends: Places, remarks: list[str]) -> Drawn:
    """Take a graph's own junctions; two junctions in one place are one."""
    size = int(ends.max()) + 1
    short = (shapely.length(lines) <= SAME_PLACE_M) & (ends[:, 0] != ends[:, 1])
    links = coo_array((np.ones(short.sum()), ends[short].T), shape=(size, size))
    number = connected_components(links, directed=False)[1].astype(np.int64)
    keep = shapely.length(lines) > SAME_PLACE_M
    if not keep.all():
        remarks.append(f"{int((~keep).sum())} lines have no length and were left out.")
    tail, head = number[ends[keep]].T
    return Drawn(lines[keep], np.flatnonzero(keep).astype(np.int64), tail, head)


def _cut(lines: NDArray[Any], level: NDArray[np.int64]) -> Drawn:
    # the two directions of a street are often two equal lines
    once = np.unique(shapely.to_wkb(shapely.normalize(lines)), return_index=True)[1]
    simple, way = without_own_crossings(lines[np.sort(once)])
    way = np.sort(once)[way]
    if not len(simple):
        return Drawn(simple, way, way, way)
    where, points = meetings(simple, level[way])
    pieces, owner = cut_at(simple, where, points)
    return _numbered(pieces, way[owner])


def _numbered(pieces: list[Any], way: Places) -> Drawn:
    """Give the junctions numbers: ends in one place are one."""
    many = len(pieces)
    ends = np.array([piece[0] for piece in pieces] + [piece[-1] for piece in pieces])
    near = cKDTree(ends).query_pairs(2 * SAME_PLACE_M, output_type="ndarray")
    links = coo_array((np.ones(len(near)), near.T), shape=(2 * many, 2 * many))
    number = connected_components(links, directed=False)[1].astype(np.int64)
    place = np.zeros((number.max() + 1, 2))
    place[number[::-1]] = ends[::-1]  # the first of each
    lines = np.empty(many, object)
    for at, piece in enumerate(pieces):
        tail, head = place[number[at]], place[number[many + at]]
        lines[at] = shapely.LineString(np.vstack([tail, piece[1:-1], head]))
    keep = shapely.length(lines) > SAME_PLACE_M
    return Drawn(lines[keep], way[keep], number[:many][keep], number[many:][keep])


def _each_once(drawn: Drawn, remarks: list[str]) -> Drawn:
    """Take out lines that come again, in either direction: the two directions of a street are one section."""
    keep = np.ones(len(drawn.lines), bool)
    probes = [
        shapely.get_coordinates(shapely.line_interpolate_point(drawn.lines, share, normalized=True))
        for share in PROBES
    ]
    probed = np.stack(probes, axis=1)
    length = shapely.length(drawn.lines)
    seen: dict[tuple[int, int], list[int]] = {}
    for at, ends in enumerate(zip(drawn.tail.tolist(), drawn.head.tolist(), strict=True)):
        twins = seen.setdefault((min(ends), max(ends)), [])
        near = SAME_LINE_M + 0.01 * length[at]
        for twin in twins:
            apart = min(np.hypot(*(probed[at] - line).T).max() for line in (probed[twin], probed[twin][::-1]))
            if apart <= SAME_LINE_M and abs(length[at] - length[twin]) <= near:
                keep[at] = False
                break
        else:
            twins.append(at)
    if not keep.all():
        remarks.append(f"{int((~keep).sum())} lines repeat another one; each section counts once.")
    return _taken(drawn, keep)


def _taken(drawn: Drawn, keep: NDArray[np.bool_]) -> Drawn:
    return Drawn(drawn.lines[keep], drawn.way[keep], drawn.tail[keep], drawn.head[keep])


def _joined(drawn: Drawn, level: NDArray[np.int64], gap_m: float, remarks: list[str], plane: str) -> Drawn:
    """Join loose ends to the nearest way: it is cut there, and a link leads over the gap."""
    gaps = loose_ends(drawn.lines, drawn.tail, drawn.head, level[drawn.way], gap_m)
    if not gaps:
        return drawn
    where = np.array([gap.section for gap in gaps], np.int64)
    pieces, owner = cut_at(drawn.lines, where, np.array([gap.onto for gap in gaps]))
    links = [np.array([gap.end, gap.onto]) for gap in gaps]
    way = np.concatenate([drawn.way[owner], np.full(len(links), -1, np.int64)])
    remarks.append(_told(gaps, plane))
    # ends nearer than the tolerance of junctions have become one with what they were joined to
    return _numbered(pieces + links, way)


def _told(gaps: list[Gap], plane: str) -> str:
    spots = project(shapely.points([gap.end for gap in gaps]), plane, STORED_EPSG)
    listed = ", ".join(
        f"{spot.x:.6f} {spot.y:.6f} ({gap.width_m:.1f} m)" for spot, gap in zip(spots, gaps, strict=True)
    )
    return f"{len(gaps)} ends were joined over small gaps: {listed}."


def _network(drawn: Drawn, ways: Ways, plane: str, remarks: list[str]) -> Network:
    number, (tail, head) = _compact(drawn)
    nodes = np.zeros((number, 2))
    for ends, corner in ((tail, 0), (head, -1)):
        nodes[ends] = shapely.get_coordinates(shapely.get_point(drawn.lines, corner))
    linked = drawn.way < 0
    way = np.where(linked, 0, drawn.way)
    return Network(
        plane=plane,
        nodes=nodes,
        tail=tail,
        head=head,
        lines=drawn.lines,
        length_m=shapely.length(drawn.lines),
        wanted=~linked,
        names=["" if link else ways.names[at] for at, link in zip(way, linked, strict=True)],
        kinds=["link" if link else ways.kinds[at] for at, link in zip(way, linked, strict=True)],
        codes=["" if link else ways.codes[at] for at, link in zip(way, linked, strict=True)],
        worth=np.where(linked, 0.0, ways.worth[way]),
        remarks=remarks,
    )


def _compact(drawn: Drawn) -> tuple[int, tuple[Places, Places]]:
    used, number = np.unique(np.concatenate([drawn.tail, drawn.head]), return_inverse=True)
    many = len(drawn.tail)
    number = number.astype(np.int64)
    return len(used), (number[:many], number[many:])


def cut_open(network: Network, section: int, at_m: float) -> tuple[Network, int]:
    """Put a junction on a section.

    Parameters
    ----------
    section : int
        Which one.
    at_m : float
        How far from its tail, metres; within 5 cm of an end, that end is the junction and nothing is cut.

    Returns
    -------
    Network, int
        The network, its new section last, and the junction.
    """
    from gis.patrols.network.noding import cut_line

    parts = cut_line(shapely.get_coordinates(network.lines[section]), [at_m])
    if len(parts) == 1:
        near_tail = at_m <= network.length_m[section] / 2
        return network, int((network.tail if near_tail else network.head)[section])
    node = len(network.nodes)
    first, second = (shapely.LineString(part) for part in parts)
    lines = np.append(network.lines, [None])
    lines[section], lines[-1] = first, second
    head = network.head.copy()
    last = head[section]
    head[section] = node
    return replace(
        network,
        nodes=np.vstack([network.nodes, parts[1][:1]]),
        tail=np.append(network.tail, node),
        head=np.append(head, last),
        lines=lines,
        length_m=shapely.length(lines),
        wanted=np.append(network.wanted, network.wanted[section]),
        names=[*network.names, network.names[section]],
        kinds=[*network.kinds, network.kinds[section]],
        codes=[*network.codes, network.codes[section]],
        worth=np.append(network.worth, network.worth[section]),
    ), node
