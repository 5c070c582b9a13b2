"""The table of allowed moves: what a case may do next, from where, by which act, and whether it must say why.

Before: nothing. After: `cases.moves` refuses whatever stands not here; pages ask `possible` which buttons to show.
Stages follow the practice that GB/T 30428 describes (designed after it): 立案, 派遣, 处理, 核查, 结案.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gis.errors import MoveRefusedError


class State(StrEnum):
    """Where a case stands."""

    REPORTED = "reported"
    """Received; the automatic steps are still to run."""
    QUEUED = "queued"
    """待定位: a person must say where it is, or whose it is."""
    ASSIGNED = "assigned"
    """待接单: somebody answers for it and has not said yes yet."""
    ACCEPTED = "accepted"
    """在办."""
    ACTED = "acted"
    """待核查: done, says the one who did it."""
    CLOSED = "closed"
    """已结: somebody else has looked."""
    VOID = "void"
    """作废: was no case."""


ENDED = frozenset({State.CLOSED, State.VOID})
_OPEN = frozenset(State) - ENDED


@dataclass(frozen=True)
class Move:
    """One allowed move.

    `act` is the act of `staff.roles` that a person needs for it, or None where only the program makes it. `to` is the
    state it leads to, or None when the case stays where it is.
    """

    name: str
    sources: frozenset[State]
    to: State | None
    act: str | None
    needs_reason: bool = False
    other_person: bool = False


_TABLE = (
    Move("file", frozenset(), State.REPORTED, "case.report"),
    Move("locate", frozenset({State.REPORTED}), None, None),
    Move("queue", frozenset({State.REPORTED}), State.QUEUED, None),
    Move("place", frozenset({State.QUEUED}), State.REPORTED, "case.locate"),
    Move("assign", frozenset({State.REPORTED}), State.ASSIGNED, None),
    Move(
        "reassign",
        frozenset({State.QUEUED, State.ASSIGNED, State.ACCEPTED}),
        State.ASSIGNED,
        "case.assign",
        needs_reason=True,
    ),
    Move("accept", frozenset({State.ASSIGNED}), State.ACCEPTED, "case.act"),
    Move("return", frozenset({State.ASSIGNED, State.ACCEPTED}), State.QUEUED, "case.act", needs_reason=True),
    Move(
        "note", frozenset({State.ASSIGNED, State.ACCEPTED, State.ACTED}), None, "case.act", needs_reason=True
    ),
    Move("act", frozenset({State.ACCEPTED}), State.ACTED, "case.act", needs_reason=True),
    Move("check_pass", frozenset({State.ACTED}), State.CLOSED, "case.check", other_person=True),
    Move(
        "check_fail",
        frozenset({State.ACTED}),
        State.ACCEPTED,
        "case.check",
        needs_reason=True,
        other_person=True,
    ),
    Move("void", _OPEN, State.VOID, "case.void", needs_reason=True),
)
MOVES: dict[str, Move] = {move.name: move for move in _TABLE}


def after(move_name: str, state: State | None) -> State:
    """Give the state that a move leads to.

    Parameters
    ----------
    move_name : str
        A name of `MOVES`.
    state : State or None
        Where the case stands; None for a case that is being made.

    Raises
    ------
    MoveRefusedError
        When the move is not allowed from there, or does not exist.
    """
    move = MOVES.get(move_name)
    if move is None:
        raise MoveRefusedError(f"没有“{move_name}”这一步。 There is no move {move_name!r}.", move=move_name)
    if state is None and not move.sources and move.to is not None:
        return move.to
    if state is None or state not in move.sources:
        raise MoveRefusedError(
            f"案件现在是“{WORDS[state][0] if state else '新'}”，不能做“{move_name}”；请刷新后看现在的状态。"
            f" The case is {state or 'new'}; it cannot {move_name} from there.",
            move=move_name,
            state=state,
        )
    return move.to or state


def possible(state: State) -> list[Move]:
    """Give the moves that a person can make from a state."""
    return [move for move in _TABLE if state in move.sources and move.act is not None]


WORDS: dict[State, tuple[str, str]] = {
    State.REPORTED: ("已收到", "received"),
    State.QUEUED: ("待定位", "to be placed"),
    State.ASSIGNED: ("待接单", "assigned"),
    State.ACCEPTED: ("在办", "under way"),
    State.ACTED: ("待核查", "to be checked"),
    State.CLOSED: ("已结", "closed"),
    State.VOID: ("作废", "void"),
}
"""The word of each state on screens, Chinese and English."""
