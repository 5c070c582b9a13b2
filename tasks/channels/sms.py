"""SMS: one JSON webhook that a town's gateway (or a small bridge to it) takes.

Before: `webhook`, the settings WANGGE_SMS_URL and WANGGE_SMS_SECRET. After: the gateway. It gets `{"to", "text",
"key"}`, the key again as `Idempotency-Key`, and answers with JSON: `{"code": 0, "id": "…"}` when it took the message,
code -1 or 429 when it takes it later, any other code when it never will.
With a secret every request carries `X-Wangge-Signature: t=<seconds>,v1=<HMAC-SHA256(secret, "<seconds>.<body>")>`.
"""

from __future__ import annotations

import hashlib
import hmac
import time

from gis.cases.delivery import Parcel
from gis.settings import settings
from tasks.channels.base import PermanentError, Receipt
from tasks.channels.webhook import deliver_bytes, encode
from tasks.channels.words import text_of

MOST_BYTES = 900
"""About 300 Chinese characters: five parts of a long message."""
BUSY = frozenset({-1, 429})


def set_up() -> bool:
    """Say whether this town has a gateway."""
    return bool(settings().sms_url)


def send(parcel: Parcel) -> Receipt:
    """Send one notice to one telephone."""
    if not parcel.address:
        raise PermanentError("电话已到期删除。 The number was deleted on its date.")
    number = "".join(sign for sign in parcel.address if sign in "+0123456789")
    body = encode({"to": number, "text": text_of(parcel, MOST_BYTES), "key": parcel.key})
    headers = _signature(body, round(time.time()))
    return deliver_bytes(settings().sms_url, body, key=parcel.key, busy=BUSY, headers=headers)


def _signature(body: bytes, at_s: int) -> dict[str, str]:
    secret = settings().sms_secret
    if not secret:
        return {}
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Wangge-Signature": f"t={at_s},v1={digest}"}
