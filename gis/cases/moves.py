"""Making a move: the table is asked, the guards are asked, the log is written - all in the caller's transaction.

Before: `cases.states`, `cases.guards`. After: every step and every button. `decide` is pure; `make` does it to a
case in the database. A move never commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import clocks, old_line
from gis.cases.actor import SYSTEM, Actor
from gis.cases.guards import Facts, guard
from gis.cases.models import Case, CaseLog
from gis.cases.stand import Decided, Stand, Told, owner_in, retrace, then
from gis.cases.states import ENDED, MOVES, Move, State, after
from gis.cases.tell import tell
from gis.errors import InputError, MoveRefusedError

__all__ = ["SYSTEM", "Actor", "Decided", "decide", "make", "replay"]

LONGEST_REASON = 2000


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
        When the table or a guard does not allow it, or not to this person.
    InputError
        When something is missing that the move must say, a reason first of all.
    """
    state = State(case.state) if case.state else None
    after(move_name, state, to or _some_choice(move_name))
    move, given = MOVES[move_name], detail or {}
    if move.retired:
        raise MoveRefusedError(
            f"“{move_name}”只见于旧记录。 Only old histories hold {move_name!r}.", move=move_name
        )
    _reason(reason, needed=move.needs_reason)
    if actor.member_id is not None and actor.member_id != case.member_id:
        given = given | old_line.label(session, case.id, actor.member_id)
    given = given | guard(move_name, Facts(session, case, actor, now, given))
    if move.choices:
        to = _where_to(session, case, move, given, to)
    decided = decide(move_name, state, case.revision, actor, now, reason=reason, detail=given, to=to)
    log = CaseLog(case_id=case.id, **vars(decided))
    session.add(log)
    then(Stand.of(case), decided).write(case)
    clocks.follow(session, case, decided, now)
    tell(session, case, decided)
    if decided.to_state in ENDED and state not in ENDED:
        _tell_whole(session, case, now)
    return log


def _some_choice(move_name: str) -> State | None:
    """Give any choice of a move, to ask whether it may be made at all."""
    move = MOVES.get(move_name)
    return next(iter(sorted(move.choices)), None) if move is not None else None


def _where_to(
    session: Session, case: Case, move: Move, detail: dict[str, Any], to: State | None
) -> State | None:
    """Find out which of its choices a move leads to: where the case came from, or to its owner if it has one."""
    if move.back:
        return _before(session, case, move.back)
    owner = owner_in(detail)
    if owner is not None:
        return State.ASSIGNED if owner.somebody else State.QUEUED
    return to


# index: pk_case
def _tell_whole(session: Session, part: Case, now: datetime) -> None:
    """Write into the whole's history that a part of it has ended."""
    if part.parent_id is None:
        return
    query = select(Case).where(Case.id == part.parent_id).with_for_update(of=Case)
    whole = session.scalars(query.execution_options(populate_existing=True)).one()
    if State(whole.state) not in ENDED:
        told = {"part": part.number, "part_id": part.id, "state": part.state}
        make(session, whole, "child_done", SYSTEM, now, detail=told)


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


def replay(logs: Iterable[Told]) -> State:
    """Walk a case's log from its first row and give the state it ends in; `stand.retrace` gives all of it.

    Raises
    ------
    MoveRefusedError
        When a row does not follow from the one before.
    """
    return State(retrace(logs).state)
