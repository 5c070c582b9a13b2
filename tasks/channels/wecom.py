"""企业微信: a group robot's webhook takes a text of at most 2,048 bytes.

Before: `webhook`. After: the robot's answer `{"errcode": 0, "errmsg": "ok"}`; it takes 20 messages a minute.
"""

from __future__ import annotations

from gis.cases.delivery import Parcel
from tasks.channels.base import Receipt
from tasks.channels.webhook import deliver
from tasks.channels.words import text_of

MOST_BYTES = 2048
BUSY = frozenset({-1, 45009, 45033})
"""The platform is busy; too many in a minute; too many at once."""


def send(parcel: Parcel) -> Receipt:
    """Send one notice to a group."""
    message = {"msgtype": "text", "text": {"content": text_of(parcel, MOST_BYTES)}}
    return deliver(parcel.address, message, key=parcel.key, busy=BUSY)
