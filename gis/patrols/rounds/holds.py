"""What rounds of a day have: a door, a case or a section is one round's until that round is over.

Before: `rounds.models`. After: `rounds` leaves out what others have, and takes what its plan goes to. The database
keeps two rounds of a day from having one place, also where they are planned at the same moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.patrols.rounds.models import PatrolHold


def wait_for(session: Session, grid_ids: Collection[int]) -> None:
    """Let rounds of one grid be planned one after the other, until the end of the transaction."""
    for grid_id in sorted(grid_ids):
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('round'), CAST(:grid AS int))"), {"grid": grid_id}
        )


# index: uq_patrol_hold_day_place
def held(session: Session, day: date) -> set[str]:
    """Give the places that rounds of a day have."""
    return set(session.scalars(select(PatrolHold.place).where(PatrolHold.day == day)))


# index: uq_patrol_hold_day_place
def hold(session: Session, day: date, places: Mapping[str, int]) -> set[str]:
    """Take places for the rounds with some numbers; give those that another round had taken meanwhile."""
    # always in one order: two that take at once then wait for each other one way only
    rows = [{"day": day, "place": place, "patrol_id": places[place]} for place in sorted(places)]
    if not rows:
        return set()
    taken = insert(PatrolHold).values(rows).on_conflict_do_nothing(index_elements=["day", "place"])
    return set(places) - set(session.scalars(taken.returning(PatrolHold.place)))


# index: ix_patrol_hold_patrol_id
def release(session: Session, patrol_id: int) -> None:
    """Give back what a round has; what it did not do may be another's today."""
    session.execute(delete(PatrolHold).where(PatrolHold.patrol_id == patrol_id))
