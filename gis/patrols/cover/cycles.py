"""Taking a walkable network apart into small closed walks.

Before: `postman` says how often each section is walked. After: `sharing` gives them to members, who walk those that
meet in one go. Small is good: shares come out more even. A first answer takes the shortest closed walk through
each section in turn; then long walks are put together with what they touch and taken apart anew, if that helps.
"""

from __future__ import annotations

import heapq
import time
from collections import defaultdict

import numpy as np

from gis.patrols.network.network import Network, Places

ROUNDS = 1500
SECONDS = 4.0
MOST_TOGETHER = 25


def small_cycles(network: Network, times: Places, *, seed: int = 1) -> list[list[int]]:
    """Take walkable sections apart into small closed walks.

    Parameters
    ----------
    times : ndarray of int, shape (sections,)
        How often each is walked; even at every junction.

    Returns
    -------
    list of list of int
        Sections of each closed walk; together they are all, as often as they are walked.
    """
    first = _taken_apart(network, np.repeat(np.arange(network.sections), times).tolist())
    return _smaller(network, first, seed)


def _taken_apart(network: Network, sections: list[int]) -> list[list[int]]:
    """Take sections apart: the shortest closed walk through each in order, while they last.

    A section that is given twice is two ways side by side.
    """
    cycles = []
    ways: dict[int, dict[int, int]] = defaultdict(dict)
    tail, head = network.tail[sections].tolist(), network.head[sections].tolist()
    length = network.length_m[sections].tolist()
    for copy, (one, other) in enumerate(zip(tail, head, strict=True)):
        if one != other:
            ways[one][copy], ways[other][copy] = other, one
    for copy, (one, other) in enumerate(zip(tail, head, strict=True)):
        if one == other:
            cycles.append([sections[copy]])
            continue
        if copy not in ways[one]:
            continue
        del ways[one][copy], ways[other][copy]
        way = _shortest_way(length, ways, one, other)
        for step in way:
            del ways[tail[step]][step], ways[head[step]][step]
        cycles.append([sections[copy], *(sections[step] for step in way)])
    return cycles


def _shortest_way(length: list[float], ways: dict[int, dict[int, int]], start: int, end: int) -> list[int]:
    queue: list[tuple[float, int]] = [(0.0, start)]
    best = {start: 0.0}
    came: dict[int, tuple[int, int]] = {}
    while queue:
        cost, node = heapq.heappop(queue)
        if node == end:
            break
        if cost > best[node]:
            continue
        for section, other in ways[node].items():
            more = cost + length[section]
            if more < best.get(other, np.inf):
                best[other] = more
                came[other] = (node, section)
                heapq.heappush(queue, (more, other))
    path = []
    while end != start:
        end, section = came[end]
        path.append(section)
    return path


def _smaller(network: Network, cycles: list[list[int]], seed: int) -> list[list[int]]:
    """Put a long closed walk and some that it touches together and take them apart anew, again and again."""
    random = np.random.default_rng(seed)
    until = time.perf_counter() + SECONDS
    book = _Book(network, cycles)
    for _ in range(ROUNDS):
        if time.perf_counter() > until or len(book.cycles) <= 1:
            break
        together = book.some(random)
        long, rest = book.cycles[together[0]], [s for cycle in together[1:] for s in book.cycles[cycle]]
        anew = _taken_apart(network, [*random.permutation(long).tolist(), *random.permutation(rest).tolist()])
        if sum(map(book.weight, anew)) < sum(book.weight(book.cycles[cycle]) for cycle in together) - 1e-6:
            book.replace(together, anew)
    return list(book.cycles.values())


class _Book:
    """Closed walks by number, with the junctions they pass."""

    def __init__(self, network: Network, cycles: list[list[int]]) -> None:
        self.network = network
        self.cycles: dict[int, list[int]] = {}
        self.at_node: dict[int, set[int]] = defaultdict(set)
        self.number = 0
        self.replace([], cycles)

    def weight(self, cycle: list[int]) -> float:
        """Give the square of a closed walk's kilometres, so that one long is worse than two short."""
        return float((self.network.length_m[cycle].sum() / 1000.0) ** 2)

    def nodes(self, cycle: list[int]) -> set[int]:
        return {int(ends[section]) for section in cycle for ends in (self.network.tail, self.network.head)}

    def replace(self, old: list[int], new: list[list[int]]) -> None:
        for number in old:
            for node in self.nodes(self.cycles.pop(number)):
                self.at_node[node].discard(number)
        for cycle in new:
            self.cycles[self.number] = cycle
            for node in self.nodes(cycle):
                self.at_node[node].add(self.number)
            self.number += 1

    def some(self, random: np.random.Generator) -> list[int]:
        """Choose a closed walk, rather a long one, and others that it touches."""
        numbers = list(self.cycles)
        weight = np.array([self.weight(self.cycles[number]) for number in numbers])
        chosen = int(random.choice(numbers, p=weight / weight.sum()))
        touched = {other for node in self.nodes(self.cycles[chosen]) for other in self.at_node[node]} - {
            chosen
        }
        many = min(len(touched), int(random.integers(1, MOST_TOGETHER)))
        return [chosen, *random.permutation(sorted(touched))[:many].tolist()]
