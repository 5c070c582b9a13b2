"""A deliberately lossy outbox: it marks notices as handed out before it makes their deliveries, and forgets some."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases import outbox

_whole = outbox.hand_out


def forgetful(session: Session, now: datetime, channels: Collection[str]) -> int:
    """Forget one notice of three before the rest is handed out."""
    session.execute(
        text("UPDATE notice SET sent_at = :now WHERE sent_at IS NULL AND id % 3 = 0"), {"now": now}
    )
    return _whole(session, now, channels)
