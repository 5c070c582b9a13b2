"""The table of moves: every move from every state, allowed or refused."""

from __future__ import annotations

import pytest

from gis.cases.states import ENDED, MOVES, WORDS, State, after, possible
from gis.errors import MoveRefusedError
from gis.staff.roles import ACTS

ALLOWED = {(move.name, source) for move in MOVES.values() for source in move.sources}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", MOVES)
def test_every_move_from_every_state(move: str, state: State) -> None:
    if (move, state) in ALLOWED:
        assert after(move, state) == (MOVES[move].to or state)
    else:
        with pytest.raises(MoveRefusedError):
            after(move, state)


def test_only_filing_makes_a_case() -> None:
    assert after("file", None) is State.REPORTED
    for move in set(MOVES) - {"file"}:
        with pytest.raises(MoveRefusedError):
            after(move, None)


def test_an_unknown_move_is_refused() -> None:
    with pytest.raises(MoveRefusedError, match="没有"):
        after("teleport", State.REPORTED)


def test_nothing_leaves_an_ended_case() -> None:
    assert all(not possible(state) for state in ENDED)


def test_every_open_state_leads_to_an_end() -> None:
    reached = set(ENDED)
    while True:
        more = {
            source for move in MOVES.values() for source in move.sources if (move.to or source) in reached
        }
        if more <= reached:
            break
        reached |= more
    assert reached == set(State)


def test_acts_exist_and_states_have_words() -> None:
    assert {move.act for move in MOVES.values() if move.act} <= set(ACTS)
    assert set(WORDS) == set(State)
