"""Packing with what lies at one place kept together: a door is gone to once, by one member, for all that is due there.

Before: `due`. After: `rounds`. Of the things at one place one is packed; the others follow it where the day holds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gis.errors import InputError
from gis.patrols.pack.pack import pack
from gis.patrols.pack.plan import Plan, Walk, in_order
from gis.patrols.pack.problem import Problem, Stop
from gis.patrols.rounds.things import Thing


def packed(problem: Problem, things: Sequence[Thing], *, seconds: float) -> Plan:
    """Pack things for the walkers of a problem that has no stops yet; each place is one walker's.

    Returns
    -------
    Plan
        As of `pack`; a thing whose place is gone to, but for which there is no time, stands in `left_out`.
    """
    places: dict[str, list[Stop]] = {}
    # who set hours leads, for the others can come at any time
    for one in sorted(things, key=lambda one: (one.stop.hours is None, -one.stop.worth_s)):
        places.setdefault(one.place, []).append(one.stop)
    more = {first.key: tuple(rest) for first, *rest in places.values() if rest}
    firsts = {first.key for first, *_ in places.values()}
    chosen = tuple(one.stop for one in things if one.stop.key in firsts)
    plan = pack(replace(problem, stops=chosen), seconds=seconds)
    walks = tuple(_followed(problem, walk, more) for walk in plan.walks)
    done = {step.stop.key for walk in walks for step in walk.steps}
    left = tuple(one.stop for one in things if one.stop.key not in done)
    return Plan(walks, left, plan.cost_s)


def _followed(problem: Problem, walk: Walk, more: dict[str, tuple[Stop, ...]]) -> Walk:
    """Let the rest of each place follow its first, as far as hours and shift hold it."""
    order = [step.stop for step in walk.steps]
    for first in [step.stop for step in walk.steps if step.stop.key in more]:
        for stop in more[first.key]:
            at = order.index(first) + 1
            longer = [*order[:at], stop, *order[at:]]
            try:
                keys = [one.key for one in longer]
                asked = replace(problem, stops=tuple(longer), walkers=(walk.walker,))
                walk = in_order(asked, keys).walks[0]
            except InputError:  # there is no time for it today
                continue
            order = longer
    return walk
