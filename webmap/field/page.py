"""All that a case's page shows, read once: place, clocks, receipt, history, pictures, what the person may do next.

Before: `cases.queries`. After: `field/case.html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import clocks, contacts, queries
from gis.cases.clock_book import Clock
from gis.cases.loads import open_loads
from gis.cases.models import CaseLog
from gis.cases.queries import CaseRow
from gis.cases.states import Move, possible
from gis.staff.models import Account
from gis.staff.people import Branch, branches_of
from gis.staff.roles import Role, reach_of
from gis.staff.scope import Scope, scope_of


@dataclass(frozen=True)
class CasePage:
    """One case for one person."""

    row: CaseRow
    history: list[CaseLog]
    names: dict[int, str]
    receipts: Any
    clocks: list[Clock]
    photos: Any
    reports: Any
    contacts: list[contacts.Contact]
    moves: frozenset[str]
    own_work: bool
    branches: list[Branch]
    loads: dict[int, int]


def case_page(session: Session, scope: Scope, account: Account, case_id: int, now: datetime) -> CasePage:
    """Read a case of a person's scope with everything its page shows.

    Raises
    ------
    NotFoundError
        When it does not exist, or not for this person.
    """
    row = queries.case_of(session, scope, case_id, now)
    history = list(queries.history(session, case_id))
    allowed = moves_of(account, row)
    branches = _branches(session, account, now) if "reassign" in allowed else []
    return CasePage(
        row=row,
        history=history,
        names=_names(session, history),
        receipts=queries.receipts(session, case_id),
        clocks=clocks.of_case(session, case_id),
        photos=queries.photos(session, case_id),
        reports=queries.reports(session, case_id),
        contacts=_contacts(session, account, case_id),
        moves=frozenset(move.name for move in allowed.values()),
        own_work=_own_work(account, history),
        branches=branches,
        loads=open_loads(session, [one.member_id for branch in branches for one in branch.members]),
    )


def moves_of(account: Account, row: CaseRow) -> dict[str, Move]:
    """Give the moves that are open to a person from where the case stands."""
    role = Role(account.role)
    return {
        move.name: move
        for move in possible(row.state)
        if move.act is not None and reach_of(role, move.act) is not None
    }


def _branches(session: Session, account: Account, now: datetime) -> list[Branch]:
    return branches_of(session, scope_of(session, account, "case.assign", now).grid_ids, now)


def _contacts(session: Session, account: Account, case_id: int) -> list[contacts.Contact]:
    allowed = reach_of(Role(account.role), "contact.read") is not None
    return contacts.contacts(session, case_id) if allowed else []


def _own_work(account: Account, history: list[CaseLog]) -> bool:
    """Say whether the person did the last act themselves: somebody else must check it."""
    last = next((log for log in reversed(history) if log.move == "act"), None)
    if last is None:
        return False
    same_member = account.member_id is not None and last.detail.get("member_id") == account.member_id
    return last.account_id == account.id or same_member


# index: pk_account
def _names(session: Session, history: list[CaseLog]) -> dict[int, str]:
    ids = {log.account_id for log in history if log.account_id is not None}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
