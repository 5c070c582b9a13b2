"""A past case's journey in other words becomes rows that the table of moves allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gis.cases.past import walk
from gis.cases.states import State
from gis.errors import MoveRefusedError

REPORTED = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = ("filed", "assigned", "accepted", "acted", "checked", "closed")


def told(*words: str, backwards: bool = False) -> list[dict[str, str]]:
    sign = -1 if backwards else 1
    return [
        {"move": word, "at": (REPORTED + sign * timedelta(hours=hour)).isoformat(), "note": "样例"}
        for hour, word in enumerate(words, 1)
    ]


def test_a_whole_journey_ends_closed() -> None:
    steps = walk(told(*WORDS), REPORTED, placed=True, from_member=False)
    assert [step.move for step in steps] == ["file", "locate", "assign", "accept", "act", "check_pass"]
    assert [step.from_state for step in steps[1:]] == [step.to_state for step in steps[:-1]]
    assert steps[-1].to_state is State.CLOSED


@pytest.mark.parametrize(
    ("last", "state"),
    [(0, State.REPORTED), (1, State.REPORTED), (2, State.ASSIGNED), (3, State.ACCEPTED), (5, State.ACTED)],
)
def test_an_open_journey_stands_where_it_came_to(last: int, state: State) -> None:
    assert walk(told(*WORDS[:last]), REPORTED, placed=True, from_member=False)[-1].to_state is state


def test_without_a_place_it_waits_for_a_person_who_gives_it_to_somebody() -> None:
    assert walk(told("filed"), REPORTED, placed=False, from_member=False)[-1].to_state is State.QUEUED
    steps = walk(told("filed", "assigned"), REPORTED, placed=False, from_member=False)
    assert [(step.move, step.role) for step in steps[1:]] == [("queue", "system"), ("reassign", "commander")]


def test_times_never_go_back() -> None:
    steps = walk(told(*WORDS, backwards=True), REPORTED, placed=True, from_member=True)
    assert {step.at for step in steps} == {REPORTED}
    assert steps[0].role == "grid_member"


@pytest.mark.parametrize("words", [("filed", "acted"), ("closed",), ("filed", "assigned", "flown")])
def test_a_journey_that_the_rules_do_not_allow_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(MoveRefusedError):
        walk(told(*words), REPORTED, placed=True, from_member=False)
