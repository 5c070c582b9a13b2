"""联办: parts of a case that others work on, each a case of its own with its owner and its clock.

Before: `cases.moves`. After: the case page. The whole stays open until every part has ended; a part is always made
after its whole (the database holds that), so no case can be a part of itself, however far around.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import by_hand, moves
from gis.cases.actor import Actor
from gis.cases.models import Case
from gis.cases.states import Handling
from gis.errors import InputError, NotFoundError
from gis.staff.models import Member, Organisation

LONGEST_WORDS = 2000
COPIED = (
    "case_type_id",
    "point",
    "radius_m",
    "place_id",
    "place_label",
    "location",
    "grid_id",
    "area_id",
)
"""What a part has from its whole: the same matter at the same place."""


@dataclass(frozen=True)
class Whom:
    """To whom a part goes: an organisation with perhaps one of its members, or an agency."""

    organisation_id: int | None = None
    member_id: int | None = None
    agency: str = ""


def split(session: Session, whole: Case, actor: Actor, now: datetime, *, words: str, whom: Whom) -> Case:
    """Make a part of a case for somebody else; the caller holds the whole's lock.

    Parameters
    ----------
    words : str
        What they are to do; it is what the part's page says, and the reason in the whole's history.

    Returns
    -------
    Case
        The part, given to them, with a clock of its own.

    Raises
    ------
    InputError
        When the words are missing or too long, or nobody is named.
    NotFoundError
        When the organisation or the member does not exist.
    MoveRefusedError
        When the whole is in nobody's hands.
    """
    words = words.strip()
    if not words or len(words) > LONGEST_WORDS:
        raise InputError("请写明请他们做什么。 Say what they are to do.", field="reason")
    names = _names(session, whom)
    part = _part(session, whole, words, now)
    given = {"part": part.number, "part_id": part.id, "to": names["member"] or names["organisation"]}
    moves.make(session, whole, "split", actor, now, reason=words, detail=given)
    told = {"channel": "split", "whole": whole.number, "case_type_id": whole.case_type_id}
    moves.make(session, part, "file", actor, now, detail=told)
    if whom.agency:
        moves.make(session, part, "transfer", actor, now, reason=words, detail={"agency": whom.agency})
        return part
    part.organisation_id, part.member_id = whom.organisation_id, whom.member_id
    moves.make(session, part, "assign", actor, now, detail=names)
    to = given["to"]
    said = (
        f"联办：由人工交给 {to}，请其：{words}",
        f"A part of a joint case, given to {to} by a person: {words}",
    )
    session.add(by_hand.given(part, actor, now, names, said))
    return part


def _names(session: Session, whom: Whom) -> dict[str, str]:
    if whom.agency:
        return {"organisation": whom.agency, "member": ""}
    organisation = session.get(Organisation, whom.organisation_id) if whom.organisation_id else None
    member = session.get(Member, whom.member_id) if whom.member_id else None
    if organisation is None or (whom.member_id and member is None):
        raise NotFoundError("请选择由谁办理。 Choose who shall take it.", field="whom")
    return by_hand.names_of(organisation, member)


def _part(session: Session, whole: Case, words: str, now: datetime) -> Case:
    """Write the part's row, before its first move."""
    part = Case(
        number=f"{whole.number}-{len(parts(session, whole.id)) + 1}",
        parent_id=whole.id,
        text=words,
        state="",
        revision=0,
        handling=Handling.OWN,
        agency="",
        reopened=0,
        reported_at=now,
        moved_at=now,
        deadline={},
        **{name: getattr(whole, name) for name in COPIED},
    )
    session.add(part)
    session.flush()
    return part


# index: ix_case_parent_id
def parts(session: Session, case_id: int) -> Sequence[Case]:
    """Give the parts of a case in the order they were made."""
    return session.scalars(select(Case).where(Case.parent_id == case_id).order_by(Case.id)).all()
