"""The table of allowed moves: what a case may do next, from where, by which act, and whether it must say why.

Before: nothing. After: `cases.moves` refuses whatever stands not here; pages ask `possible` which buttons to show.
Stages follow the practice that GB/T 30428 describes (designed after it): 立案, 派遣, 处理, 核查, 结案, 评价.
What a table cannot say (two approvals by two people, no open part) stands in `cases.guards`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gis.errors import MoveRefusedError


class State(StrEnum):
    """Where a case stands."""

    REPORTED = "reported"
    """Received; the automatic steps are still to run."""
    PRE_CHECK = "pre_check"
    """待核实: somebody goes and looks whether it is a case at all, before it counts as filed."""
    QUEUED = "queued"
    """待定位: a person must say where it is, or whose it is."""
    ASSIGNED = "assigned"
    """待接单: somebody answers for it and has not said yes yet."""
    ACCEPTED = "accepted"
    """在办."""
    PAUSED = "paused"
    """挂账: it cannot be done now, for a named cause, until a named day; whose it is stays."""
    TRANSFERRED = "transferred"
    """转办中: given to an agency that has not said yes yet."""
    ACTED = "acted"
    """待核查: done, says the one who did it."""
    CLOSED = "closed"
    """已结: somebody else has looked."""
    VOID = "void"
    """作废: was no case."""
    MERGED = "merged"
    """已并案: the same matter as another case, which answers for it."""


class Handling(StrEnum):
    """In which way a case is answered: 回复解释, 受理自办, 转交办理."""

    EXPLAIN = "explain"
    OWN = "own"
    TRANSFER = "transfer"


ENDED = frozenset({State.CLOSED, State.VOID, State.MERGED})
OPEN = frozenset(State) - ENDED
HELD = frozenset({State.ASSIGNED, State.ACCEPTED})
"""Somebody has it and can go on with it."""
_STANDING = HELD | {State.PRE_CHECK, State.PAUSED, State.TRANSFERRED, State.ACTED}


@dataclass(frozen=True)
class Move:
    """One allowed move.

    `act` is the act of `staff.roles` that a person needs for it, or None where only the program makes it. `to` is the
    state it leads to; None when the case stays where it is, unless there are `choices`: then a rule says which of them.
    `back` names the move that this one takes back: it leads to where the case stood before that one.
    `by_link` marks the moves of residents, who hold the secret link of a report; `retired` those that only old
    histories hold.
    """

    name: str
    sources: frozenset[State]
    to: State | None
    act: str | None
    needs_reason: bool = False
    other_person: bool = False
    choices: frozenset[State] = frozenset()
    back: str = ""
    by_link: bool = False
    retired: bool = False


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


_REPORTED, _PRE_CHECK, _QUEUED = State.REPORTED, State.PRE_CHECK, State.QUEUED
_ASSIGNED, _ACCEPTED, _PAUSED = State.ASSIGNED, State.ACCEPTED, State.PAUSED
_TRANSFERRED, _ACTED, _CLOSED = State.TRANSFERRED, State.ACTED, State.CLOSED

_TABLE = (
    # 立案: in, found, given out
    Move("file", frozenset(), _REPORTED, "case.report"),
    Move("locate", _from(_REPORTED), None, None),
    Move("queue", _from(_REPORTED), _QUEUED, None),
    Move("place", _from(_QUEUED), _REPORTED, "case.locate"),
    Move("assign", _from(_REPORTED), _ASSIGNED, None),
    Move(
        "reassign",
        _from(_QUEUED, _PRE_CHECK, _ASSIGNED, _ACCEPTED),
        _ASSIGNED,
        "case.assign",
        needs_reason=True,
    ),
    # 撤销派单: within a minute, by whoever gave it out, and while nobody has acted on it
    Move(
        "withdraw",
        _from(_ASSIGNED),
        None,
        "case.assign",
        choices=_from(_QUEUED, _PRE_CHECK, _ASSIGNED, _ACCEPTED),
        back="reassign",
    ),
    # 核实: somebody looks before it counts
    Move("ask_pre_check", _from(_QUEUED, _ASSIGNED), _PRE_CHECK, "case.assign", needs_reason=True),
    Move("confirm", _from(_PRE_CHECK), _ASSIGNED, "case.act"),
    Move("deny", _from(_PRE_CHECK), State.VOID, "case.act", needs_reason=True),
    # 接单, 退回, 处理
    Move("accept", _from(_ASSIGNED, _TRANSFERRED), _ACCEPTED, "case.act"),
    Move(
        "refuse",
        _from(_PRE_CHECK, _ASSIGNED, _ACCEPTED, _TRANSFERRED),
        _QUEUED,
        "case.act",
        needs_reason=True,
    ),
    # the name of `refuse` in histories from before
    Move("return", HELD, _QUEUED, None, needs_reason=True, retired=True),
    Move("note", _STANDING, None, "case.act", needs_reason=True),
    Move("recategorise", _STANDING | {_QUEUED}, None, "case.categorise"),
    Move("act", _from(_ACCEPTED), _ACTED, "case.act", needs_reason=True),
    # 延期: asked by whoever acts, seconded by one person, granted by another
    Move("ask_extension", _from(_ACCEPTED), None, "case.act", needs_reason=True),
    Move("endorse_extension", _from(_ACCEPTED), None, "case.extend"),
    Move("approve_extension", _from(_ACCEPTED), None, "case.judge"),
    Move("deny_extension", _from(_ACCEPTED), None, "case.extend", needs_reason=True),
    # 挂账
    Move("pause", HELD, _PAUSED, "case.pause"),
    Move("resume", _from(_PAUSED), None, "case.pause", choices=HELD, back="pause"),
    # 联办, 转办
    Move("split", HELD, None, "case.split", needs_reason=True),
    Move("child_done", OPEN, None, None),
    Move(
        "transfer",
        _from(_REPORTED, _QUEUED, _ASSIGNED, _ACCEPTED),
        _TRANSFERRED,
        "case.transfer",
        needs_reason=True,
    ),
    Move(
        "take_back",
        _from(_TRANSFERRED, _ACCEPTED),
        None,
        "case.transfer",
        needs_reason=True,
        choices=_from(_ASSIGNED, _QUEUED),
    ),
    # 核查, 返工, 结案
    Move("check_pass", _from(_ACTED), _CLOSED, "case.check", other_person=True),
    Move("check_fail", _from(_ACTED), _ACCEPTED, "case.check", needs_reason=True, other_person=True),
    # 评价, 回访, 重办
    Move("call_back", _from(_CLOSED), None, "case.call_back"),
    Move("rate", _from(_CLOSED), None, "case.track", by_link=True),
    Move(
        "reopen",
        _from(_CLOSED),
        None,
        "case.track",
        needs_reason=True,
        choices=_from(_ASSIGNED, _QUEUED),
        by_link=True,
    ),
    Move("complain", _from(_CLOSED), None, "case.track", needs_reason=True, by_link=True),
    Move("correct", HELD | {_ACTED, _CLOSED}, None, "case.reply", needs_reason=True),
    Move("reply", HELD | {_ACTED, _CLOSED}, None, "case.reply", needs_reason=True),
    Move("settle", _from(_CLOSED), None, "case.check"),
    # 申诉: of a mark that a case was late
    Move("appeal", _STANDING | {_CLOSED}, None, "case.appeal", needs_reason=True),
    Move("uphold_appeal", _STANDING | {_CLOSED}, None, "case.judge", needs_reason=True),
    Move("reject_appeal", _STANDING | {_CLOSED}, None, "case.judge", needs_reason=True),
    # 督办: a missed clock goes up a level; the case stays where and whose it is
    Move("escalate", OPEN | {_CLOSED}, None, None),
    # 网格调整: the line moved over the case; whose it is may change, its clocks do not
    Move("rehome", OPEN - {_REPORTED}, None, None),
    # 断网时所做，事后送到: it could not be made any more; its words and pictures are kept, the case stays as it is
    Move("arrive_late", frozenset(State), None, None, needs_reason=True),
    # 并案, 作废
    Move("merge", OPEN, State.MERGED, "case.merge", needs_reason=True),
    Move("unmerge", _from(State.MERGED), None, "case.merge", needs_reason=True, choices=OPEN, back="merge"),
    Move("void", OPEN, State.VOID, "case.void", needs_reason=True),
)
MOVES: dict[str, Move] = {move.name: move for move in _TABLE}


def after(move_name: str, state: State | None, to: State | None = None) -> State:
    """Give the state that a move leads to.

    Parameters
    ----------
    move_name : str
        A name of `MOVES`.
    state : State or None
        Where the case stands; None for a case that is being made.
    to : State or None
        Which of the move's `choices` it is, where it has some; left aside otherwise.

    Raises
    ------
    MoveRefusedError
        When the move is not allowed from there, or not to there, or does not exist.
    """
    move = MOVES.get(move_name)
    if move is None:
        raise MoveRefusedError(f"没有“{move_name}”这一步。 There is no move {move_name!r}.", move=move_name)
    if state is None and not move.sources and move.to is not None:
        return move.to
    if state is None or state not in move.sources or (move.choices and to not in move.choices):
        raise MoveRefusedError(
            f"案件现在是“{WORDS[state][0] if state else '新'}”，不能做“{move_name}”；请刷新后看现在的状态。"
            f" The case is {state or 'new'}; it cannot {move_name} from there.",
            move=move_name,
            state=state,
        )
    return (to if move.choices else move.to) or state


def possible(state: State) -> list[Move]:
    """Give the moves that a member of staff can make from a state."""
    return [move for move in _TABLE if state in move.sources and move.act is not None and not move.by_link]


WORDS: dict[State, tuple[str, str]] = {
    State.REPORTED: ("已收到", "received"),
    State.PRE_CHECK: ("待核实", "to be looked at first"),
    State.QUEUED: ("待定位", "to be placed"),
    State.ASSIGNED: ("待接单", "assigned"),
    State.ACCEPTED: ("在办", "under way"),
    State.PAUSED: ("挂账", "on hold"),
    State.TRANSFERRED: ("转办中", "with an agency"),
    State.ACTED: ("待核查", "to be checked"),
    State.CLOSED: ("已结", "closed"),
    State.VOID: ("作废", "void"),
    State.MERGED: ("已并案", "merged"),
}
"""The word of each state on screens, Chinese and English."""

HANDLING_WORDS: dict[Handling, tuple[str, str]] = {
    Handling.EXPLAIN: ("回复解释", "answered and explained"),
    Handling.OWN: ("受理自办", "done here"),
    Handling.TRANSFER: ("转交办理", "handed to an agency"),
}
"""The word of each way of handling."""
