"""Personal data past its end date is forgotten.

Before: the timetable. After: `gis.cases.outbox`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from celery.utils.log import get_task_logger

from gis.cases.outbox import forget_contacts
from gis.database import transaction
from tasks.app import task

log = get_task_logger(__name__)


@task("tasks.privacy.forget")
def forget() -> int:
    """Erase telephones whose end date has come; give their number."""
    with transaction() as session:
        erased = forget_contacts(session, datetime.now(UTC))
    log.info("forgot %s telephones", erased)
    return erased
