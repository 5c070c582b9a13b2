"""Sending what the outbox holds.

Before: `gis.cases.outbox`. After: `tasks.channels`. A notice is marked in the transaction that held it: a worker that
dies in between sends again, and the notice's key lets the receiver drop the repeat.
"""

from __future__ import annotations

from datetime import UTC, datetime

from celery.utils.log import get_task_logger

from gis.cases import outbox
from gis.database import transaction
from tasks.app import task
from tasks.channels import CHANNELS
from tasks.channels.base import ChannelError

log = get_task_logger(__name__)


@task("tasks.notices.send_due")
def send_due() -> int:
    """Send every notice that is due; give the number that channels took."""
    now = datetime.now(UTC)
    taken = 0
    with transaction() as session:
        for notice in outbox.take_due(session, now):
            try:
                CHANNELS[notice.channel](notice)
            except ChannelError as fault:
                outbox.failed(notice, now, str(fault))
                log.warning("notice %s was not taken: %s", notice.id, fault)
            else:
                outbox.sent(notice, now)
                taken += 1
    return taken
