"""Where a case stands, as its moves tell: one pure step from move to move, for making moves and for replaying them.

Before: `cases.states`. After: `cases.moves` writes the outcome of one step on the case; `retrace` walks a whole history
and must come to the same. Nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from gis.cases.states import ENDED, MOVES, Handling, State, after
from gis.errors import MoveRefusedError

if TYPE_CHECKING:
    from gis.cases.models import CaseLog

BAD_MARKS = frozenset({1, 2})
"""非常不满意, 不满意."""


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


Told: TypeAlias = "Decided | CaseLog"


@dataclass(frozen=True)
class Owner:
    """Who has a case: an organisation (perhaps with one of its members), else an agency, else nobody.

    While an organisation has it, an agency named beside it is only concerned with it: there are never two owners.
    """

    organisation_id: int | None = None
    member_id: int | None = None
    agency: str = ""

    @property
    def by_agency(self) -> bool:
        """Say whether an agency has it."""
        return self.organisation_id is None and self.member_id is None and bool(self.agency)

    @property
    def somebody(self) -> bool:
        """Say whether anybody has it."""
        return self.organisation_id is not None or self.member_id is not None or self.by_agency

    @property
    def unit(self) -> str:
        """Name the unit, for counting how often a case went from one to another."""
        if self.by_agency:
            return f"agency {self.agency}"
        return f"organisation {self.organisation_id}" if self.somebody else ""

    @property
    def told(self) -> dict[str, Any]:
        """Give it as the log keeps it."""
        return {
            "owner": {
                "organisation_id": self.organisation_id,
                "member_id": self.member_id,
                "agency": self.agency,
            }
        }


NOBODY = Owner()


def owner_in(detail: Mapping[str, Any]) -> Owner | None:
    """Read the owner that a row of the log names; None when it names none."""
    told = detail.get("owner")
    return Owner(**told) if told is not None else None


@dataclass(frozen=True)
class Stand:
    """What the moves of a case decide about it; each field is a column of the case."""

    state: str = ""
    revision: int = 0
    case_type_id: int | None = None
    moved_at: datetime | None = None
    closed_at: datetime | None = None
    organisation_id: int | None = None
    member_id: int | None = None
    agency: str = ""
    handling: str = Handling.OWN
    merged_into_id: int | None = None
    paused_until: datetime | None = None
    extension_asked_at: datetime | None = None
    appealed_at: datetime | None = None
    bad_mark_at: datetime | None = None
    called_back_at: datetime | None = None
    reopened: int = 0

    @property
    def owner(self) -> Owner:
        """Say who has it."""
        return Owner(self.organisation_id, self.member_id, self.agency)

    @classmethod
    def of(cls, case: object) -> Stand:
        """Read it off a case."""
        return cls(**{field.name: getattr(case, field.name) for field in fields(cls)})

    def write(self, case: object) -> None:
        """Set it on a case."""
        for field in fields(self):
            setattr(case, field.name, getattr(self, field.name))


def then(stand: Stand, told: Told) -> Stand:
    """Give where a case stands after one more move.

    A move that leads out of 在办 ends a request for more time that nobody has answered; one that leads out of 挂账 ends
    the hold.
    """
    ended = told.to_state in ENDED
    moved = replace(
        stand,
        state=told.to_state,
        revision=told.seq,
        moved_at=told.at,
        closed_at=(stand.closed_at if told.to_state == stand.state else told.at) if ended else None,
        extension_asked_at=stand.extension_asked_at if told.to_state == stand.state else None,
        paused_until=stand.paused_until if told.to_state == State.PAUSED else None,
    )
    owner = owner_in(told.detail)
    if owner is not None:
        moved = replace(moved, **vars(owner))
    if "case_type_id" in told.detail:
        moved = replace(moved, case_type_id=told.detail["case_type_id"])
    if "handling" in told.detail:
        moved = replace(moved, handling=told.detail["handling"])
    effect = _EFFECTS.get(told.move)
    return effect(moved, told) if effect else moved


def bad(detail: Mapping[str, Any]) -> bool:
    """Say whether what a resident said of a closed case is a bad mark: not resolved, or not satisfied."""
    return detail.get("resolved") == "no" or detail.get("satisfaction") in BAD_MARKS


def _instant(told: Told, name: str) -> datetime | None:
    value = told.detail.get(name)
    return datetime.fromisoformat(value) if value else None


def _marked(stand: Stand, told: Told) -> Stand:
    """Keep the first bad mark that is still to be answered for."""
    at = stand.bad_mark_at or told.at
    return replace(stand, called_back_at=told.at, bad_mark_at=at if bad(told.detail) else stand.bad_mark_at)


_EFFECTS: dict[str, Callable[[Stand, Told], Stand]] = {
    "ask_extension": lambda stand, told: replace(stand, extension_asked_at=told.at),
    "approve_extension": lambda stand, told: replace(stand, extension_asked_at=None),
    "deny_extension": lambda stand, told: replace(stand, extension_asked_at=None),
    "withdraw": lambda stand, told: replace(stand, extension_asked_at=_instant(told, "extension_asked_at")),
    "pause": lambda stand, told: replace(stand, paused_until=_instant(told, "until")),
    "call_back": _marked,
    "rate": _marked,
    "reopen": lambda stand, told: replace(stand, reopened=stand.reopened + 1, called_back_at=None),
    "complain": lambda stand, told: replace(stand, bad_mark_at=stand.bad_mark_at or told.at),
    "settle": lambda stand, told: replace(stand, bad_mark_at=None),
    # closed again with a correction and a reply, or not at all: see cases.guards
    "check_pass": lambda stand, told: replace(stand, bad_mark_at=None),
    "appeal": lambda stand, told: replace(stand, appealed_at=told.at),
    "uphold_appeal": lambda stand, told: replace(stand, appealed_at=None),
    "reject_appeal": lambda stand, told: replace(stand, appealed_at=None),
    "merge": lambda stand, told: replace(stand, merged_into_id=told.detail.get("into_id")),
    "unmerge": lambda stand, told: replace(stand, merged_into_id=None),
}


def retrace(logs: Iterable[Told]) -> Stand:
    """Walk a case's log from its first row and give where it ends.

    Histories from before the owner and the category were told in the log end without them.

    Raises
    ------
    MoveRefusedError
        When a row does not follow from the one before, or leads back to another state than the one it came from.
    """
    stand = Stand()
    before: dict[str, str] = {}
    for log in sorted(logs, key=lambda row: row.seq):
        _follows(stand, log, before)
        before[log.move] = log.from_state
        stand = then(stand, log)
    if not stand.state:
        raise MoveRefusedError("A case without a history.")
    return stand


def _follows(stand: Stand, log: Told, before: Mapping[str, str]) -> None:
    state = State(stand.state) if stand.state else None
    fits = log.from_state == stand.state and log.seq == stand.revision + 1
    fits = fits and after(log.move, state, State(log.to_state)) == log.to_state
    back = MOVES[log.move].back
    if not fits or (back and before.get(back) != log.to_state):
        raise MoveRefusedError(f"The history breaks at row {log.seq}.", seq=log.seq)


def round_trips(logs: Iterable[Told]) -> int:
    """Count how often a case went from one unit to another (往返次数), the queue between two of them left out."""
    units = [owner.unit for log in logs if (owner := owner_in(log.detail)) is not None and owner.unit]
    return sum(one != other for one, other in pairwise(units))
