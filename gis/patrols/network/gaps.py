"""Ends of ways that miss another way by a few metres, and pieces of network that lie apart.

Before: sections in metres. After: `build` joins loose ends; `across` leads over open ground to pieces near by.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gis.patrols.network.network import Network, Places


class Gap(NamedTuple):
    """A loose end, the section it nearly touches, the point there, and how wide the gap is."""

    end: tuple[float, float]
    section: int
    onto: tuple[float, float]
    width_m: float


def loose_ends(
    lines: NDArray[Any], tail: Places, head: Places, level: NDArray[np.int64], gap_m: float
) -> list[Gap]:
    """Find dead ends that lie within `gap_m` metres of another way on their level, nearest first found.

    Parameters
    ----------
    lines : ndarray of LineString
        Metres.
    """
    degree = np.bincount(np.concatenate([tail, head]))
    tree = shapely.STRtree(lines)
    gaps: list[Gap] = []
    done: set[tuple[int, int]] = set()
    for section in np.flatnonzero((degree[tail] == 1) | (degree[head] == 1)).tolist():
        for node, corner in ((tail[section], 0), (head[section], -1)):
            if degree[node] != 1:
                continue
            gap = _nearest(lines, tree, section, corner, level, gap_m)
            if gap is not None and (gap.section, section) not in done:
                gaps.append(gap)
                done.add((section, gap.section))
    return gaps


def _nearest(
    lines: NDArray[Any], tree: Any, section: int, corner: int, level: NDArray[np.int64], gap_m: float
) -> Gap | None:
    end = shapely.get_point(lines[section], corner)
    others = [
        int(other)
        for other in tree.query(end, predicate="dwithin", distance=gap_m)
        if other != section and level[other] == level[section]
    ]
    if not others:
        return None
    width = shapely.distance(lines[others], end)
    other = others[int(np.argmin(width))]
    onto = shapely.line_interpolate_point(lines[other], shapely.line_locate_point(lines[other], end))
    return Gap((end.x, end.y), other, (onto.x, onto.y), float(width.min()))


def across(network: Network, start: int, *, furthest_m: float) -> tuple[Network, list[float]]:
    """Lead over open ground to pieces that no way leads to, the nearest first.

    Parameters
    ----------
    network : Network
        Whose junctions all remain.
    start : int
        A junction of the piece to which the others are joined.
    furthest_m : float
        A piece further than this from all joined ones stays apart, metres.

    Returns
    -------
    Network, list of float
        With a straight link (not wanted) for each piece joined, and their lengths in metres.
    """
    piece = network.piece
    joined = piece == piece[start]
    links: list[tuple[int, int]] = []
    widths: list[float] = []
    while not joined.all():
        here, there = np.flatnonzero(joined), np.flatnonzero(~joined)
        width, nearest = cKDTree(network.nodes[here]).query(network.nodes[there])
        best = int(np.argmin(width))
        if width[best] > furthest_m:
            break
        links.append((int(here[nearest[best]]), int(there[best])))
        widths.append(float(width[best]))
        joined |= piece == piece[there[best]]
    return (_linked(network, links) if links else network), widths


def _linked(network: Network, links: list[tuple[int, int]]) -> Network:
    ends = np.array(links, np.int64)
    many = len(links)
    straight: Any = shapely.linestrings(network.nodes[ends])
    lines = np.append(network.lines, straight)
    return replace(
        network,
        tail=np.append(network.tail, ends[:, 0]),
        head=np.append(network.head, ends[:, 1]),
        lines=lines,
        length_m=shapely.length(lines),
        wanted=np.append(network.wanted, np.zeros(many, bool)),
        names=[*network.names, *[""] * many],
        kinds=[*network.kinds, *["open ground"] * many],
        codes=[*network.codes, *[""] * many],
        worth=np.append(network.worth, np.zeros(many)),
    )
