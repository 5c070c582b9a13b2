"""No count of one to four is public, and none can be worked out from what is: asked of a solver of linear programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gis.scores.publishing import NESTED, SAME, Cell, Sum, small, sums_of, withheld
from gis.scores.sets import SETS

UNITS = ("1", "2", "3", "4")


def spread(name: str, *numbers: int) -> dict[Cell, int]:
    """A set's counts in some units, with their sum."""
    return {(name, ""): sum(numbers)} | {(name, unit): n for unit, n in zip(UNITS, numbers, strict=False)}


def bounds(
    counts: dict[Cell, int], hidden: frozenset[Cell], asked: Cell, sums: list[Sum]
) -> tuple[float, float]:
    """What somebody who sees the shown counts can say of a withheld one: its least and its most."""
    cells = sorted({cell for one in sums for cell in (one.whole, *one.parts)} | set(counts))
    at = {cell: number for number, cell in enumerate(cells)}
    rows = np.zeros((len(sums), len(cells)))
    for row, one in zip(rows, sums, strict=True):
        row[at[one.whole]] += 1
        for part in one.parts:
            row[at[part]] -= 1
    limits = [(counts[cell],) * 2 if cell in counts and cell not in hidden else (0, None) for cell in cells]
    aim = np.zeros(len(cells))
    aim[at[asked]] = 1
    least = linprog(aim, A_eq=rows, b_eq=np.zeros(len(sums)), bounds=limits)
    most = linprog(-aim, A_eq=rows, b_eq=np.zeros(len(sums)), bounds=limits)
    assert least.status == 0, least.message
    return float(least.fun), float("inf") if most.status == 3 else -float(most.fun)


def check(counts: dict[Cell, int]) -> frozenset[Cell]:
    hidden, sums = withheld(counts), sums_of(counts)
    assert {cell for cell, count in counts.items() if small(count)} <= hidden
    differences = {
        one.parts[1]: counts[one.whole] - counts[one.parts[0]] for one in sums if one.parts[-1] not in counts
    }
    for cell, count in (counts | differences).items():
        if small(count):
            least, most = bounds(counts, hidden, cell, sums)
            assert most - least > 2.5, (cell, count, least, most, sorted(hidden))
    return hidden


def test_a_single_small_part_takes_a_second_with_it() -> None:
    assert check(spread("reported", 3, 20, 40, 80)) == {("reported", "1"), ("reported", "2")}


def test_two_small_parts_that_come_to_little_take_a_third() -> None:
    assert check(spread("reported", 1, 1, 40, 80)) == {
        ("reported", "1"),
        ("reported", "2"),
        ("reported", "3"),
    }


def test_nothing_small_withholds_nothing_and_nought_is_no_secret() -> None:
    assert check(spread("reported", 0, 5, 40, 80)) == frozenset()


def test_with_one_unit_only_the_whole_goes_too() -> None:
    assert check(spread("reported", 4)) == {("reported", ""), ("reported", "1")}


def test_a_set_that_tells_a_small_rest_is_withheld() -> None:
    assert check({("should_close", ""): 20, ("closed", ""): 18})
    assert not check({("should_close", ""): 20, ("closed", ""): 20})
    assert not check({("should_close", ""): 20, ("closed", ""): 10})


def test_a_rest_is_not_told_by_a_detour() -> None:
    chain = {("should_handle", ""): 40, ("should_close", ""): 40, ("handled", ""): 30, ("closed", ""): 28}
    hidden = check(chain | {("closed_on_time", ""): 20, ("handled_on_time", ""): 21})
    assert hidden


numbers = st.integers(0, 60)


@st.composite
def tables(draw: st.DrawFn) -> dict[Cell, int]:
    should, closed = draw(numbers), draw(st.integers(0, 100))
    handled = should * draw(st.integers(0, 100)) // 100
    closed = handled * closed // 100
    on_time = closed * draw(st.integers(0, 100)) // 100
    reported = [draw(st.integers(0, 12)) for _ in range(draw(st.integers(1, 4)))]
    filed = sum(reported) - min(sum(reported), draw(st.integers(0, 6)))
    return {
        **spread("reported", *reported),
        **spread("ended", *(draw(st.integers(0, 30)) for _ in reported)),
        ("filed", ""): filed,
        ("should_handle", ""): should,
        ("should_close", ""): should,
        ("handled", ""): handled,
        ("closed", ""): closed,
        ("closed_on_time", ""): on_time,
    }


@settings(max_examples=60)
@given(tables())
def test_no_table_gives_a_small_count_away(counts: dict[Cell, int]) -> None:
    check(counts)


@pytest.mark.parametrize(("inner", "large"), [*NESTED, *SAME])
def test_the_sets_exist(inner: str, large: str) -> None:
    assert {inner, large} <= set(SETS)
