"""Merging cases that are one matter, and taking it back.

Before: `cases.likeness` proposed, a person decided. After: the kept case answers for all reporters: their links show
it, its notices reach them (`cases.kept`, `cases.outbox`). The rules: both are open, neither is a part of a joint
handling, they may be of different categories (the kept one's stays); what was merged into the merged one stays with it.
One merge at a time, so that two people who merge crosswise do not make a ring: the second is told.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.actor import Actor
from gis.cases.excerpt import excerpt
from gis.cases.kept import kept_id
from gis.cases.models import Case, CaseType, Notice
from gis.cases.queries import lock
from gis.cases.states import ENDED, WORDS, State
from gis.errors import MoveRefusedError
from gis.staff.scope import Scope

ONE_AT_A_TIME = 730_261_417


def merge(
    session: Session,
    scope: Scope,
    *,
    from_id: int,
    into_id: int,
    actor: Actor,
    now: datetime,
    reason: str,
    revision: int | None = None,
) -> Case:
    """Merge a case into another, or into the one that answers for the other already.

    Parameters
    ----------
    scope : Scope
        Of the person who merges: both cases must lie in it.
    revision : int, optional
        Of the case that is merged, as the page showed it.

    Returns
    -------
    Case
        The one that is kept.

    Raises
    ------
    NotFoundError
        When one of them does not exist, or not for this person.
    ConflictError
        When the first was moved since the page was made.
    MoveRefusedError
        When they are the same already, one is no longer open, or is part of a joint handling.
    InputError
        When no reason is given.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    root_id = kept_id(session, into_id)
    if from_id in (into_id, root_id):
        raise _refused("这两件已经是同一件。 These two are one case already.")
    locked = {one: lock(session, scope, one) for one in sorted({from_id, root_id})}
    if revision is not None:
        lock(session, scope, from_id, revision)
    source, kept = locked[from_id], locked[root_id]
    _refuse_odd(source, kept)
    moves.make(session, source, "merge", actor, now, reason=reason, detail=_told(session, source, kept))
    _tell_owner(session, source, kept, now)
    return kept


def unmerge(session: Session, case: Case, actor: Actor, now: datetime, reason: str) -> Case:
    """Take a merge back: the case stands again where it stood, with its own clocks; its reporters are told.

    The caller holds its lock. It may be done while the kept case is open or when it has ended.

    Raises
    ------
    MoveRefusedError
        When it is not merged, or its whole is done.
    InputError
        When no reason is given.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    moves.make(session, case, "unmerge", actor, now, reason=reason)
    return case


# index: ix_case_merged_into_id
def merged_into(session: Session, case_id: int) -> list[Case]:
    """Give the cases that were merged into one directly, in the order they came."""
    return list(session.scalars(select(Case).where(Case.merged_into_id == case_id).order_by(Case.id)))


def _refuse_odd(source: Case, kept: Case) -> None:
    for one in (source, kept):
        if State(one.state) in ENDED:
            word, word_en = WORDS[State(one.state)]
            raise _refused(f"案件 {one.number} {word}，不能并案。 Case {one.number} is {word_en}.")
        if one.parent_id is not None:
            raise _refused(
                f"案件 {one.number} 是联办的一部分，不能并案。 Case {one.number} is a part of a joint handling."
            )


def _refused(sentence: str) -> MoveRefusedError:
    return MoveRefusedError(sentence, move="merge")


# index: pk_case_type
def _told(session: Session, source: Case, kept: Case) -> dict[str, object]:
    """Say what the log keeps: into which case, and both categories when they differ."""
    told: dict[str, object] = {"into_id": kept.id, "into": kept.number}
    if source.case_type_id != kept.case_type_id:
        codes = [session.get_one(CaseType, one.case_type_id).code for one in (source, kept)]
        told["categories"] = codes
    return told


def _tell_owner(session: Session, source: Case, kept: Case, now: datetime) -> None:
    """Tell who has the kept case that more people wait for it."""
    if kept.member_id is None and kept.organisation_id is None and not kept.agency:
        return
    words = excerpt(source.text)
    by_person = kept.member_id is not None
    session.add(
        Notice(
            key=f"merged:{kept.number}:{source.number}:{source.revision}",
            case_id=kept.id,
            member_id=kept.member_id,
            organisation_id=None if by_person else kept.organisation_id,
            agency="" if by_person or kept.organisation_id is not None else kept.agency,
            body=f"另一件相同的诉求并入您的案件 {kept.number}：{words}",
            body_en=f"Another report of the same matter was merged into your case {kept.number}: {words}",
            created_at=now,
            send_after=now,
        )
    )
