"""Adding one's voice to a case that is there already: a further report of it, with a link of its own.

Before: `cases.likeness` showed the case to somebody who was about to report it again. After: the tracking page of the
new link. No case is made, nothing is assigned anew; the case's notices reach this reporter too.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.intake import IDENTITY_DIGITS, NewReport, check, clean, pinned
from gis.cases.kept import kept_id
from gis.cases.models import Case, Report
from gis.errors import NotFoundError
from gis.places.address.masking import mask
from gis.places.privacy import seal
from gis.settings import settings


# indexes: uq_report_client_request_id, uq_case_number
def join(session: Session, new: NewReport, number: str, now: datetime) -> str:
    """Add a report to the open case of a number, or to the one that answers for it; the caller commits.

    Returns
    -------
    str
        The token of the report's own link. The same request number gives the same report again.

    Raises
    ------
    NotFoundError
        When there is no such open case; reporting by itself is still possible.
    InputError
        When the report cannot be one (`intake.check`).
    """
    check(new)
    known = session.scalar(
        select(Report.tracking_token).where(Report.client_request_id == new.client_request_id)
    )
    if known is not None:
        return str(known)
    found = session.scalars(select(Case).where(Case.number == number)).first()
    kept = session.get(Case, kept_id(session, found.id), with_for_update={"read": True}) if found else None
    if kept is None or kept.closed_at is not None or kept.parent_id is not None:
        raise NotFoundError(
            "那一件已经办结或不存在，请直接提交您的诉求。 That case is done or does not exist; report it by itself."
        )
    row = _row(new, kept.id, now)
    session.add(row)
    session.flush()
    return row.tracking_token


def _row(new: NewReport, case_id: int, now: datetime) -> Report:
    words = mask(clean(new.text))
    contact = new.contact or next((one for one in words.numbers if len(one) < IDENTITY_DIGITS), "")
    return Report(
        client_request_id=new.client_request_id,
        tracking_token=secrets.token_urlsafe(16),
        case_id=case_id,
        channel=new.channel,
        text=words.text,
        pin=pinned(new.pin).get("pin") if new.pin is not None else None,
        contact_sealed=seal(contact) if contact else None,
        language=new.language,
        reported_at=now,
        forget_at=now + timedelta(days=settings().report_keep_days),
    )
