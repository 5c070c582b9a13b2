"""From a round's fixes to what was seen, and forgetting them.

Before: a running round (fixes come only while it runs), `tracks`. After: `patrols.blind`. The member sees the own
track and nobody else does; what others see is streets, without a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.errors import ConflictError, InputError, NotFoundError
from gis.geometry.lonlat import on_earth
from gis.patrols.models import Patrol
from gis.patrols.network.network import Network
from gis.patrols.network.stored import begins_at, network_of
from gis.patrols.seen_models import PatrolTrack, SectionSeen
from gis.patrols.tracks.matching import match
from gis.staff.models import Posting

KEPT_DAYS = 90
MOST_FIXES = 20_000
PARTS = 4
EARLY_OR_LATE = timedelta(minutes=10)
SLACK = timedelta(minutes=1)
COUNTED_AFTER = timedelta(hours=12)
"""A finished round's track counts by itself so long after the round's end; until then it is its member's alone."""

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


def count_track(session: Session, patrol: Patrol, now: datetime) -> int:
    """Match the track of a finished round to the streets, once, and write what was seen; give the stretches.

    The hour is kept, not the minute, and no person. The caller holds the round's lock.

    Raises
    ------
    ConflictError
        The round is not finished.
    """
    if patrol.state != "done":
        raise ConflictError("巡查还没有结束。 The round is not finished yet.")
    if patrol.track_counted_at is not None:
        return 0
    patrol.track_counted_at = now
    return write_seen(session, patrol, _grids_of(session, patrol), now)


def _grids_of(session: Session, patrol: Patrol) -> list[int]:
    """Give the grids that a round went through: its own, and those of its member at the time."""
    # index: ex_posting_valid
    mine = select(Posting.grid_id).where(
        Posting.member_id == patrol.member_id, Posting.valid.contains(patrol.starts_at)
    )
    return sorted({patrol.grid_id, *(found for found in session.scalars(mine) if found is not None)})


# index: ix_patrol_uncounted
def uncounted(session: Session, now: datetime, limit: int) -> list[int]:
    """Give finished rounds whose track is to be counted now, oldest first; what another worker holds is left out."""
    query = (
        select(Patrol.id)
        .where(
            Patrol.state == "done", Patrol.track_counted_at.is_(None), Patrol.ends_at <= now - COUNTED_AFTER
        )
        .order_by(Patrol.ends_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def write_seen(session: Session, patrol: Patrol, grid_ids: Sequence[int], now: datetime) -> int:
    """Match a round's track to the streets of some grids and write what was seen; give the number of stretches."""
    track = np.array(own_track(session, patrol.id, patrol.member_id)).reshape(-1, PARTS)
    if not len(track):
        return 0
    try:
        network = network_of(session, grid_ids, now)
    except NotFoundError:  # no road is loaded there: nothing can be said of streets
        return 0
    rows = seen_rows(network, track)
    if rows:
        session.execute(insert(SectionSeen), rows)
    return len(rows)


def seen_rows(network: Network, track: Any) -> list[dict[str, Any]]:
    """Match fixes (seconds, longitude, latitude, accuracy) and give stretches of roads, metres along each road."""
    found = match(network, track[:, 0], network.in_plane(track[:, 1], track[:, 2]), track[:, 3])
    begin = begins_at(network)
    return [
        {
            "road_id": int(network.codes[section]),
            "seen_at": datetime.fromtimestamp(at - at % 3600, UTC),
            "from_m": float(begin[section] + start),
            "to_m": float(begin[section] + end),
        }
        for section, start, end, at in zip(
            found.section.tolist(),
            found.from_m.tolist(),
            found.to_m.tolist(),
            found.at_s.tolist(),
            strict=True,
        )
        if end > start
    ]


def forget_tracks(session: Session, now: datetime) -> int:
    """Delete tracks whose 90 days are over; give their number."""
    found: Any = session.execute(_FORGET, {"now": now})
    return int(found.rowcount)
