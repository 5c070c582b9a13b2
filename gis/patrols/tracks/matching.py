"""Which stretches of which sections a track has seen.

Before: `cleaning`. After: `gis.patrols.seen` keeps them, without the person. `viterbi` chooses the likeliest way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gis.patrols.network.network import Floats, Network, Places
from gis.patrols.tracks.cleaning import Fixes, clean
from gis.patrols.tracks.stretches import Stretches, joined, without_spurs
from gis.patrols.tracks.viterbi import likeliest

CANDIDATES = 8
LONGEST_GAP_S, LONGEST_GAP_M = 240.0, 400.0
"""Of a longer gap nobody knows which way was taken, so nothing in it counts as seen."""

LEAST_REACH_M, MOST_REACH_M = 25.0, 80.0
AT_ONCE = 100_000


def match(network: Network, at_s: Floats, xy: Floats, accuracy_m: Floats | None = None) -> Stretches:
    """Match fixes to the network.

    Parameters
    ----------
    at_s : ndarray of float, shape (n,)
        Seconds, in any order.
    xy : ndarray of float, shape (n, 2)
        Metres of the network's plane (`network.in_plane`).
    accuracy_m : ndarray of float, shape (n,), optional
        As the telephone says.

    Returns
    -------
    Stretches
        What was seen, by section; empty where no fix lies near a way.
    """
    fixes = clean(at_s, xy, accuracy_m)
    fixes, table = _candidates(network, fixes)
    if len(fixes) <= 1:
        none = np.empty(0)
        return Stretches(none.astype(np.int64), none, none, none)
    took, far = np.diff(fixes.at_s), np.hypot(*np.diff(fixes.xy, axis=0).T)
    breaks = np.append(True, (took > LONGEST_GAP_S) | (far > LONGEST_GAP_M))
    ends = (network.tail, network.head, network.length_m)
    found = likeliest(fixes.xy, fixes.off_m, breaks, *(*table, *ends, *_graph(network)))
    section = found[:, 0].astype(np.int64)
    keep = network.wanted[section]
    when = fixes.at_s[found[:, 3].astype(np.int64)]
    spur_m = float(np.clip(1.8 * np.median(fixes.off_m), 8.0, 25.0))
    seen = joined(section[keep], found[keep, 1], found[keep, 2], when[keep], gap_m=spur_m)
    return without_spurs(network, seen, spur_m)


def _candidates(network: Network, fixes: Fixes) -> tuple[Fixes, tuple[Any, ...]]:
    """Find the nearest sections of each fix; fixes far from every way are left out."""
    tree = shapely.STRtree(network.lines)
    reach = np.clip(4 * fixes.off_m, LEAST_REACH_M, MOST_REACH_M)
    rows, sections = [], []
    for start in range(0, len(fixes), AT_ONCE):
        points: Any = shapely.points(fixes.xy[start : start + AT_ONCE])
        row, section = tree.query(points, predicate="dwithin", distance=reach[start : start + AT_ONCE])
        rows.append(row + start)
        sections.append(section)
    if not rows:
        return fixes, ()
    row, section = np.concatenate(rows), np.concatenate(sections)
    points = shapely.points(fixes.xy)
    away = shapely.distance(points[row], network.lines[section])
    order = np.lexsort((section, away, row))
    row, section, away = row[order], section[order], away[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    keep = rank < CANDIDATES
    row, section, away, rank = row[keep], section[keep], away[keep], rank[keep]
    along = shapely.line_locate_point(network.lines[section], points[row])
    return _table(fixes, row, rank, section, along, away)


def _table(
    fixes: Fixes, row: Places, rank: Places, section: Places, along: Floats, away: Floats
) -> tuple[Fixes, tuple[Any, ...]]:
    used, number = np.unique(row, return_inverse=True)
    shape = (len(used), CANDIDATES)
    sections, alongs, aways = np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape)
    sections[number, rank], alongs[number, rank], aways[number, rank] = section, along, away
    kept = Fixes(fixes.at_s[used], fixes.xy[used], fixes.off_m[used])
    return kept, (np.bincount(number), sections, alongs, aways)


def _graph(network: Network) -> tuple[Places, Places, Floats, Places]:
    """Give each junction's neighbours, as lists in one array."""
    start = np.concatenate([network.tail, network.head])
    order = np.argsort(start, kind="stable")
    other = np.concatenate([network.head, network.tail])[order]
    section = np.tile(np.arange(network.sections), 2)[order]
    first = np.searchsorted(start[order], np.arange(len(network.nodes) + 1))
    return first.astype(np.int64), other, network.length_m[section], section
