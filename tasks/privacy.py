"""Personal data past its end date is forgotten, and what tablets left half sent.

Before: the timetable. After: `gis.cases.outbox`, `gis.admission.facts`, `gis.cases.device_book`, `gis.cases.uploads`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from celery.utils.log import get_task_logger

from gis.admission import facts
from gis.cases import device_book, uploads
from gis.cases.outbox import forget_contacts
from gis.database import transaction
from gis.patrols.seen.fixes import forget_tracks
from tasks.app import task

log = get_task_logger(__name__)


@task("tasks.privacy.forget")
def forget() -> int:
    """Erase telephones, answers and tracks whose end date has come; give the number of telephones."""
    with transaction() as session:
        erased = forget_contacts(session, datetime.now(UTC))
        answers = facts.forget(session, datetime.now(UTC))
        tracks = forget_tracks(session, datetime.now(UTC))
        device_book.forget(session, datetime.now(UTC))
        pieces = uploads.sweep(session, datetime.now(UTC))
    for path in pieces:
        path.unlink(missing_ok=True)
    log.info("forgot %s telephones, %s answers, %s tracks", erased, answers, tracks)
    return erased
