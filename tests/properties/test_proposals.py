"""What holds for every proposal, on whatever ground: holes, islands, weights of zero and of hundreds."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.boundaries.propose.front import unbeaten
from gis.boundaries.propose.graph import Graph, graph_of, pieces_of
from gis.boundaries.propose.islands import shared_out
from gis.boundaries.propose.search import Clock, Wanted, search

CELL = 0.001


@st.composite
def grounds(draw: Any) -> tuple[Any, Any, int]:
    """A field of squares of which some are missing, with weights, and a number of parts."""
    wide, high = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    there = [cell for cell in range(wide * high) if draw(st.integers(0, 6)) > 0] or [0, 1]
    at = np.array(there)
    west, south = 116.3 + at % wide * CELL, 39.9 + at // wide * CELL
    weight = draw(st.lists(st.sampled_from((0, 1, 2, 5, 9, 400)), min_size=len(at), max_size=len(at)))
    weight[0] = max(weight[0], 1)
    parts = draw(st.integers(1, min(len(at), 5)))
    # made by rows and columns once, so that neighbours have the very same numbers
    lines = (np.round(west + CELL, 6), np.round(south + CELL, 6))
    return shapely.box(np.round(west, 6), np.round(south, 6), *lines), np.array(weight, float), parts


def proposed(shapes: Any, graph: Graph, wanted: Wanted, rounds: int = 1) -> Any:
    pieces = shared_out(graph, shapes, wanted.parts, wanted.tolerance)
    plans = search(pieces, wanted, Clock(None, rounds), lambda _done, _best: None)
    return pieces.graph, plans


@settings(max_examples=12, deadline=None, derandomize=True)
@given(grounds())
def test_every_plan_is_whole_and_shares_out_every_unit_once(ground: tuple[Any, Any, int]) -> None:
    shapes, weight, parts = ground
    graph, plans = proposed(shapes, graph_of(shapes, weight), Wanted(parts, 0.05, 1))
    assert plans
    for plan in plans:
        assert len(plan.part) == len(shapes)
        assert sorted(set(plan.part.tolist())) == list(range(parts))
        assert len(set(pieces_of(plan.part, graph.pairs).tolist())) == parts
        load = np.bincount(plan.part, weight, minlength=parts)
        assert abs(np.abs(load * parts / weight.sum() - 1).max() - plan.deviation) < 1e-9
        ends = plan.part[graph.pairs]
        assert plan.cut == (ends[:, 0] != ends[:, 1]).sum()


@settings(max_examples=6, deadline=None, derandomize=True)
@given(grounds(), st.integers(1, 9))
def test_what_is_locked_stays(ground: tuple[Any, Any, int], seed: int) -> None:
    shapes, weight, parts = ground
    before = proposed(shapes, graph_of(shapes, weight), Wanted(parts, 5.0, seed))[1][0].part
    locked = np.random.default_rng(seed).random(len(shapes)) < 0.3
    wanted = Wanted(parts, 0.05, seed, before, locked)
    graph, plans = proposed(shapes, graph_of(shapes, weight), wanted)
    for plan in plans:
        assert (plan.part[locked] == before[locked]).all()
        assert len(set(pieces_of(plan.part, graph.pairs).tolist())) == parts


def test_more_rounds_are_never_worse() -> None:
    side = np.arange(64)
    shapes = shapely.box(
        116.3 + side % 8 * CELL, 39.9 + side // 8 * CELL, 116.3 + (side % 8 + 1) * CELL, 39.9 + (side // 8 + 1) * CELL
    )  # fmt: skip
    weight = np.round(np.random.default_rng(3).lognormal(4, 1, 64))
    graph = graph_of(shapes, weight)
    short, long = (
        unbeaten(proposed(shapes, graph, Wanted(4, 0.5, 7), rounds)[1], tolerance=0.5) for rounds in (1, 2)
    )
    for plan in short:
        assert any(other.deviation <= plan.deviation and other.cut <= plan.cut for other in long)
