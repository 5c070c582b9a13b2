"""请假交接: a member who will be away gives their own open cases to a colleague of the same branch.

Before: `cases.leave`. After: `cases.assign` writes each receipt, the colleague is told. Nothing comes back by itself
when the leave ends: the list of what was handed over says who has it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from gis.cases import assign, queries
from gis.cases import leave as leaves
from gis.cases.actor import Actor
from gis.cases.leave import Leave
from gis.cases.loads import open_loads
from gis.cases.models import Case, CaseLog, Notice
from gis.errors import InputError
from gis.staff.models import GridBranch, Member, Posting, Shift
from gis.staff.people import branches_of
from gis.staff.scope import Scope

LOOK_BACK = timedelta(days=90)
"""How long one's own list shows what was handed over."""


@dataclass(frozen=True)
class Colleague:
    """Somebody of the same grid or branch: their branches, their load, whether they are away on these days."""

    member_id: int
    name: str
    organisation_ids: tuple[int, ...]
    load: int
    same_grid: bool
    away: bool


# indexes: ex_grid_branch_valid, ix_grid_branch_organisation_id, ix_posting_grid_id, ex_shift_during
def colleagues(
    session: Session, member_id: int, grid_ids: Collection[int], during: Range[datetime], now: datetime
) -> list[Colleague]:
    """Give the people of one's branches; who is there, shares a grid and has less on hand comes first."""
    organisation_ids = _branches(session, grid_ids, now)
    answered = select(GridBranch.grid_id).where(
        GridBranch.organisation_id.in_(organisation_ids), GridBranch.valid.contains(now)
    )
    found: dict[int, tuple[str, list[int]]] = {}
    for branch in branches_of(session, session.scalars(answered).all(), now):
        for one in branch.members:
            found.setdefault(one.member_id, (one.name, []))[1].append(branch.organisation_id)
    found.pop(member_id, None)
    loads, away = open_loads(session, sorted(found)), _away(session, found, during)
    posted = select(Posting.member_id).where(Posting.grid_id.in_(grid_ids), Posting.valid.contains(now))
    beside = set(session.scalars(posted))
    people = [
        Colleague(one, name, tuple(theirs), loads.get(one, 0), one in beside, one in away)
        for one, (name, theirs) in found.items()
    ]
    return sorted(people, key=lambda one: (one.away, not one.same_grid, one.load, one.member_id))


def _branches(session: Session, grid_ids: Collection[int], now: datetime) -> list[int]:
    query = select(GridBranch.organisation_id).where(
        GridBranch.grid_id.in_(grid_ids), GridBranch.valid.contains(now)
    )
    return sorted(set(session.scalars(query)))


def _away(session: Session, member_ids: Collection[int], during: Range[datetime]) -> set[int]:
    query = select(Shift.member_id).where(
        Shift.member_id.in_(member_ids), Shift.kind == "leave", Shift.during.op("&&")(during)
    )
    return set(session.scalars(query))


def hand_over(
    session: Session,
    mine: Scope,
    leave: Leave,
    marks: Sequence[tuple[int, int]],
    now: datetime,
    *,
    actor: Actor,
    zone: ZoneInfo,
    reason: str,
    note: str = "",
) -> bool:
    """Give one's own cases to a colleague and ask the branch for the leave: all of it, or nothing.

    Parameters
    ----------
    marks : sequence of (int, int)
        Ids and revisions of the cases as the page showed them; none when only the leave is asked for.
    reason : str
        What each case's history and receipt say.

    Returns
    -------
    bool
        Whether the branch was asked; not when it was before, or the roster has the leave already.

    Raises
    ------
    InputError, NotFoundError
        Days that are no leave, a colleague who is away or of another branch, a case that is not one's own.
    ConflictError
        When somebody else moved a case meanwhile, or it is in a state in which nobody can be given it.
    """
    leaves.check_days(leave.first, leave.last, now.astimezone(zone).date())
    to = _chosen(colleagues(session, leave.member_id, mine.grid_ids, leave.during(zone), now), leave)
    for case_id, revision in sorted(marks):
        case = queries.lock(session, mine, case_id, revision)
        if case.member_id != leave.member_id:
            raise InputError("只能交自己手上的案件。 Only your own cases can be handed over.", field="case")
        kept = case.organisation_id if case.organisation_id in to.organisation_ids else to.organisation_ids[0]
        assign.reassign(
            session, case, actor, now, organisation_id=kept, member_id=to.member_id, reason=reason
        )
    asked = leaves.ask(session, leave, _branches(session, mine.grid_ids, now), now, zone=zone)
    if not (marks or asked):
        raise InputError(
            "这几天已经申请过；请勾选要交的案件。 These days were asked for; tick cases to give.",
            field="case",
        )
    _tell(session, leave, len(marks), note, now)
    return asked


def _chosen(offered: Sequence[Colleague], leave: Leave) -> Colleague:
    found = next((one for one in offered if one.member_id == leave.colleague_id), None)
    if found is None:
        raise InputError(
            "请从同一支部的名单里选一位。 Choose somebody of your own branch.", field="colleague"
        )
    if found.away:
        raise InputError("这位同事那几天也请假。 They are on leave on these days, too.", field="colleague")
    return found


def _tell(session: Session, leave: Leave, count: int, note: str, now: datetime) -> None:
    name, words = session.get_one(Member, leave.member_id).name, f" {note}" if note else ""
    session.add(
        Notice(
            key=f"handed:{leave.key}:{now.timestamp()}", member_id=leave.colleague_id, created_at=now, send_after=now,
            body=f"{name}请假（{leave.days}），请您代管；交来 {count} 件案件。{words}",
            body_en=f"{name} is on leave ({leave.days}) and asks you to stand in; cases handed over: {count}.{words}",
        )
    )  # fmt: skip


# index: ix_case_log_given_out
def handed(session: Session, account_id: int, now: datetime) -> list[tuple[CaseLog, Case]]:
    """Give what somebody handed over lately with its case as it is now, the latest first."""
    query = (
        select(CaseLog, Case)
        .join(Case, Case.id == CaseLog.case_id)
        .where(CaseLog.account_id == account_id, CaseLog.move == "reassign", CaseLog.at > now - LOOK_BACK)
        .order_by(CaseLog.at.desc(), CaseLog.id)
    )
    return [(log, case) for log, case in session.execute(query)]
