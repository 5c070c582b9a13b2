"""Walking what is walkable: closed walks over sections that meet evenly at every junction.

Before: `postman` says how often each section is walked. After: `sharing` (small cycles), `plan` (whole walks).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from gis.errors import InputError
from gis.patrols.network.network import Network


class Step(NamedTuple):
    """One section of a walk, from head to tail where it is walked backward."""

    section: int
    backward: bool


def tour(network: Network, sections: Sequence[int], start: int) -> list[Step]:
    """Walk sections, each as often as it is given, in one closed walk (C. Hierholzer, 1873).

    Raises
    ------
    InputError
        No closed walk exists: the sections do not hang together, or meet oddly.
    """
    at_node: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for copy, section in enumerate(sections):
        at_node[int(network.tail[section])].append((copy, section))
        at_node[int(network.head[section])].append((copy, section))
    used = [False] * len(sections)
    stack: list[tuple[int, Step | None]] = [(start, None)]
    found: list[Step] = []
    while stack:
        node, step = stack[-1]
        ways = at_node[node]
        while ways and used[ways[-1][0]]:
            ways.pop()
        if not ways:
            stack.pop()
            if step is not None:
                found.append(step)
            continue
        copy, section = ways.pop()
        used[copy] = True
        backward = int(network.tail[section]) != node
        other = int((network.tail if backward else network.head)[section])
        stack.append((other, Step(section, backward)))
    found.reverse()
    if len(found) != len(sections) or any(
        _leaves(network, one) != _enters(network, other)
        for one, other in zip(found, [*found[1:], *found[:1]], strict=True)
    ):
        raise InputError("The sections cannot be walked in one closed walk.")
    return found


def _enters(network: Network, step: Step) -> int:
    return int((network.head if step.backward else network.tail)[step.section])


def _leaves(network: Network, step: Step) -> int:
    return int((network.tail if step.backward else network.head)[step.section])


def ends_of(network: Network, step: Step) -> tuple[int, int]:
    """Give the junctions where a step begins and ends."""
    return _enters(network, step), _leaves(network, step)
