"""Cases whose ground goes to another grid: each gets its new grid and, where the old line gave it, its new owner.

Before: `boundaries` says which case goes to which grid, from when. After: the log, a receipt of why. State and clocks
stay as they are. A case that a rule, a person or an agency has somewhere else keeps its owner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.dispatch import kept, receipts
from gis.cases.dispatch.decide import Choice, decide, goes_elsewhere
from gis.cases.loads import LOAD
from gis.cases.models import Assignment, Case, CaseLog
from gis.cases.reference import every_type
from gis.cases.stand import Owner, Stand, then
from gis.cases.states import State
from gis.staff.branch_members import branch_members
from gis.staff.queries import Responsibility, Responsible, responsible_at_all

# index: ex_grid_version_valid
_MIDDLES = text("""
    SELECT v.grid_id, ST_X(p.point), ST_Y(p.point)
    FROM grid_version v, LATERAL (SELECT ST_PointOnSurface(v.geom) AS point) p
    WHERE v.grid_id = ANY(:grids) AND v.valid @> CAST(:at AS timestamptz)
""")
# indexes: ix_posting_grid_id, ex_grid_branch_valid
_OLD_OWNERS = text("""
    SELECT grid_id, 'member', member_id FROM posting
    WHERE grid_id = ANY(:grids) AND valid @> CAST(:at AS timestamptz)
    UNION ALL SELECT grid_id, 'organisation', organisation_id FROM grid_branch
    WHERE grid_id = ANY(:grids) AND valid @> CAST(:at AS timestamptz)
    UNION ALL SELECT v.grid_id, 'organisation', o.id
    FROM grid_version v JOIN organisation o ON o.area_id = v.community_id
    WHERE v.grid_id = ANY(:grids) AND v.valid @> CAST(:at AS timestamptz) AND o.kind IN ('committee', 'general_branch')
