"""A reporter's telephone on the way to a screen: masked, and shown whole only to somebody who says why.

Before: `cases.intake` sealed it. After: the case page. Every showing is written down; the rows are only ever added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.models import ContactAccess, Report
from gis.errors import InputError, NotFoundError
from gis.places.privacy import unseal
from gis.staff.models import Account

PURPOSES = {
    "place": ("核对位置", "to ask where it is"),
    "visit": ("约定上门时间", "to agree on a time"),
    "result": ("告知办理结果", "to tell the result"),
}
"""Why a telephone may be read; nothing else counts as a reason."""
SHOWN_END = 4
SHOWN_START = 3
SHORTEST_WITH_START = 10


@dataclass(frozen=True)
class Contact:
    """One reporter's telephone as a page may show it."""

    report_id: int
    masked: str


def mask(number: str) -> str:
    """Hide the middle of a telephone number: 138****1234; short numbers keep only their last two digits."""
    digits = "".join(sign for sign in number if sign.isdigit())
    if len(digits) < SHORTEST_WITH_START:
        return "*" * max(len(digits) - 2, 1) + digits[-2:]
    return digits[:SHOWN_START] + "*" * (len(digits) - SHOWN_START - SHOWN_END) + digits[-SHOWN_END:]


# index: ix_report_case_id
def contacts(session: Session, case_id: int) -> list[Contact]:
    """Give the masked telephones of a case that the caller has found in their scope."""
    query = select(Report).where(Report.case_id == case_id, Report.contact_sealed.is_not(None))
    rows = session.scalars(query.order_by(Report.id))
    return [Contact(row.id, mask(unseal(row.contact_sealed))) for row in rows if row.contact_sealed]


def show(
    session: Session, case_id: int, report_id: int, *, account: Account, purpose: str, now: datetime
) -> str:
    """Open one telephone of a case that the caller has found in their scope, and write down who read it and why.

    Raises
    ------
    InputError
        When no purpose of the table is given.
    NotFoundError
        When the case has no such report, or its telephone was forgotten already.
    """
    if purpose not in PURPOSES:
        raise InputError(
            "请先选择查看电话的目的。 Choose first what you need the number for.", field="purpose"
        )
    report = session.get(Report, report_id)
    if report is None or report.case_id != case_id or report.contact_sealed is None:
        raise NotFoundError("没有留电话，或已过保存期删除。 There is no number, or it has been deleted.")
    session.add(
        ContactAccess(report_id=report.id, at=now, account=account.name, role=account.role, purpose=purpose)
    )
    return unseal(report.contact_sealed)


# index: ix_contact_access_report_id
def readings(session: Session, report_id: int) -> Sequence[ContactAccess]:
    """Give every showing of a report's telephone, the newest first: what its reporter is shown."""
    query = select(ContactAccess).where(ContactAccess.report_id == report_id)
    return session.scalars(query.order_by(ContactAccess.at.desc())).all()


def forget(session: Session, report: Report) -> None:
    """Delete a reporter's telephone before its date, because they say so; who read it until now stays written down."""
    report.contact_sealed = None
    session.flush()
