"""Making a move: the table is asked, the state changes, the log is written - all in the caller's transaction.

Before: `cases.states`. After: every step and every button. `decide` is pure; `make` does it to a case in the database.
A move never commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.models import Case, CaseLog
from gis.cases.states import ENDED, MOVES, State, after
from gis.errors import InputError, MoveRefusedError

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Actor:
    """Who makes a move: a resident, an account, or the program itself (`role` is then "system")."""

    role: str
    account_id: int | None = None
    member_id: int | None = None


SYSTEM = Actor("system")


@dataclass(frozen=True)
class Decided:
    """One row of the log, before it is written."""

    seq: int
    at: datetime
    move: str
    from_state: str
    to_state: State
    role: str
    account_id: int | None
    reason: str
    detail: dict[str, Any]


def decide(
    move_name: str,
    state: State | None,
    revision: int,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    to: State | None = None,
) -> Decided:
    """Decide one move from a state; `to` says which of its choices a move leads to, where it has some.

    Raises
    ------
    MoveRefusedError
        When the table does not allow it.
    InputError
        When a reason is needed and missing, or too long.
    """
    to_state = after(move_name, state, to)
    words = _reason(reason, needed=MOVES[move_name].needs_reason)
    whose = {"member_id": actor.member_id} if actor.member_id is not None else {}
    return Decided(
        revision + 1,
        now,
        move_name,
        state or "",
        to_state,
        actor.role,
        actor.account_id,
        words,
        whose | (detail or {}),
    )


def make(
    session: Session,
    case: Case,
    move_name: str,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    to: State | None = None,
) -> CaseLog:
    """Make one move on a case and write it down.

    Parameters
    ----------
    case : Case
        Locked by the caller when a person moves it (`cases.queries.lock`).
    now : datetime
        Aware.
    to : State or None
        Where a move with choices leads to; one that takes another back finds it in the history by itself.

    Raises
    ------
    MoveRefusedError
        When the table does not allow it, or the person who acted wants to check their own work.
    InputError
        When a reason is needed and missing, or too long.
    """
    if move_name in MOVES and MOVES[move_name].back:
        to = _before(session, case, MOVES[move_name].back)
    decided = decide(
        move_name, State(case.state), case.revision, actor, now, reason=reason, detail=detail, to=to
    )
    if MOVES[move_name].other_person:
        _refuse_own_work(session, case, actor)
    log = CaseLog(case_id=case.id, **vars(decided))
    session.add(log)
    case.revision = decided.seq
    case.moved_at = now
    if decided.to_state not in ENDED:
        case.closed_at = None
    elif decided.to_state != case.state:
        case.closed_at = now
    case.state = decided.to_state
    return log


def _reason(reason: str, *, needed: bool) -> str:
    words = reason.replace("\x00", "").strip()
    if needed and not words:
        raise InputError("请写明情况或理由。 Say what was done, or why.", field="reason")
    if len(words) > LONGEST_REASON:
        raise InputError(
            f"说明太长，请控制在 {LONGEST_REASON} 字以内。 Keep it under {LONGEST_REASON} characters.",
            field="reason",
        )
    return words


# index: uq_case_log_case_id_seq
def _before(session: Session, case: Case, move_name: str) -> State | None:
    """Give where a case stood before it last made a move; None when it never did."""
    query = select(CaseLog.from_state).where(CaseLog.case_id == case.id, CaseLog.move == move_name)
    found = session.scalars(query.order_by(CaseLog.seq.desc()).limit(1)).first()
    return State(found) if found else None


# index: uq_case_log_case_id_seq
def _refuse_own_work(session: Session, case: Case, actor: Actor) -> None:
    """Let nobody check what they did themselves: neither the account nor another account of the same member."""
    last = session.scalars(
        select(CaseLog)
        .where(CaseLog.case_id == case.id, CaseLog.move == "act")
        .order_by(CaseLog.seq.desc())
        .limit(1)
    ).first()
    did_it = last is not None and actor.account_id is not None and last.account_id == actor.account_id
    same_member = (
        last is not None and actor.member_id is not None and last.detail.get("member_id") == actor.member_id
    )
    if did_it or same_member:
        raise MoveRefusedError(
            "办理人不能核查自己的案件，请由另一位同志核查。 The one who acted cannot check it; ask another person.",
            move="check",
        )


def replay(logs: list[CaseLog]) -> State:
    """Walk a case's log from its first row and give the state it ends in.

    Raises
    ------
    MoveRefusedError
        When a row does not follow from the one before.
    """
    state: State | None = None
    for log in sorted(logs, key=lambda row: row.seq):
        if (state or "") != log.from_state or after(log.move, state, State(log.to_state)) != log.to_state:
            raise MoveRefusedError(f"The history of case {log.case_id} breaks at row {log.seq}.", seq=log.seq)
        state = State(log.to_state)
    if state is None:
        raise MoveRefusedError("A case without a history.")
    return state
