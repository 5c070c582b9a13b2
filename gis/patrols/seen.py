"""From a round's fixes to what was seen, and forgetting them.

Before: a running round (fixes come only while it runs), `tracks`. After: `patrols.blind_spots`. The member sees the own
track and nobody else does; what others see is streets, without a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.errors import ConflictError, InputError, NotFoundError
from gis.geometry.lonlat import on_earth
from gis.patrols.models import Patrol
from gis.patrols.network.network import Network
from gis.patrols.network.stored import begins_at, network_of
from gis.patrols.seen_models import PatrolTrack, SectionSeen
from gis.patrols.tracks.matching import match

KEPT_DAYS = 90
MOST_FIXES = 20_000
PARTS = 4
EARLY_OR_LATE = timedelta(minutes=10)

# index: ix_patrol_track_forget_at
_FORGET = text("DELETE FROM patrol_track WHERE forget_at <= :now")


def add_fixes(
    session: Session, patrol: Patrol, request: str, fixes: Sequence[Sequence[float]], now: datetime
) -> bool:
    """Keep fixes of a running round; the same request again changes nothing.

    Parameters
    ----------
    request : str
        A number of the sender's own, so that a repeat is harmless.
    fixes : sequence of (seconds since 1970, longitude, latitude, accuracy in metres)
        Degrees.

    Returns
    -------
    bool
        Whether they were new.

    Raises
    ------
    ConflictError
        The round is not running: no position is kept then.
    InputError
        A fix is no fix.
    """
    if patrol.state != "running":
        raise ConflictError("The round is not running; positions are kept only while it is.")
    if len(fixes) > MOST_FIXES:
        raise InputError(f"{len(fixes)} fixes are too many at once; send at most {MOST_FIXES}.")
    for fix in fixes:
        _check(fix, now)
    added = session.execute(
        insert(PatrolTrack)
        .values(
            patrol_id=patrol.id, request=request, fixes=[list(map(float, fix)) for fix in fixes],
            received_at=now, forget_at=now + timedelta(days=KEPT_DAYS),
        )
        .on_conflict_do_nothing(index_elements=["patrol_id", "request"])
        .returning(PatrolTrack.id)
    )  # fmt: skip
    return added.first() is not None


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
    # index: uq_patrol_track_patrol_id_request
    if session.scalar(select(Patrol.member_id).where(Patrol.id == patrol_id)) != member_id:
        raise NotFoundError("This round is not yours; a track is shown to its own member only.")
    batches = session.scalars(select(PatrolTrack.fixes).where(PatrolTrack.patrol_id == patrol_id))
    return sorted(fix for batch in batches for fix in batch)


def drop_track(session: Session, patrol_id: int, member_id: int) -> None:
    """Delete the track of one of a member's own rounds before its date."""
    own_track(session, patrol_id, member_id)
    session.execute(delete(PatrolTrack).where(PatrolTrack.patrol_id == patrol_id))


def write_seen(session: Session, patrol: Patrol, grid_ids: Sequence[int], now: datetime) -> int:
    """Match a round's track to the streets and write what was seen; give the number of stretches.

    To be called once, when the round is done; the hour is kept, not the minute, and no person.
    """
    track = np.array(own_track(session, patrol.id, patrol.member_id)).reshape(-1, PARTS)
    if not len(track):
        return 0
    rows = seen_rows(network_of(session, grid_ids, now), track)
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
