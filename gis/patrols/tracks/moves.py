"""How a walker goes on from each state: ahead, round a junction, back, or not at all, and how likely that is.

Before: `network`. After: `cells`. The figures are of people on foot, not of one network: one goes on rather than back,
straight on rather than round a corner, and who stands goes on in the end.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis.patrols.network.network import Floats, Network, Places

FORWARD, BACKWARD, STANDING = 0, 1, 2
MODES = 3

STEP_M = 2.5
"""The metres a walker who walks makes in one step of the model; a cell takes two steps or so."""

TURN = 0.003
"""The probability at a step of turning round between junctions."""

STAND, GO_ON = 0.003, 0.03
"""The probabilities at a step of beginning to stand, and of leaving again, in each direction."""

BACK_AT_JUNCTION, STRAIGHT = 0.15, 1.0
"""The weight of going back at a junction, and how much more than 1, that of a corner, going straight on weighs."""

BEND_M = 15.0
"""Over so many metres the direction of a section is looked at."""


def moves(network: Network, begin: Places, long_m: Floats) -> tuple[Places, Places, Floats]:
    """Give all moves at one step.

    Parameters
    ----------
    begin : ndarray of int, shape (sections + 1,)
        The first cell of each section.
    long_m : ndarray of float, shape (cells,)
        Metres along the section.

    Returns
    -------
    tuple
        From which state, to which, and the probability; they sum to one for each state one comes from. State
        `MODES * cell + mode` is a cell with a way of being in it.
    """
    ahead = np.clip(STEP_M / long_m, 0.05, 0.95)
    parts = [*_within(ahead), *_to_neighbours(begin, ahead), _over_junctions(network, begin, ahead)]
    here, there, chance = (np.concatenate(part) for part in zip(*parts, strict=True))
    whole = np.bincount(here, chance, minlength=MODES * len(ahead))
    return here, there, chance / whole[here]


def _within(ahead: Floats) -> list[tuple[Places, Places, Floats]]:
    """Stay in a cell: walk on in it, turn round, begin to stand, stand, leave."""
    cell, same = np.arange(len(ahead)), np.ones(len(ahead))
    standing = MODES * cell + STANDING
    parts = [(standing, standing, (1 - 2 * GO_ON) * same)]
    for mode in (FORWARD, BACKWARD):
        here, other = MODES * cell + mode, MODES * cell + (FORWARD + BACKWARD - mode)
        parts += [
            (here, here, np.maximum(1 - ahead - TURN - STAND, 0.0)),
            (here, other, TURN * same),
            (here, standing, STAND * same),
            (standing, here, GO_ON * same),
        ]
    return parts


def _to_neighbours(begin: Places, ahead: Floats) -> list[tuple[Places, Places, Floats]]:
    """Go to the next cell of the same section."""
    one = np.setdiff1d(np.arange(len(ahead)), begin[1:] - 1)
    return [
        (MODES * one + FORWARD, MODES * (one + 1) + FORWARD, ahead[one]),
        (MODES * (one + 1) + BACKWARD, MODES * one + BACKWARD, ahead[one + 1]),
    ]


def _over_junctions(network: Network, begin: Places, ahead: Floats) -> tuple[Places, Places, Floats]:
    """Go from the last state before each junction to the first of each section that leads from there."""
    node = np.concatenate([network.tail, network.head])
    first, last = begin[:-1], begin[1:] - 1
    leave = np.concatenate([MODES * first + BACKWARD, MODES * last + FORWARD])
    enter = np.concatenate([MODES * first + FORWARD, MODES * last + BACKWARD])
    one, other = _pairs(node, len(network.nodes))
    away = _away(network)
    straight = np.maximum(-(away[one] * away[other]).sum(axis=1), 0.0)
    weight = np.where(one == other, BACK_AT_JUNCTION, 1.0 + STRAIGHT * straight)
    share = weight / np.bincount(one, weight)[one]
    return leave[one], enter[other], share * ahead[leave[one] // MODES]


def _pairs(node: Places, nodes: int) -> tuple[Places, Places]:
    """Give all pairs of ends that meet at a node, each with itself too."""
    order = np.argsort(node, kind="stable")
    many = np.bincount(node, minlength=nodes)
    each = many[node]
    one = np.repeat(np.arange(len(node)), each)
    turn = np.arange(len(one)) - np.repeat(np.cumsum(each) - each, each)
    return one, order[(np.cumsum(many) - many)[node[one]] + turn]


def _away(network: Network) -> Floats:
    """Give the unit vector in which each section leads away from its tail, then from its head."""
    some = np.minimum(BEND_M, network.length_m)
    tail, on, before, head = (
        shapely.get_coordinates(shapely.line_interpolate_point(network.lines, place))
        for place in (np.zeros(network.sections), some, network.length_m - some, network.length_m)
    )
    away = np.concatenate([on - tail, before - head])
    unit: Floats = away / np.maximum(np.hypot(*away.T), 1e-9)[:, None]
    return unit
