"""A past case's journey, told again in the moves of `states`: from a file's words to rows of the log.

Before: a row of `load_history`. After: the log, whose replay must end in the case's state. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gis.cases.states import MOVES, State, after
from gis.errors import MoveRefusedError

# How other systems call a move, and which of ours it is; a check that is followed by the closing is the closing's.
OTHER_WORDS = {
    "filed": "file", "located": "locate", "queued": "queue", "assigned": "assign", "accepted": "accept",
    "acted": "act", "checked": None, "closed": "check_pass", "returned": "refuse", "return": "refuse",
    "check_failed": "check_fail",
    "立案": "file", "派遣": "assign", "接单": "accept", "处理": "act", "核查": None, "结案": "check_pass",
}  # fmt: skip
ROLES = {
    "file": "resident", "accept": "grid_member", "act": "grid_member", "refuse": "grid_member",
    "check_pass": "branch", "check_fail": "branch", "reassign": "commander", "place": "commander",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One row of a log that is to be written."""

    at: datetime
    move: str
    from_state: str
    to_state: State
    role: str
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def walk(
    moves: list[dict[str, Any]], reported_at: datetime, *, placed: bool, from_member: bool
) -> list[Step]:
    """Tell a journey in our moves.

    Parameters
    ----------
    moves : list of dict
        Each with `move`, `at` (ISO, with offset) and perhaps `note`, in order.
    reported_at : datetime
        When it was reported; the first step is then.
    placed : bool
        It has a place on the map; otherwise it waited for a person, who gave it to somebody.
    from_member : bool
        A member reported it.

    Returns
    -------
    list of Step
        At least the filing; states follow from each other, times never go back.

    Raises
    ------
    MoveRefusedError
        A move is not known, or not allowed where the case stands.
    ValueError
        A time cannot be read.
    """
    steps: list[Step] = []
    state: State | None = None
    last = reported_at
    for move, at, note in _told(moves, reported_at, placed=placed):
        last = max(last, at)
        to_state = after(move, state)
        needs = MOVES[move].needs_reason
        role = ROLES.get(move, "system") if move != "file" or not from_member else "grid_member"
        reason = note or ("未写明" if needs else "")
        steps.append(Step(last, move, state or "", to_state, role, reason if needs or move != "file" else ""))
        state = to_state
    return steps


def _told(
    moves: list[dict[str, Any]], reported_at: datetime, *, placed: bool
) -> list[tuple[str, datetime, str]]:
    """Translate the moves; the automatic steps that other systems do not tell of are put in between."""
    told: list[tuple[str, datetime, str]] = [("file", reported_at, "")]
    for given in moves:
        word = str(given["move"])
        move = OTHER_WORDS.get(word, word)
        if move is not None and move not in MOVES:
            raise MoveRefusedError(f"没有“{word}”这一步。 There is no move {word!r}.", move=word)
        at, note = datetime.fromisoformat(str(given["at"])), str(given.get("note", ""))
        if move == "file":
            told.append(("locate", at, "") if placed else ("queue", at, "位置不明，待人工确认"))
        elif move == "assign" and not placed:
            told.append(("reassign", at, note))
        elif move is not None and move not in {"locate", "queue"}:
            told.append((move, at, note))
    if len(told) == 1:
        told.append(("locate", reported_at, "") if placed else ("queue", reported_at, "位置不明，待人工确认"))
    return told
