"""Handing out what the outbox holds, and carrying what is due on each channel.

Before: `gis.cases.outbox`, `gis.cases.delivery`. After: `tasks.channels`. What a worker had claimed when it died is due
again after a while; the delivery's key lets the receiver drop the repeat.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

from celery.utils.log import get_task_logger

from gis.cases import delivery, outbox
from gis.cases.delivery import Parcel
from gis.database import transaction
from tasks.app import task
from tasks.channels import CHANNELS, open_channels
from tasks.channels.base import ChannelError, PermanentError, TemporaryError

LONGEST_RUN_S = 50.0
PATIENCE = 3
"""After so many failures in a row a channel is left alone for a while: the receiver is away, not the message bad."""
AWAY = timedelta(seconds=30)
AT_ONCE = 10

log = get_task_logger(__name__)


@task("tasks.notices.send_due")
def send_due() -> int:
    """Hand out every notice that is due; give their number."""
    handed, last = 0, outbox.AT_ONCE
    while last == outbox.AT_ONCE:
        with transaction() as session:
            last = outbox.hand_out(session, datetime.now(UTC), open_channels())
        handed += last
    return handed


@task("tasks.notices.carry")
def carry(channel: str) -> int:
    """Send what is due on one channel, for less than a minute; give the number that it took."""
    end, taken = monotonic() + LONGEST_RUN_S, 0
    while monotonic() < end:
        with transaction() as session:
            parcels = delivery.claim(session, channel, datetime.now(UTC), AT_ONCE)
        done, away = _carry(parcels)
        taken += done
        if away or len(parcels) < AT_ONCE:
            break
    return taken


def _carry(parcels: list[Parcel]) -> tuple[int, bool]:
    """Send some parcels; give the number taken, and whether the receiver seems to be away."""
    taken = in_a_row = 0
    for parcel in parcels:
        if in_a_row >= PATIENCE:
            with transaction() as session:
                delivery.put_back(session, parcel, datetime.now(UTC) + AWAY)
        elif _send(parcel):
            taken, in_a_row = taken + 1, 0
        else:
            in_a_row += 1
    return taken, in_a_row >= PATIENCE


def _send(parcel: Parcel) -> bool:
    """Send one parcel and write down how it went; the log names its row, never whom it is for."""
    try:
        receipt = CHANNELS[parcel.channel].send(parcel)
    except ChannelError as fault:
        log.warning("delivery %s by %s: %s", parcel.delivery_id, parcel.channel, fault.message)
        with transaction() as session:
            delivery.failed(
                session,
                parcel,
                datetime.now(UTC),
                fault.message,
                for_good=isinstance(fault, PermanentError),
                asked_s=fault.asked_s if isinstance(fault, TemporaryError) else 0,
            )
        return isinstance(fault, PermanentError)  # the receiver is there, it only refuses this one
    with transaction() as session:
        delivery.delivered(session, parcel, datetime.now(UTC), receipt.reference)
    return True
