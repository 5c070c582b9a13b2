"""Several at once: everybody gets their own answer, and nobody another's fault."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from gis.errors import InputError
from webmap.intake.together import MOST, Together


class Slow:
    """Doubles numbers; the first call waits until the gate is open. Refuses negative ones, whoever comes with them."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.calls: list[list[int]] = []

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.calls.append(list(numbers))
        self.begun.set()
        assert self.gate.wait(20)
        if min(numbers) < 0:
            raise InputError("negative")
        if 13 in numbers:
            raise ZeroDivisionError
        return [2 * number for number in numbers]


@pytest.fixture
def slow() -> Slow:
    return Slow()


def bring(slow: Slow, numbers: list[int]) -> list[object]:
    """Bring 0 first; while it is on its way, the others come in."""
    way = Together(slow)
    with ThreadPoolExecutor(len(numbers) + 1) as pool:
        first = pool.submit(way.do, 0)
        assert slow.begun.wait(20)
        others = [pool.submit(way.do, number) for number in numbers]
        while len(way.waiting) < len(numbers):
            threading.Event().wait(0.001)
        slow.gate.set()
        assert first.result(20) == 0
        return [one.exception(20) or one.result(20) for one in others]


def test_those_who_come_while_one_is_on_its_way_go_together(slow: Slow) -> None:
    assert bring(slow, [1, 2, 3]) == [2, 4, 6]
    assert slow.calls == [[0], [1, 2, 3]]


def test_no_more_go_together_than_may(slow: Slow) -> None:
    numbers = list(range(100, 103 + MOST))
    assert bring(slow, numbers) == [2 * number for number in numbers]
    assert [len(call) for call in slow.calls] == [1, MOST, 3]


def test_a_fault_of_one_is_not_another_s(slow: Slow) -> None:
    found = bring(slow, [1, -2, 3])
    assert isinstance(found.pop(1), InputError)
    assert found == [2, 6]


def test_a_defect_shows_itself_and_leaves_nobody_waiting(slow: Slow) -> None:
    found = bring(slow, [1, 13, 3])
    assert isinstance(found[1], ZeroDivisionError)
    assert len([one for one in found if isinstance(one, ZeroDivisionError)]) <= 2
    assert set(found) - {found[1]} <= {2, 6} | {one for one in found if isinstance(one, ZeroDivisionError)}


def test_one_alone_does_not_wait(slow: Slow) -> None:
    slow.gate.set()
    assert Together(slow).do(4) == 8
