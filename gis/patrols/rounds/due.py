"""What is due in some grids: open cases, households by their rhythm and hours, sections, papers, checkpoints.

Before: `rhythms`, `rounds.models`, `cases.models`. After: `rounds` packs what is due today, `weeks.plans` what falls
due in a week. A household that said no is never among them; several duties at one door are one stop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gis.patrols.pack.problem import MUST_S, Stop
from gis.patrols.rhythms.tables import town_rhythms
from gis.patrols.rounds.due_cases import cases, errands
from gis.patrols.rounds.due_doors import households
from gis.patrols.rounds.due_ways import sections
from gis.patrols.rounds.things import MOST, Asked, Thing


def due_today(
    session: Session, grid_ids: Iterable[int], member_ids: Iterable[int], now: datetime, *,
    until: datetime, zone: ZoneInfo, means: str = "foot", keys: Collection[str] | None = None,
    by: datetime | None = None, held: Collection[str] = (),
) -> list[Thing]:  # fmt: skip
    """Give what is due today, without the places that other rounds have.

    With `keys` it gives these alone as far as they are due by `by`, and what must be done today.
    """
    whole = keys is not None or bool(held)
    most = {kind: 100 * count for kind, count in MOST.items()} if whole else MOST
    things = due_things(
        session, grid_ids, member_ids, now, by=by or now, until=until, zone=zone, means=means, most=most
    )
    free = [one for one in things if one.place not in held]
    if keys is None:
        return first_of_each(free)
    return [one for one in free if one.stop.key in keys or one.stop.worth_s >= MUST_S]


def first_of_each(things: Iterable[Thing]) -> list[Thing]:
    """Give as many of each kind as a day's round looks at, the first ones."""
    found: list[Thing] = []
    many: dict[str, int] = {}
    for one in things:
        kind = one.stop.kind if one.stop.kind in MOST else "errand"
        many[kind] = many.get(kind, 0) + 1
        # a wide road is two stops, one for each side
        if many[kind] <= MOST[kind] * (2 if kind == "section" else 1):
            found.append(one)
    return found


def due_things(
    session: Session, grid_ids: Iterable[int], member_ids: Iterable[int], now: datetime, *,
    by: datetime, until: datetime, zone: ZoneInfo, means: str = "foot", most: dict[str, int] = MOST,
) -> list[Thing]:  # fmt: skip
    """Give what falls due in some grids by an instant; what has its deadline before `until` must be done.

    Hours of the stops are those of the day of `now`.
    """
    asked = Asked(sorted(grid_ids), sorted(member_ids), now, by, zone, means, town_rhythms(session), most)
    return [
        *cases(session, asked, until),
        *households(session, asked),
        *sections(session, asked),
        *errands(session, asked, until),
    ]


def households_due(session: Session, grid_ids: Iterable[int], now: datetime, *, zone: ZoneInfo) -> list[Stop]:
    """Give the households of some grids that are due by their rhythm, the most urgent first."""
    asked = Asked(sorted(grid_ids), [], now, now, zone, "foot", town_rhythms(session), MOST)
    return [one.stop for one in households(session, asked)]
