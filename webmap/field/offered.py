"""Which moves a person can make on a case right now: the table, the role, and the guards asked beforehand.

Before: `cases.states`, `cases.guards`, `staff.roles`. After: the case page shows exactly these forms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases.actor import Actor
from gis.cases.guards import Facts, guard
from gis.cases.models import Case, CaseLog
from gis.cases.states import Move, State, possible
from gis.errors import InputError, MoveRefusedError
from gis.staff.models import Account
from gis.staff.roles import Role, reach_of
from webmap.field.forms import ELSEWHERE, FORMS, Form

SAID_WHY: dict[str, Callable[[Case], bool]] = {
    "act": lambda case: True,
    "check_pass": lambda case: True,
    "approve_extension": lambda case: case.extension_asked_at is not None,
    "settle": lambda case: case.bad_mark_at is not None,
}
"""Moves whose refusal is said on the page, and when: whoever looks for the button reads why it is not there."""
WHOM = frozenset({"whom", "whom_or_agency"})
AGENCY = frozenset({"agency", "whom_or_agency", "toward"})


@dataclass(frozen=True)
class Offer:
    """What a person can do, and why they cannot do what would be next."""

    moves: frozenset[str]
    barred: list[str]

    @property
    def forms(self) -> list[Form]:
        """Give the forms in the order of their table."""
        return [form for form in FORMS.values() if form.move in self.moves]

    @property
    def asks_whom(self) -> bool:
        """Say whether a form needs the list of branches."""
        return any(WHOM & set(form.fields) for form in self.forms)

    @property
    def asks_agency(self) -> bool:
        """Say whether a form needs the list of agencies."""
        return any(AGENCY & set(form.fields) for form in self.forms)


def offer(session: Session, account: Account, case: Case, history: Sequence[CaseLog], now: datetime) -> Offer:
    """Ask for every move of the table whether this person could make it now."""
    facts = Facts(session, case, Actor(account.role, account.id, account.member_id), now, {})
    facts.__dict__["logs"] = list(history)  # read already
    moves, barred = set(), []
    for move in possible(State(case.state)):
        if not _may(account, move):
            continue
        why = refusal(move, facts)
        if not why:
            moves.add(move.name)
        elif move.name in SAID_WHY and SAID_WHY[move.name](case):
            barred.append(why)
    return Offer(frozenset(moves), barred)


def _may(account: Account, move: Move) -> bool:
    known = move.name in FORMS or move.name in ELSEWHERE
    return known and move.act is not None and reach_of(Role(account.role), move.act) is not None


def refusal(move: Move, facts: Facts) -> str:
    """Say why a move would be refused; "" when it would not, or only for want of what its form asks."""
    try:
        guard(move.name, facts)
    except MoveRefusedError as fault:
        return fault.message
    except InputError:
        return ""
    return ""
