"""Fixes of a round: kept while it runs, the member's own, dropped by the member, forgotten after 90 days.

Before: a running round. After: `counting`. The member sees the own track and nobody else does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.errors import ConflictError, InputError, NotFoundError
from gis.geometry.lonlat import on_earth
from gis.patrols.models import Patrol
from gis.patrols.seen.models import PatrolTrack

KEPT_DAYS = 90
MOST_FIXES = 20_000
PARTS = 4
EARLY_OR_LATE = timedelta(minutes=10)
SLACK = timedelta(minutes=1)

# index: ix_patrol_track_forget_at
_FORGET = text("DELETE FROM patrol_track WHERE forget_at <= :now")


def add_fixes(
    session: Session, patrol: Patrol, request: str, fixes: Sequence[Sequence[float]], now: datetime
) -> bool:
    """Keep fixes of a round; the same request again changes nothing.

    Fixes from before its start or after its end are dropped. What was fixed while the round ran and comes later is
    kept, until the track is counted.

    Parameters
    ----------
    request : str
        A number of the sender's own, so that a repeat is harmless.
    fixes : sequence of (seconds since 1970, longitude, latitude, accuracy in metres)
        Degrees.

    Returns
    -------
    bool
        Whether any of them were new and within the round.

    Raises
    ------
    ConflictError
        The round was not begun, or its track is counted already: no position is kept then.
    InputError
        A fix is no fix.
    """
    if patrol.state == "planned" or patrol.track_counted_at is not None:
        raise ConflictError(
            "巡查没有进行，不保存位置。 The round is not under way; positions are kept only while it is."
        )
    if len(fixes) > MOST_FIXES:
        raise InputError(
            f"一次最多 {MOST_FIXES} 个位置。 {len(fixes)} fixes are too many at once; send at most {MOST_FIXES}."
        )
    for fix in fixes:
        _check(fix, now)
    within = _within(session, patrol, fixes)
    if not within:
        return False
    added = session.execute(
        insert(PatrolTrack)
        .values(
            patrol_id=patrol.id, request=request, fixes=within,
            received_at=now, forget_at=now + timedelta(days=KEPT_DAYS),
        )
        .on_conflict_do_nothing(index_elements=["patrol_id", "request"])
        .returning(PatrolTrack.id)
    )  # fmt: skip
    return added.first() is not None


# index: ix_patrol_event_patrol_id
_RAN = text("""
    SELECT min(at) FILTER (WHERE kind = 'start'), max(at) FILTER (WHERE kind = 'finish')
    FROM patrol_event WHERE patrol_id = :id
""")


def _within(session: Session, patrol: Patrol, fixes: Sequence[Sequence[float]]) -> list[list[float]]:
    """Give the fixes from between the start of a round and its end, as far as these are known."""
    begun, ended = session.execute(_RAN, {"id": patrol.id}).one()
    first = (begun or patrol.starts_at) - SLACK
    last = None if patrol.state != "done" else (ended or patrol.ends_at) + SLACK
    return [
        [float(part) for part in fix]
        for fix in fixes
        if fix[0] >= first.timestamp() and (last is None or fix[0] <= last.timestamp())
    ]


def _check(fix: Sequence[float], now: datetime) -> None:
    if len(fix) != PARTS or not all(isinstance(part, int | float) and np.isfinite(part) for part in fix):
        raise InputError(
            "A fix is [seconds since 1970, longitude, latitude, accuracy in metres], all numbers."
        )
    if not on_earth(fix[1], fix[2]):
        raise InputError("A fix lies nowhere on the earth; give longitude first, then latitude.")
    if fix[0] > (now + EARLY_OR_LATE).timestamp():
        raise InputError("A fix is from the future; set the device's clock right.")


def own_track(session: Session, patrol_id: int, member_id: int) -> list[list[float]]:
    """Give a member the track of one of the own rounds, in order of time.

    Raises
    ------
    NotFoundError
        It is not this member's round.
    """
    return sorted(fix for batch in _own_batches(session, patrol_id, member_id) for fix in batch.fixes)


# index: uq_patrol_track_patrol_id_request
def _own_batches(session: Session, patrol_id: int, member_id: int) -> Sequence[PatrolTrack]:
    if session.scalar(select(Patrol.member_id).where(Patrol.id == patrol_id)) != member_id:
        raise NotFoundError(
            "轨迹只给本人看。 This round is not yours; a track is shown to its own member only."
        )
    return session.scalars(select(PatrolTrack).where(PatrolTrack.patrol_id == patrol_id)).all()


def drop_track(
    session: Session, patrol_id: int, member_id: int, span: tuple[datetime, datetime] | None = None
) -> int:
    """Delete the track of one of a member's own rounds, or the fixes of a span of it; give how many fixes went."""
    batches = _own_batches(session, patrol_id, member_id)
    dropped = 0
    for batch in batches:
        left = [] if span is None else [fix for fix in batch.fixes if not _in_span(fix, span)]
        dropped += len(batch.fixes) - len(left)
        batch.fixes = left
    session.flush()
    return dropped


def _in_span(fix: Sequence[float], span: tuple[datetime, datetime]) -> bool:
    return span[0].timestamp() <= fix[0] <= span[1].timestamp()


def forget_tracks(session: Session, now: datetime) -> int:
    """Delete tracks whose 90 days are over; give their number."""
    found: Any = session.execute(_FORGET, {"now": now})
    return int(found.rowcount)
