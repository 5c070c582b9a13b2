"""The check finds whatever was changed in a good solution."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gis.errors import InputError
from gis.patrols.arcs.checking import check
from gis.patrols.arcs.instance import Edge, Instance
from gis.patrols.arcs.solution import Served, Solution

SQUARE = Instance(
    "square",
    4,
    (Edge(0, 1, 3, 2), Edge(1, 2, 4, 2), Edge(2, 3, 3, 2), Edge(3, 0, 4, 2), Edge(0, 2, 5, 0)),
    depot=0,
    capacity=6,
    named_from=1,
)
GOOD = Solution(
    (((Served(0, False)), Served(1, False), Served(2, False)), (Served(3, True),)), (), 22.0, 0
)  # 3 + 4 + 3, home 4; there 4, home 4


def test_a_good_solution_passes() -> None:
    assert check(SQUARE, GOOD) == 22


@pytest.mark.parametrize(
    ("rounds", "sentence"),
    [
        ((GOOD.rounds[0],), "4-1 is served 0 times"),
        ((*GOOD.rounds, (Served(3, False),)), "4-1 is served 2 times"),
        (((*GOOD.rounds[0], Served(3, False)),), "Round 1 carries 8, more than the capacity 6"),
        ((GOOD.rounds[0], (Served(4, True),)), "serves edge 5"),
        ((((Served(0, True)), *GOOD.rounds[0][1:]), GOOD.rounds[1]), "walks add up to 28"),
    ],
)
def test_a_changed_solution_is_found(rounds: tuple[tuple[Served, ...], ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        check(SQUARE, replace(GOOD, rounds=rounds))


def test_a_wrong_cost_is_found() -> None:
    with pytest.raises(InputError, match="costs 21"):
        check(SQUARE, replace(GOOD, cost=21.0))


def test_too_many_rounds_are_found() -> None:
    with pytest.raises(InputError, match="more than the 1 allowed"):
        check(SQUARE, GOOD, rounds=1)
