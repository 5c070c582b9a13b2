"""What a household wishes: hours in which it lets people in, or no visits; written down with the resident, until a day.

Before: `rounds.models`. After: `due` keeps to it. The newest wish holds; an older one stays as it was.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.errors import InputError, NotFoundError
from gis.patrols.rounds.models import HouseholdWish
from gis.places.models import Household
from gis.staff.scope import Scope

LONGEST = timedelta(days=2 * 366)


def wish(
    session: Session, scope: Scope, household_id: int, account_id: int, now: datetime, *,
    no_visits: bool, hours: tuple[str, str] | None, purpose: str, ends: datetime,
) -> None:  # fmt: skip
    """Write a household's wish down.

    Raises
    ------
    NotFoundError
        When the household is not in the person's grids.
    InputError
        When the purpose is missing, the hours are none, or the last day is not within two years.
    """
    # index: pk_household
    query = select(Household.id).where(Household.id == household_id, scope.over_grid(Household.grid_id))
    if session.scalar(query) is None:
        raise NotFoundError("没有这一户，或不在您的网格。 There is no such household in your grids.")
    if not purpose.strip():
        raise InputError("请写明为什么记。 Say what it is for.", field="purpose")
    if not now < ends <= now + LONGEST:
        raise InputError("请选两年以内的终止日期。 Choose a last day within two years.", field="ends")
    kept = [] if hours is None else [_checked(hours)]
    session.add(
        HouseholdWish(
            household_id=household_id, no_visits=no_visits, hours=kept, purpose=purpose.strip(),
            account_id=account_id, at=now, forget_at=ends,
        )
    )  # fmt: skip


def _checked(hours: tuple[str, str]) -> dict[str, str]:
    try:
        first, last = (time.fromisoformat(one) for one in hours)
    except ValueError:
        first, last = time(1), time(0)
    if first >= last:
        raise InputError("约定的时间应有先后。 The hours must begin before they end.", field="from")
    return {"from": f"{first:%H:%M}", "to": f"{last:%H:%M}"}
