"""The search against brute force on what is small, and its promises on what is not."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from gis.patrols.arcs.checking import check
from gis.patrols.arcs.instance import Edge, Instance, problem, ways
from gis.patrols.arcs.problem import Problem
from gis.patrols.arcs.solution import Served, cost_of, with_directions
from gis.patrols.arcs.solve import solve
from tests.patrols.arcs.rural import rural

# the first call compiles, which takes seconds
FIRST_IS_SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def networks(draw: st.DrawFn, most: int = 5) -> Instance:
    """A connected graph with at most five required edges, perhaps loops, doubles and free edges among them."""
    nodes = draw(st.integers(2, 6))
    node, price = st.integers(0, nodes - 1), st.integers(0, 20)
    tree = [Edge(draw(st.integers(0, k - 1)), k, draw(price), 0) for k in range(1, nodes)]
    capacity = draw(st.integers(3, 8))
    count = draw(st.integers(1, most))
    wanted = [Edge(draw(node), draw(node), draw(price), draw(st.integers(1, capacity))) for _ in range(count)]
    return Instance("drawn", nodes, (*tree, *wanted), draw(node), capacity)


def brute_force(task: Problem) -> float:
    """Try every order, every direction and every cut into rounds."""

    def best_of(pieces: tuple[int, ...]) -> float:
        if task.load[list(pieces)].sum() > task.capacity:
            return math.inf
        return min(
            cost_of(task, [Served(*one) for one in zip(order, ways_of, strict=True)])
            for order in itertools.permutations(pieces)
            for ways_of in itertools.product((False, True), repeat=len(order))
        )

    every = range(task.pieces)
    alone = {
        frozenset(some): best_of(some)
        for size in range(1, task.pieces + 1)
        for some in itertools.combinations(every, size)
    }

    def split(left: frozenset[int]) -> float:
        if not left:
            return 0.0
        first = min(left)
        return min(
            price + split(left - some) for some, price in alone.items() if first in some and some <= left
        )

    return split(frozenset(every))


@FIRST_IS_SLOW
@given(networks())
def test_brute_force_finds_nothing_better(instance: Instance) -> None:
    task = problem(instance)
    found = solve(task, steps=3000)
    assert check(instance, found) == pytest.approx(brute_force(task))


@FIRST_IS_SLOW
@given(networks(most=6), st.randoms(use_true_random=False))
def test_directions_are_the_best_there_are(instance: Instance, lot) -> None:
    task = problem(instance)
    order = list(range(task.pieces))
    lot.shuffle(order)
    every = itertools.product((False, True), repeat=len(order))
    best = min(cost_of(task, [Served(*one) for one in zip(order, ways_of, strict=True)]) for ways_of in every)
    assert cost_of(task, with_directions(task, order)) == pytest.approx(best)


def test_the_same_steps_give_the_same_rounds() -> None:
    instance = rural("a", 40, 50, 30, 5)
    one, same, other = (solve(problem(instance), steps=2000, seed=seed) for seed in (3, 3, 4))
    assert one == same
    assert one.rounds != other.rounds


def test_more_steps_are_of_use() -> None:
    task = problem(rural("b", 77, 98, 98, 12))
    assert solve(task, steps=50_000).cost < 0.97 * solve(task, steps=200).cost


def test_seconds_are_kept_and_progress_is_told() -> None:
    task = problem(rural("c", 40, 50, 30, 5))
    solve(task, steps=1)  # compiled now
    told: list[tuple[float, float, int]] = []
    begin = time.perf_counter()
    found = solve(task, seconds=1.2, tell=lambda *what: told.append(what))
    assert 1.1 < time.perf_counter() - begin < 3
    assert told
    assert found.cost <= told[-1][1]


def test_the_search_ends_at_a_proven_bound() -> None:
    instance = Instance("line", 2, (Edge(0, 1, 5, 1),), 0, 1)
    assert solve(problem(instance), steps=10**9, least=10).cost == 10


def test_without_time_there_still_is_a_plan() -> None:
    instance = rural("d", 40, 50, 30, 5)
    assert check(instance, solve(problem(instance), seconds=1e-9)) > 0


def test_rounds_can_be_limited() -> None:
    instance = rural("e", 40, 50, 30, 5)
    found = solve(problem(instance, rounds=5), steps=20_000)
    check(instance, found, rounds=5)
    with pytest.raises(InputError, match="more rounds"):
        solve(problem(instance, rounds=4), steps=1000)


def star(lengths: list[float], **more: object) -> Problem:
    """Streets from the depot outwards, each walked there and back."""
    edges = tuple(Edge(0, k + 1, length, 1.0) for k, length in enumerate(lengths))
    return Problem(
        tail=np.zeros(len(lengths), np.int64),
        head=np.arange(1, len(lengths) + 1),
        cost=np.array([lengths, lengths]).T,
        load=np.ones(len(lengths)),
        between=ways(len(lengths) + 1, edges),
        **more,
    )


def test_a_round_is_never_longer_than_allowed() -> None:
    task = star([10, 10, 10, 10], longest=40.0)
    found = solve(task, steps=500)
    assert sorted(cost_of(task, served) for served in found.rounds) == [40, 40]


def test_what_is_worth_less_than_its_way_is_left_out() -> None:
    task = star([10, 20, 30], worth=np.array([25.0, 30.0, 1000.0]), rounds=1)
    found = solve(task, steps=500)
    assert found.left_out == (1,)
    assert found.cost == 80
    tight = star([10, 20, 30], worth=np.array([25.0, 50.0, 55.0]), rounds=1, longest=60.0)
    assert solve(tight, steps=500).left_out == (2,)


def test_a_one_way_piece_is_served_only_along() -> None:
    ring = np.array([[0, 5, 10], [10, 0, 5], [5, 10, 0]], dtype=float)
    along = np.array([[5, math.inf]] * 3)
    task = Problem(np.array([0, 1, 2]), np.array([1, 2, 0]), along, np.ones(3), ring)
    found = solve(task, steps=300)
    assert found.rounds == ((Served(0, False), Served(1, False), Served(2, False)),)
    assert found.cost == 15


def test_rounds_may_end_elsewhere() -> None:
    line = ways(3, (Edge(0, 1, 5, 1), Edge(1, 2, 5, 1)))
    pieces = np.array([0, 1]), np.array([1, 2])
    task = Problem(*pieces, np.full((2, 2), 5.0), np.ones(2), line, start=0, end=2)
    assert solve(task, steps=300).cost == 10


def test_nothing_to_serve_costs_nothing() -> None:
    assert solve(problem(Instance("free", 2, (Edge(0, 1, 5, 0),), 0, 1)), steps=10).rounds == ()


@pytest.mark.parametrize(
    ("edges", "sentence"),
    [
        ((Edge(0, 1, 5, 9),), "load is 9 of at most 2"),
        ((Edge(0, 1, 5, 1), Edge(2, 3, 5, 1)), "Piece 2 fits into no round"),
    ],
)
def test_what_never_fits_is_a_sentence(edges: tuple[Edge, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        problem(Instance("bad", 4, edges, 0, 2))


def test_how_long_must_be_said_once() -> None:
    task = star([1])
    for given_ in ({}, {"seconds": 1.0, "steps": 1}):
        with pytest.raises(InputError, match="either"):
            solve(task, **given_)
