r"""钉钉: a group robot's webhook takes a signed text.

Before: `webhook`. After: the robot's answer `{"errcode": 0}`. The signature is base64(HMAC-SHA256(secret,
"<milliseconds>\n<secret>")), made anew for every attempt since it holds for an hour.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import quote_plus

from gis.cases.delivery import Parcel
from tasks.channels.base import Receipt
from tasks.channels.webhook import deliver
from tasks.channels.words import text_of

MOST_BYTES = 15_000
BUSY = frozenset({-1, 130101, 410100, 660026})
"""The platform is busy; too many in a minute (20)."""


def send(parcel: Parcel) -> Receipt:
    """Send one notice to a group."""
    message = {"msgtype": "text", "text": {"content": text_of(parcel, MOST_BYTES)}}
    url = (
        signed(parcel.address, parcel.secret, round(time.time() * 1000)) if parcel.secret else parcel.address
    )
    return deliver(url, message, key=parcel.key, busy=BUSY)


def signed(url: str, secret: str, at_ms: int) -> str:
    """Add time and signature to a robot's address."""
    digest = hmac.new(secret.encode(), f"{at_ms}\n{secret}".encode(), hashlib.sha256).digest()
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}timestamp={at_ms}&sign={quote_plus(base64.b64encode(digest))}"
