"""Edits of a draft: each changes what it says and nothing else, locks hold, and undoing all gives today back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.boundaries import edits
from gis.boundaries.checks import check
from gis.boundaries.layout import Layout, Part, Terrain, after, apply, today
from gis.boundaries.measures import Units
from gis.boundaries.propose.graph import Graph, neighbours
from gis.errors import ConflictError, InputError
from gis.geometry.measure import area_m2, length_m

SIDE = 6


def terrain(households: Any = None) -> Terrain:
    """Six by six units; today's grids are the left half and the right half."""
    cells = [
        shapely.box(116.3 + x / 1000, 39.9 + y / 1000, 116.3 + (x + 1) / 1000, 39.9 + (y + 1) / 1000)
        for y in range(SIDE)
        for x in range(SIDE)
    ]
    shapes = np.array(cells, dtype=object)
    pairs, shared_m = neighbours(shapes)
    ones = np.ones(len(shapes))
    counts = dict.fromkeys(("buildings", "care", "open_cases", "past_cases", "walking_min"), np.zeros(36))
    counts["households"] = ones if households is None else households
    units = Units(
        Graph(pairs, shared_m, ones), area_m2(shapes), length_m(shapes), np.zeros(len(pairs), bool), counts
    )
    side = np.array([0 if number % SIDE < 3 else 1 for number in range(len(shapes))], np.intp)
    parts = (Part(0, 10, "A", "第一网格", 7), Part(1, 11, "B", "第二网格", 7))
    return Terrain(1, units, shapes, np.full(36, 7, np.int64), side, parts)


GROUND = terrain()
TODAY = today(GROUND)


def test_painting_gives_units_to_a_grid() -> None:
    layout = apply(TODAY, edits.paint(TODAY, [3, 4, 0], 0))
    assert layout.part[[3, 4, 0]].tolist() == [0, 0, 0]
    assert int((layout.part != TODAY.part).sum()) == 2
    with pytest.raises(InputError, match="already"):
        edits.paint(TODAY, [0, 1], 0)


def test_a_drawn_line_splits_a_grid_in_two() -> None:
    drawn = shapely.LineString([(116.3, 39.903), (116.303, 39.903)])
    layout = apply(TODAY, edits.split_by_line(GROUND, TODAY, 0, drawn))
    assert sorted(len(layout.units_of(key)) for key in (0, 2)) == [9, 9]
    assert layout.parts[2].like == 0
    assert len(layout.units_of(1)) == 18
    outside = shapely.LineString([(116.4, 39.9), (116.4, 39.91)])
    with pytest.raises(InputError, match="does not part"):
        edits.split_by_line(GROUND, TODAY, 0, outside)
    crossing = shapely.LineString([(116.3, 39.9), (116.303, 39.903), (116.303, 39.9), (116.3, 39.903)])
    with pytest.raises(InputError, match="cross itself"):
        edits.split_by_line(GROUND, TODAY, 0, crossing)


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_an_even_split_is_even_and_whole(parts: int) -> None:
    layout = apply(TODAY, edits.split_evenly(GROUND, TODAY, 1, parts, np.ones(36)))
    found = check(GROUND, layout)
    split = [row.now for row in found.rows if row.part.key != 0 and row.now]
    assert len(split) == parts
    assert all(row.pieces == 1 for row in split)
    assert max(row.units for row in split) - min(row.units for row in split) <= 2


def test_a_moved_line_takes_units_of_both_sides() -> None:
    layout = apply(TODAY, edits.line(GROUND, TODAY, 0, 1, [2, 3]))
    assert layout.part[[2, 3]].tolist() == [1, 0]


def test_merging_and_swapping() -> None:
    merged = apply(TODAY, edits.merge(TODAY, [0, 1], 0))
    assert merged.used == [0]
    swapped = apply(TODAY, edits.swap(TODAY, 0, 1))
    assert (swapped.part == 1 - TODAY.part).all()


def test_what_is_locked_stays() -> None:
    locked = apply(TODAY, edits.lock(TODAY, parts=[1]))
    with pytest.raises(ConflictError, match="locked"):
        edits.paint(locked, [3], 0)
    with pytest.raises(ConflictError, match="locked"):
        edits.paint(locked, [2], 1)
    held = apply(TODAY, edits.lock(TODAY, units=[3]))
    with pytest.raises(ConflictError, match="locked"):
        edits.merge(held, [0, 1], 0)
    free = apply(locked, edits.lock(locked, parts=[1], on=False))
    assert edits.paint(free, [3], 0)


def test_a_grid_in_pieces_is_a_hard_breach_with_its_place() -> None:
    found = check(GROUND, apply(TODAY, edits.paint(TODAY, [5], 0)))
    [fault] = [fault for fault in found.hard if fault.breach.rule == "R10"]
    assert fault.part is not None
    assert fault.part.code == "A"
    assert fault.units == (5,)
    assert found.moved_households == 1


def test_a_row_tells_the_difference_from_today() -> None:
    found = check(GROUND, apply(TODAY, edits.paint(TODAY, [3, 9], 0)))
    assert [row.change["households"] for row in found.rows] == [2.0, -2.0]


def test_a_proposal_becomes_the_draft() -> None:
    label = np.arange(36) // 12
    layout = apply(TODAY, edits.lay(GROUND, TODAY, label, ["A", "B", "新网格"]))
    assert [len(layout.units_of(key)) for key in (0, 1, 2)] == [12, 12, 12]
    assert layout.parts[2].name == "新网格"


def one_edit(layout: Layout, draw: Any) -> dict[str, Any]:
    units = draw(st.lists(st.integers(0, 35), min_size=1, max_size=8))
    one, other = draw(st.sampled_from(layout.used)), draw(st.sampled_from(layout.used))
    kind = draw(st.sampled_from(["paint", "split", "merge", "swap", "lock", "unlock"]))
    if kind == "paint":
        return edits.paint(layout, units, one)
    if kind == "split":
        return edits.split_evenly(GROUND, layout, one, 2, np.ones(36))
    if kind == "merge":
        return edits.merge(layout, [one, other], one)
    if kind == "swap":
        return edits.swap(layout, one, other)
    return edits.lock(layout, parts=[one], on=kind == "lock")


@settings(max_examples=60)
@given(st.data())
def test_any_edits_keep_the_tiling_and_undoing_all_gives_today_back(data: Any) -> None:
    layout, done = TODAY, []
    for _ in range(data.draw(st.integers(1, 8))):
        try:
            detail = one_edit(layout, data.draw)
        except (InputError, ConflictError):
            continue
        done.append(detail)
        layout = apply(layout, detail)
        # each unit has exactly one grid that the plan knows, so that the grids tile the ground
        assert layout.part.shape == TODAY.part.shape
        assert set(layout.used) <= set(range(len(layout.parts)))
        assert sum(row.now.units for row in check(GROUND, layout).rows if row.now) == 36
        grids = np.array(
            [shapely.coverage_union_all(GROUND.shapes[layout.part == key]) for key in layout.used]
        )
        assert shapely.coverage_is_valid(grids)
        assert shapely.union_all(grids).equals(shapely.union_all(GROUND.shapes))
    assert after(GROUND, done).part.tobytes() == layout.part.tobytes()
    assert after(GROUND, []).part.tobytes() == GROUND.today.tobytes()
