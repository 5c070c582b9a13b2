"""Those who work while everything breaks: they accept cases and write notes, one move a transaction."""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from gis.cases import moves
from gis.cases.models import Case
from gis.cases.moves import Actor
from gis.cases.states import State
from gis.database import transaction
from gis.errors import MoveRefusedError

STEPS = {State.ASSIGNED: "accept", State.ACCEPTED: "note"}


def work(over: threading.Event, seed: int) -> None:
    """Move cases until it is over; a broken connection is an ordinary day."""
    chance = random.Random(seed)
    while not over.is_set():
        try:
            _move(chance.choice(list(STEPS)))
        except (DBAPIError, MoveRefusedError):
            time.sleep(0.5)
        time.sleep(chance.uniform(0.02, 0.1))


def _move(state: State) -> None:
    query = select(Case).where(Case.state == state, Case.closed_at.is_(None)).limit(1)
    with transaction() as session:
        case = session.scalars(query.with_for_update(skip_locked=True)).first()
        if case is not None:
            actor = Actor("grid_member", None, case.member_id)
            moves.make(session, case, STEPS[state], actor, datetime.now(UTC), reason="看过了")
