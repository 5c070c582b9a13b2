"""Sharing a walkable network out among members: each gets ground that hangs together, and all walk equally long.

Before: `postman`. After: `levelling` where cycles are too coarse, `plan` the walks. The network is taken apart into
small cycles; cycles that meet at a junction can be walked in one go, so a member's share is a set of cycles that hang
together, plus the way from the start to the nearest of them and back. Shares cut along junctions cost nothing.
"""

from __future__ import annotations

import time
from collections import defaultdict

import numpy as np

from gis.patrols.cover.annealing import anneal
from gis.patrols.cover.cycles import small_cycles
from gis.patrols.network.network import Floats, Network, Places

SLACK = 0.012
WEIGHT = 4.0
WARM, COLD_M = 0.1, 1.0
"""How much worse an answer is taken at first, in parts of a share, and at last, in metres."""

STEPS_AT_FIRST = 20_000
TRIES = 4


def share(
    network: Network, times: Places, away_m: Floats, *, members: int, until: float, seed: int
) -> list[list[int]]:
    """Share sections out.

    Parameters
    ----------
    times : ndarray of int, shape (sections,)
        How often each section is walked.
    away_m : ndarray of float, shape (junctions,)
        Metres from the start.
    members : int
        How many shares.
    until : float
        When to stop, by `time.perf_counter`.

    Returns
    -------
    list of list of int
        Sections of each share, as often as they are walked; fewer shares than members where there are fewer cycles.
    """
    cycles = small_cycles(network, times, seed=seed)
    members = min(members, len(cycles))
    nodes = [
        sorted({int(ends[section]) for section in cycle for ends in (network.tail, network.head)})
        for cycle in cycles
    ]
    length = np.array([network.length_m[cycle].sum() for cycle in cycles])
    away = np.array([away_m[at].min() for at in nodes])
    first, neighbour = _neighbours(nodes)
    place = np.array([network.nodes[at].mean(axis=0) for at in nodes])
    chosen = _searched(
        length, away, (first, neighbour), place - _start(network, away_m), members, until, seed
    )
    shares: list[list[int]] = [[] for _ in range(members)]
    for cycle, part in zip(cycles, chosen.tolist(), strict=True):
        shares[part] += cycle
    return shares


def _start(network: Network, away_m: Floats) -> Floats:
    found: Floats = network.nodes[int(np.argmin(away_m))]
    return found


def _neighbours(nodes: list[list[int]]) -> tuple[Places, Places]:
    """Give the cycles that share a junction with each, as one list with where each cycle's part begins."""
    at_node: dict[int, list[int]] = defaultdict(list)
    for cycle, places in enumerate(nodes):
        for place in places:
            at_node[place].append(cycle)
    lists = [
        sorted({other for place in places for other in at_node[place]} - {cycle})
        for cycle, places in enumerate(nodes)
    ]
    first = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    return first, np.array([other for each in lists for other in each], np.int64)


def _searched(
    length: Floats, away: Floats, graph: tuple[Places, Places], offset: Floats, members: int, until: float, seed: int,
) -> Places:  # fmt: skip
    """Grow shares and let the search better them, several times while there is time; give the best."""
    best: tuple[float, Places] | None = None
    steps, warm = STEPS_AT_FIRST, WARM * float(length.sum()) / members
    random = np.random.default_rng(seed)
    # the first call loads or compiles the loop, which says nothing about its speed
    anneal(np.zeros(len(length), np.int64), length, away, *graph, 1, 1, warm, COLD_M, SLACK, WEIGHT, seed)
    for number in range(TRIES):
        began = time.perf_counter()
        part = _grown(length, away, graph, offset, members, turn=float(random.uniform(0, 2 * np.pi)))
        cost = anneal(part, length, away, *graph, members, steps, warm, COLD_M, SLACK, WEIGHT, seed + number)
        if best is None or cost < best[0]:
            best = cost, part
        now = time.perf_counter()
        if now > until or members == 1:
            break
        # the first try measured the machine; what is left is for the others
        steps = int(steps * np.clip((until - now) / max(TRIES - 1 - number, 1) / (now - began), 0.1, 1000.0))
        steps = max(steps, STEPS_AT_FIRST // 4)
    assert best is not None  # noqa: S101 - there is always a first try
    return best[1]


def _grown(
    length: Floats, away: Floats, graph: tuple[Places, Places], offset: Floats, members: int, *, turn: float
) -> Places:
    """Let shares grow from seeds round the start: always the lightest takes its neighbour in its own direction."""
    first, neighbour = graph
    angle = (np.arctan2(offset[:, 1], offset[:, 0]) + turn) % (2 * np.pi)
    part = np.full(len(length), -1, np.int64)
    load = np.zeros(members)
    border: list[set[int]] = [set() for _ in range(members)]
    middle = _directions(length, angle, members)

    def take(cycle: int, member: int) -> None:
        part[cycle] = member
        load[member] += length[cycle]
        border[member] |= {int(other) for other in neighbour[first[cycle] : first[cycle + 1]]}

    for member in range(members):
        free = np.flatnonzero(part < 0)
        off = _apart(angle[free], middle[member])
        take(int(free[np.argmin(away[free] * (1 + 2 * off) + 200 * off)]), member)
    while (part < 0).any():
        for member in np.argsort(load, kind="stable").tolist():
            border[member] = {cycle for cycle in border[member] if part[cycle] < 0}
            if border[member]:
                options = np.array(sorted(border[member]))
                off = _apart(angle[options], middle[member])
                take(int(options[np.argmin(off * away[options] + 0.3 * away[options])]), member)
                break
    return part


def _directions(length: Floats, angle: Floats, members: int) -> Floats:
    """Give the middle direction of sectors that hold equal lengths."""
    order = np.argsort(angle)
    share = np.cumsum(length[order]) / length.sum()
    found: Floats = angle[order][np.searchsorted(share, (np.arange(members) + 0.5) / members)]
    return found


def _apart(angle: Floats, other: float) -> Floats:
    turn: Floats = np.abs((angle - other + np.pi) % (2 * np.pi) - np.pi)
    return turn
