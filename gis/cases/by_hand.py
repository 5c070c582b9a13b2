"""An assignment that a person gave out, not the program: its receipt says so in one sentence of each language.

Before: `cases.assign`, `cases.joint` and `cases.undo` have made the move. After: the case page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gis.cases.actor import Actor
from gis.cases.models import Assignment, Case
from gis.staff.models import Member, Organisation
from gis.staff.queries import AnsweredBy


def names_of(organisation: Organisation, member: Member | None) -> dict[str, str]:
    """Say who has a case now, as moves and receipts tell it; no member is an empty name."""
    return {"organisation": organisation.name, "member": member.name if member else ""}


def given(
    case: Case, actor: Actor, now: datetime, names: Mapping[str, str], said: tuple[str, str], **more: Any
) -> Assignment:
    """Make the assignment of a case to its owner of now, by a person's word.

    Parameters
    ----------
    names : mapping
        The names of `organisation` and `member`, as `names_of` gives them.
    said : tuple of str
        The sentence in Chinese and in English.
    **more
        What else the receipt keeps: the `reason`, what the `program` would have chosen.
    """
    receipt: dict[str, Any] = {
        "answered_by": AnsweredBy.MEMBER if names["member"] else AnsweredBy.BRANCH,
        "by_hand": True,
        "organisation": names["organisation"],
        "program": None,
        "rule": None,
        "factors": [],
        "sentence": said[0],
        "sentence_en": said[1],
        **more,
    }
    return Assignment(
        case_id=case.id,
        at=now,
        grid_id=case.grid_id,
        organisation_id=case.organisation_id,
        member_id=case.member_id,
        account_id=actor.account_id,
        receipt=receipt,
    )
