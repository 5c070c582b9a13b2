"""Handing over at leave, from its page or from a tablet, perhaps hours after it was pressed: one act.

Before: `field.leave`; `field.taking` reads the tablet's action. After: `cases.hand_over`, which does all of it or
nothing; what is refused of a tablet's becomes a card with what was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from gis.cases import hand_over as handing
from gis.cases.actor import Actor
from gis.cases.leave import Leave
from gis.errors import ForbiddenError
from gis.settings import settings
from gis.staff.models import Account
from gis.staff.roles import Role, reach_of
from gis.staff.scope import Scope

ACT = "case.hand_over"
MOST_CASES = 100

RowId = Annotated[int, Field(ge=1, lt=2**63)]
Revision = Annotated[int, Field(ge=0, lt=2**31)]


class HandOverBody(BaseModel):
    """Days, colleague, cases with the revision the tablet showed, and what the colleague should know."""

    model_config = ConfigDict(extra="forbid")

    first: date
    last: date
    colleague: RowId
    cases: Annotated[list[tuple[RowId, Revision]], Field(max_length=MOST_CASES)]
    words: Annotated[str, Field(max_length=300)] = ""


def hand_over(session: Session, mine: Scope, account: Account, body: HandOverBody, now: datetime) -> None:
    """Hand over; raises what `cases.hand_over.hand_over` raises."""
    if account.member_id is None or reach_of(Role(account.role), ACT) is None:
        raise ForbiddenError("您的岗位不能做这一步。 Your role may not do this.")
    away = Leave(account.member_id, body.first, body.last, body.colleague)
    actor = Actor(account.role, account.id, account.member_id)
    give(session, mine, away, body.cases, body.words.strip(), actor=actor, now=now)


def give(
    session: Session,
    mine: Scope,
    away: Leave,
    marks: Sequence[tuple[int, int]],
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Hand over, with the reason that each case's history gives; say whether the branch was asked for the leave."""
    reason = _("请假交接（%(days)s）", days=away.days) + (f" {note}" if note else "")
    return handing.hand_over(
        session, mine, away, marks, now, actor=actor, zone=settings().time_zone, reason=reason, note=note
    )
