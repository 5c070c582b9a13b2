"""撤销: what somebody has just given out, taken back within a minute - by a counter-move, never by deleting.

Before: `cases.assign` gave it out, with what stood before in its row of the log. After: the board. The guard of the
move (`cases.guards.just_given`) says who may and until when; owner, request for more time and clocks are as they were,
and whoever had been told is told that there is nothing to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.actor import Actor
from gis.cases.by_hand import given, names_of
from gis.cases.excerpt import excerpt
from gis.cases.guards import WITHDRAW_WITHIN
from gis.cases.models import Assignment, Case, CaseLog, Notice
from gis.cases.queries import visible
from gis.staff.models import Member, Organisation
from gis.staff.scope import Scope


@dataclass(frozen=True)
class Given:
    """One case that a person has just given out and can still take back."""

    case_id: int
    number: str
    revision: int
    at: datetime
    whom: str


# index: ix_case_log_given_out
def just_given(session: Session, scope: Scope, account_id: int, now: datetime) -> list[Given]:
    """List what an account gave out within the last minute and nobody has acted on since, the newest first."""
    query = (
        select(Case.id, Case.number, Case.revision, CaseLog.at, CaseLog.detail)
        .join(CaseLog, (CaseLog.case_id == Case.id) & (CaseLog.seq == Case.revision))
        .where(CaseLog.account_id == account_id, CaseLog.move == "reassign", visible(scope))
        .where(CaseLog.at > now - WITHDRAW_WITHIN)
        .order_by(CaseLog.at.desc(), Case.id)
    )
    return [
        Given(row.id, row.number, row.revision, row.at, row.detail["member"] or row.detail["organisation"])
        for row in session.execute(query)
        if "before" in row.detail
    ]


def withdraw(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """Take back what was just given out; the caller holds the case's lock.

    Raises
    ------
    MoveRefusedError
        When somebody has acted meanwhile, it was another's, or the minute is over.
    """
    log = moves.make(session, case, "withdraw", actor, now)
    session.flush()
    _tell(session, case, log)
    if case.organisation_id is not None:
        session.add(_as_it_was(session, case, actor, now))


def _tell(session: Session, case: Case, log: CaseLog) -> None:
    """Tell whoever had it for this moment that there is nothing to do."""
    owner = log.detail["withdrawn"]
    member_id = owner["member_id"]
    text = excerpt(case.text)
    session.add(
        Notice(
            key=f"withdraw:{case.number}:{log.seq}",
            case_id=case.id,
            member_id=member_id,
            organisation_id=None if member_id is not None else owner["organisation_id"],
            body=f"已撤销派单，不用办理：{text}",
            body_en=f"Taken back, nothing to do: {text}",
            created_at=log.at,
            send_after=log.at,
        )
    )


# indexes: pk_organisation, pk_member
def _as_it_was(session: Session, case: Case, actor: Actor, now: datetime) -> Assignment:
    """Write down that the former assignment holds again."""
    organisation = session.get_one(Organisation, case.organisation_id)
    member = session.get(Member, case.member_id) if case.member_id is not None else None
    names = names_of(organisation, member)
    whom = names["member"] or names["organisation"]
    said = (
        f"撤销了刚才的派单，仍由 {whom} 办理",
        f"The last assignment was taken back; {whom} has it as before",
    )
    return given(case, actor, now, names, said)
