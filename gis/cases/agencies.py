"""The agencies a case can be handed to: those the categories name, and those with an account.

Before: `cases.models`, `staff.models`. After: the case page offers them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from gis.cases.models import CaseType
from gis.staff.models import Account


# both tables are small: a few hundred categories and accounts, read whole
def agencies(session: Session, at: datetime) -> list[str]:
    """Give their names in order."""
    named = select(CaseType.agency).where(CaseType.agency != "", CaseType.valid.contains(at))
    signed = select(Account.agency).where(Account.agency != "", Account.active)
    return sorted(session.scalars(union(named, signed)))