""")


@dataclass(frozen=True)
class Rehomed:
    """One case after its ground changed hands."""

    case_id: int
    from_grid_id: int | None
    to_grid_id: int
    before: Owner
    after: Owner


class _Turn:
    """What one adoption needs for all its cases: read once, with loads that grow as cases are given out."""

    def __init__(self, session: Session, why: Mapping[str, Any], at: datetime, now: datetime) -> None:
        self.session, self.why, self.at, self.now = session, dict(why), at, now
        self.book = kept.book(session, None)
        self.weights = self.book.weights.at(at)
        self.types = {one.id: one for one in every_type(session)}
        self.given: Counter[int] = Counter()
        self.others: dict[int, list[Responsible]] = {}

    def loaded(self, members: Iterable[Responsible]) -> tuple[Responsible, ...]:
        """Give members with what they carry by now."""
        return tuple(replace(one, open_load=one.open_load + self.given[one.member_id]) for one in members)

    def members_of(self, organisation_id: int) -> list[Responsible]:
        """Give the members of a branch that a rule names."""
        if organisation_id not in self.others:
            found = branch_members(self.session, [organisation_id], self.at, LOAD)
            self.others[organisation_id] = found[organisation_id]
        return self.others[organisation_id]


def rehome(
    session: Session,
    to: Mapping[int, int],
    why: Mapping[str, Any],
    *,
    before: datetime,
    at: datetime,
    now: datetime,
) -> list[Rehomed]:
    """Move open cases to their new grids and owners.

    Parameters
    ----------
    to : mapping
        Case id to grid id. Cases that have ended meanwhile, or stand there already, are left out.
    why : mapping
        What the log and the receipt say of it: `plan` (its id) and `plan_name`.
    before : datetime
        An instant of the old lines: who answered for the old grids.
    at : datetime
        An instant of the new lines.
    now : datetime
        When it is written down.
    """
    cases = [case for case in _locked(session, sorted(to)) if case.grid_id != to[case.id]]
    if not cases:
        return []
    answers = _answers(session, sorted({to[case.id] for case in cases}), at)
    old = _old_owners(session, sorted({case.grid_id for case in cases if case.grid_id}), before)
    turn = _Turn(session, why, at, now)
    done = [_one(turn, case, answers[to[case.id]], old.get(case.grid_id or 0, frozenset())) for case in cases]
    session.flush()
    return done


# index: pk_case
def _locked(session: Session, ids: Sequence[int]) -> Sequence[Case]:
    """Lock the cases in one order, so that two that move them never wait for each other in a ring."""
    query = select(Case).where(Case.id.in_(ids), Case.closed_at.is_(None), Case.state != State.REPORTED)
    query = query.order_by(Case.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _answers(session: Session, grids: Sequence[int], at: datetime) -> dict[int, Responsibility]:
    """Ask once a grid who answers there; the same for every point in it."""
    middles = session.execute(_MIDDLES, {"grids": grids, "at": at}).all()
    answers = responsible_at_all(session, [(lon, lat) for _, lon, lat in middles], at, LOAD)
    return {row[0]: answer for row, answer in zip(middles, answers, strict=True) if answer is not None}


def _old_owners(
    session: Session, grids: Sequence[int], at: datetime
) -> dict[int, frozenset[tuple[str, int]]]:
    """Give who had cases because they answered for a grid: its members, its branch, its committee."""
    found: dict[int, set[tuple[str, int]]] = {}
    for grid_id, kind, number in session.execute(_OLD_OWNERS, {"grids": grids, "at": at}):
        found.setdefault(grid_id, set()).add((kind, number))
    return {grid_id: frozenset(owners) for grid_id, owners in found.items()}


def _one(turn: _Turn, case: Case, answer: Responsibility, old: frozenset[tuple[str, int]]) -> Rehomed:
    before, from_grid_id = Stand.of(case).owner, case.grid_id
    after, receipt = before, None
    if _by_line(before, old):
        choice, receipt = _choice(turn, case, answer)
        after = Owner(choice.organisation_id, _member_of(choice, before, answer), before.agency)
        if after.member_id is not None and after.member_id != before.member_id:
            turn.given[after.member_id] += 1
    case.grid_id, case.area_id = answer.grid_id, answer.community_id
    _write_move(turn, case, answer, (before, after), from_grid_id)
    if receipt is not None and after != before:
        _write_receipt(turn, case, after, receipt)
    return Rehomed(case.id, from_grid_id, answer.grid_id or 0, before, after)


def _by_line(owner: Owner, old: frozenset[tuple[str, int]]) -> bool:
    """Say whether somebody has a case because they answered for its old grid."""
    if not owner.somebody or owner.by_agency:
        return False
    return ("organisation", owner.organisation_id) in old or ("member", owner.member_id) in old


def _choice(turn: _Turn, case: Case, answer: Responsibility) -> tuple[Choice, dict[str, Any]]:
    case_type = turn.types[case.case_type_id]
    answer = replace(answer, members=turn.loaded(answer.members))
    rule = turn.book.ruling(case_type, answer.grid_id, answer.community_id, turn.at)
    others: tuple[Responsible, ...] = ()
    if rule is not None and rule.organisation_id is not None and goes_elsewhere(rule, answer):
        others = turn.loaded(turn.members_of(rule.organisation_id))
    choice = decide(answer, case_type, rule, weights=turn.weights, others=others)
    return choice, receipts.receipt(answer, case_type, choice, turn.weights)


def _member_of(choice: Choice, before: Owner, answer: Responsibility) -> int | None:
    """Keep the member who has it where they work in the new grid too; else the one chosen."""
    if before.member_id in {member.member_id for member in answer.members}:
        return before.member_id
    return choice.best.member_id if choice.best else None


def _write_move(
    turn: _Turn, case: Case, answer: Responsibility, owners: tuple[Owner, Owner], from_grid_id: int | None
) -> None:
    before, after = owners
    member = next((one.name for one in answer.members if one.member_id == after.member_id), "")
    detail = {
        "grid": answer.grid_code,
        "grid_name": answer.grid,
        "community": answer.community,
        "organisation": answer.organisation if after != before else "",
        "member": member if after != before else "",
        "from_grid_id": from_grid_id,
        "before": before.told["owner"],
        **turn.why,
        **after.told,
    }
    # never before the move it follows, however the machines' clocks differ
    at = max(turn.now, case.moved_at)
    decided = moves.decide("rehome", State(case.state), case.revision, moves.SYSTEM, at, detail=detail)
    turn.session.add(CaseLog(case_id=case.id, **vars(decided)))
    then(Stand.of(case), decided).write(case)


def _write_receipt(turn: _Turn, case: Case, after: Owner, receipt: dict[str, Any]) -> None:
    name = turn.why.get("plan_name", "")
    written = receipt | {
        "rehomed": turn.why,
        "sentence": f"网格调整“{name}”生效，随地移交。{receipt['sentence']}",
        "sentence_en": f"Handed over with its ground by the plan “{name}”. {receipt['sentence_en']}",
    }
    turn.session.add(
        Assignment(
            case_id=case.id,
            at=turn.now,
            grid_id=case.grid_id,
            organisation_id=after.organisation_id,
            member_id=after.member_id,
            account_id=None,
            receipt=written,
        )
    )
