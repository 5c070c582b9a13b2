"""All that a case's page shows, read once: place, clocks, receipt, history, pictures, what the person may do next.

Before: `cases.queries`, `field.offered`. After: `field/case.html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import clocks, contacts, evaluate, queries
from gis.cases.agencies import agencies
from gis.cases.causes import CAUSES
from gis.cases.clock_book import Clock
from gis.cases.joint import parts
from gis.cases.loads import open_loads
from gis.cases.models import Case, CaseLog
from gis.cases.queries import CaseRow
from gis.cases.stand import round_trips
from gis.cases.states import HANDLING_WORDS, Handling, State
from gis.settings import settings
from gis.staff.models import Account, Organisation
from gis.staff.people import Branch, branches_of
from gis.staff.roles import Role, reach_of
from gis.staff.scope import Scope, scope_of
from webmap.field.forms import Form
from webmap.field.offered import Offer, offer
from webmap.field.telling import held


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
    offer: Offer
    branches: list[Branch]
    loads: dict[int, int]
    agencies: list[str]
    parts: list[Case]
    part_names: dict[int, str]
    whole: Case | None
    kept: Case | None
    now: datetime
    back: str = ""
    """Where its buttons lead back to; "" is the case's own page."""
    causes = CAUSES
    resolved = evaluate.RESOLVED
    satisfaction = evaluate.SATISFACTION

    @property
    def moves(self) -> frozenset[str]:
        """Name the moves that are open to the person."""
        return self.offer.moves

    @property
    def forms(self) -> list[Form]:
        """Give their forms."""
        return self.offer.forms

    @property
    def barred(self) -> list[str]:
        """Say why a step that would be next is not theirs, or not yet."""
        return self.offer.barred

    @property
    def handling(self) -> tuple[str, str]:
        """Say in which way it is handled."""
        return HANDLING_WORDS[Handling(self.row.case.handling)]

    @property
    def round_trips(self) -> int:
        """Count how often it went from one unit to another."""
        return round_trips(self.history)

    @property
    def hold(self) -> str:
        """Say why it is on hold, while it is."""
        last = next((log for log in reversed(self.history) if log.move == "pause"), None)
        return held(last.detail) if last is not None and self.row.state is State.PAUSED else ""

    @property
    def tomorrow(self) -> str:
        """Give the first day on which a hold can end."""
        return (self.now.astimezone(settings().time_zone) + timedelta(days=1)).date().isoformat()


def case_page(session: Session, scope: Scope, account: Account, case_id: int, now: datetime) -> CasePage:
    """Read a case of a person's scope with everything its page shows.

    Raises
    ------
    NotFoundError
        When it does not exist, or not for this person.
    """
    row = queries.case_of(session, scope, case_id, now)
    history = list(queries.history(session, case_id))
    offered = offer(session, account, row.case, history, now)
    branches = _branches(session, account, now) if offered.asks_whom else []
    own_parts = list(parts(session, case_id))
    return CasePage(
        row=row,
        history=history,
        names=_names(session, history),
        receipts=queries.receipts(session, case_id),
        clocks=clocks.of_case(session, case_id),
        photos=queries.photos(session, case_id),
        reports=queries.reports(session, case_id),
        contacts=_contacts(session, account, case_id),
        offer=offered,
        branches=branches,
        loads=open_loads(session, [one.member_id for branch in branches for one in branch.members]),
        agencies=agencies(session, now) if offered.asks_agency else [],
        parts=own_parts,
        part_names=_organisations(session, own_parts),
        whole=_other(session, row.case.parent_id),
        kept=_other(session, row.case.merged_into_id),
        now=now,
    )


# index: pk_organisation
def _organisations(session: Session, cases: list[Case]) -> dict[int, str]:
    ids = {case.organisation_id for case in cases if case.organisation_id is not None}
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {row[0]: row[1] for row in rows} if ids else {}


# index: pk_case
def _other(session: Session, case_id: int | None) -> Case | None:
    return session.get(Case, case_id) if case_id is not None else None


def _branches(session: Session, account: Account, now: datetime) -> list[Branch]:
    if reach_of(Role(account.role), "case.assign") is None:
        return []
    return branches_of(session, scope_of(session, account, "case.assign", now).grid_ids, now)


def _contacts(session: Session, account: Account, case_id: int) -> list[contacts.Contact]:
    allowed = reach_of(Role(account.role), "contact.read") is not None
    return contacts.contacts(session, case_id) if allowed else []


# index: pk_account
def _names(session: Session, history: list[CaseLog]) -> dict[int, str]:
    ids = {log.account_id for log in history if log.account_id is not None}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
