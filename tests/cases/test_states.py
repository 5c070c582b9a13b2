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
    if (move, state) in ALLOWED and not MOVES[move].choices:
        assert after(move, state) == (MOVES[move].to or state)
    elif (move, state) in ALLOWED:
        for to in State:
            if to in MOVES[move].choices:
                assert after(move, state, to) == to
            else:
                with pytest.raises(MoveRefusedError):
                    after(move, state, to)
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


def test_only_the_resident_and_an_undone_merge_leave_an_end() -> None:
    leaving = {move.name for move in MOVES.values() if move.sources & ENDED and (move.to or move.choices)}
    assert leaving == {"reopen", "unmerge"}
    assert not possible(State.VOID)


def test_a_way_back_leads_to_where_it_may_have_come_from() -> None:
    for move in MOVES.values():
        if move.back:
            assert move.choices == MOVES[move.back].sources
            assert move.sources == {MOVES[move.back].to}


def test_every_open_state_leads_to_an_end() -> None:
    reached = set(ENDED)
    while True:
        more = {
            source
            for move in MOVES.values()
            for source in move.sources
            if ({move.to} if move.to else move.choices or {source}) & reached
        }
        if more <= reached:
            break
        reached |= more
    assert reached == set(State)


def test_acts_exist_and_states_have_words() -> None:
    assert {move.act for move in MOVES.values() if move.act} <= set(ACTS)
    assert set(WORDS) == set(State)
