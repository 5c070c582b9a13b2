"""From a round's fixes to what was seen: once, when the round is over, without the person.

Before: `fixes`, `tracks`. After: `blind`. What others see is streets, without a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.errors import ConflictError, NotFoundError
from gis.patrols.models import Patrol
from gis.patrols.network.network import Network
from gis.patrols.network.stored import begins_at, network_of
from gis.patrols.seen.fixes import PARTS, own_track
from gis.patrols.seen.models import SectionSeen
from gis.patrols.tracks.matching import match
from gis.staff.models import Posting

COUNTED_AFTER = timedelta(hours=12)
"""A finished round's track counts by itself so long after the round's end; until then it is its member's alone."""


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
