"""Packing a walk: it agrees with trying everything, keeps people's hours, and what is left out never lengthens it."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from gis.patrols.pack import exact, search
from gis.patrols.pack.hours import Hours
from gis.patrols.pack.pack import pack
from gis.patrols.pack.plan import Order, Plan, Way, cost, in_order, timed
from gis.patrols.pack.problem import MUST_S, Point, Problem, Stop, Walker

HOUR = 3600
coordinate = st.integers(0, 9)
point = st.tuples(coordinate, coordinate)


def steps(one: Point, other: Point, means: str) -> float:
    """Streets as in a chessboard, a minute a field."""
    return 60.0 * (abs(one[0] - other[0]) + abs(one[1] - other[1])) / (2 if means == "ebike" else 1)


@st.composite
def hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...] | None:
    found = draw(st.lists(st.tuples(st.integers(8, 11), st.integers(0, 90)), max_size=2))
    spans = tuple((start * HOUR, start * HOUR + minutes * 60) for start, minutes in found)
    return draw(st.sampled_from([None, None, spans]))


@st.composite
def stops(draw: st.DrawFn, number: int) -> Stop:
    far = draw(st.one_of(st.none(), point))
    here = draw(point)
    return Stop(
        key=f"s{number}", kind="visit", point=here, far_end=far,
        along_s=round(steps(here, far, "foot")) if far else 0,
        stay_s=draw(st.integers(0, 40)) * 60,
        worth_s=draw(st.sampled_from([0, 120, 300, 900, 2000, MUST_S])),
        hours=draw(hours()),
    )  # fmt: skip


@st.composite
def problems(draw: st.DrawFn, most: int = 4, walkers: int = 1, least: int = 0) -> Problem:
    count = draw(st.integers(least, most))
    return Problem(
        stops=tuple(draw(stops(number)) for number in range(count)),
        walkers=tuple(
            Walker(f"w{n}", draw(point), draw(point), 8 * HOUR, 8 * HOUR + draw(st.integers(0, 240)) * 60,
                   draw(st.sampled_from(["foot", "ebike"])))
            for n in range(walkers)
        ),
        seconds=steps,
        breaks=draw(st.sampled_from([(), ((9 * HOUR, 9 * HOUR + 1800),)])),
    )  # fmt: skip


def tried(way: Way, chosen: tuple[int, ...]) -> int | None:
    """Walk a set of stops in every order and every direction: the least walking seconds."""
    walks = [
        way.walk(tuple(zip(order, turns, strict=True)))
        for order in permutations(chosen)
        for turns in product(*(way.stops[stop].ways for stop in order))
    ]
    return min((walk.walk_s for walk in walks if walk is not None), default=None)


def brute(problem: Problem) -> float | None:
    """Share the stops out in every way, each set in every order: the least cost."""
    ways = [Way(problem, walker) for walker in problem.walkers]
    count = len(problem.stops)
    known: dict[tuple[int, tuple[int, ...]], int | None] = {}
    best = None
    for owners in product(range(len(ways) + 1), repeat=count):
        walks = []
        for number, way in enumerate(ways):
            chosen = tuple(stop for stop in range(count) if owners[stop] == number)
            if (number, chosen) not in known:
                known[number, chosen] = tried(way, chosen)
            walks.append(known[number, chosen])
        if None not in walks:
            left = [problem.stops[stop] for stop in range(count) if owners[stop] == len(ways)]
            price = cost(problem, [walk for walk in walks if walk is not None], left)
            best = price if best is None else min(best, price)
    return best


def held(problem: Problem, plan: Plan) -> None:
    """Check a plan against the problem's own words, not the solver's."""
    for walk in plan.walks:
        before = walk.walker.starts_s
        for step in walk.steps:
            assert before <= step.arrives_s <= step.begins_s <= step.leaves_s <= walk.walker.ends_s
            if step.stop.hours is not None:
                assert any(opens <= step.begins_s <= closes for opens, closes in step.stop.hours)
            for start, end in problem.breaks:
                assert step.leaves_s <= start or step.begins_s >= end
            assert step.leaves_s - step.begins_s == step.stop.stay_s + step.stop.along_s
            before = step.leaves_s
        assert walk.ends_s <= walk.walker.ends_s
    done = [step.stop.key for walk in plan.walks for step in walk.steps]
    assert sorted(done + [stop.key for stop in plan.left_out]) == sorted(stop.key for stop in problem.stops)


QUIET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@QUIET
@given(problems(most=4))
def test_one_walk_agrees_with_trying_everything(problem: Problem) -> None:
    plan = exact.solve(problem)
    held(problem, plan)
    best = brute(problem)
    assert plan.cost_s == best


@settings(QUIET, max_examples=40)
@given(problems(most=3, walkers=2))
def test_two_walks_agree_with_trying_everything(problem: Problem) -> None:
    plan = exact.solve(problem)
    held(problem, plan)
    best = brute(problem)
    assert plan.cost_s == best


@settings(QUIET, max_examples=8)
@given(problems(most=7, least=7))
def test_seven_stops_agree_with_trying_everything(problem: Problem) -> None:
    turnable = [stop.key for stop in problem.stops if len(stop.ways) > 1][2:]
    plain = tuple(replace(s, far_end=None) if s.key in turnable else s for s in problem.stops)
    problem = replace(problem, stops=plain)
    best = brute(problem)
    plan = pack(problem)
    assert plan.cost_s == best


@QUIET
@given(problems(most=6))
def test_a_walk_without_one_of_its_stops_is_never_longer(problem: Problem) -> None:
    plan = exact.solve(problem)
    number = {stop.key: index for index, stop in enumerate(problem.stops)}
    for walk in plan.walks:
        order: Order = tuple((number[step.stop.key], step.turned) for step in walk.steps)
        for gone in range(len(order)):
            shorter = timed(problem, [order[:gone] + order[gone + 1 :]]).walks[0]
            assert shorter.walk_s <= walk.walk_s
            assert shorter.ends_s <= walk.ends_s


@settings(QUIET, max_examples=15)
@given(problems(most=7, walkers=1))
def test_the_search_keeps_hours_and_finds_what_is_best(problem: Problem) -> None:
    best = exact.solve(problem)
    found = search.solve(problem, seconds=0.2)
    held(problem, found)
    assert found.cost_s >= best.cost_s
    assert found.cost_s <= 1.02 * best.cost_s + 60


def many(count: int) -> tuple[Stop, ...]:
    places = [((7 * n) % 30, (11 * n) % 23) for n in range(count)]
    return tuple(
        Stop(f"s{n}", "visit", place, 4000, 300, hours=((9 * HOUR, 10 * HOUR),) if n % 5 == 0 else None)
        for n, place in enumerate(places)
    )


def test_three_members_walk_equally_long() -> None:
    walkers = tuple(Walker(f"w{n}", (15, 11), (15, 11), 8 * HOUR, 17 * HOUR) for n in range(3))
    problem = Problem(many(60), walkers, steps, breaks=((12 * HOUR, 13 * HOUR),))
    plan = pack(problem, seconds=6.0)
    held(problem, plan)
    walks = [walk.walk_s for walk in plan.walks]
    assert plan.left_out == ()
    assert max(walks) <= 1.2 * sum(walks) / 3  # what the search reaches in its seconds on a busy machine


def test_what_does_not_fit_is_the_least_worth() -> None:
    walker = Walker("w", (0, 0), (0, 0), 8 * HOUR, 9 * HOUR)
    stops = tuple(Stop(f"s{n}", "visit", (1, 0), 600 + 100 * n, 20 * 60) for n in range(4))
    plan = pack(Problem(stops, (walker,), steps))
    assert {stop.key for stop in plan.left_out} == {"s0", "s1"}


def test_who_is_never_open_is_never_visited() -> None:
    walker = Walker("w", (0, 0), (0, 0), 8 * HOUR, 18 * HOUR)
    plan = pack(Problem((Stop("s", "visit", (1, 1), MUST_S, 60, hours=()),), (walker,), steps))
    assert [stop.key for stop in plan.left_out] == ["s"]


def test_an_order_by_hand_is_timed_or_refused() -> None:
    walker = Walker("w", (0, 0), (0, 0), 8 * HOUR, 18 * HOUR)
    early = Stop("early", "visit", (5, 0), 600, 60, hours=((8 * HOUR, 8 * HOUR + 600),))
    late = Stop("late", "visit", (9, 0), 600, 3600)
    problem = Problem((early, late), (walker,), steps)
    assert [step.stop.key for step in in_order(problem, ["early", "late"]).walks[0].steps] == [
        "early",
        "late",
    ]
    with pytest.raises(InputError, match="outside its hours"):
        in_order(problem, ["late", "early"])
    with pytest.raises(InputError, match="not on this round"):
        in_order(problem, ["early", "nobody"])


def test_a_break_stops_the_clock() -> None:
    day = Hours.without(((12 * HOUR, 13 * HOUR), (12 * HOUR + 1800, 14 * HOUR)))
    assert day.breaks == ((12 * HOUR, 14 * HOUR),)
    assert day.work(15 * HOUR) == 13 * HOUR
    assert day.clock(12 * HOUR) == 14 * HOUR
    assert day.clock(12 * HOUR, leaving=True) == 12 * HOUR
    assert day.beginnings(((11 * HOUR, 13 * HOUR),), 1800, (8 * HOUR, 18 * HOUR)) == (
        (11 * HOUR, 11 * HOUR + 1800),
    )
