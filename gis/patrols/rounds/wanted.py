"""What is asked of a plan of rounds: whom for, from when to when, by what means.

Before: the page that asks, a day of `weeks.plans`. After: `rounds.planning`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gis.errors import InputError
from gis.patrols.pack.problem import Point


@dataclass(frozen=True)
class Wanted:
    """What is asked: for which members, from when to when, by what means, and from where if not the grid's middle.

    `keys` are the stops of a day of the week plan, due by `by`; without them all that is due is looked at. `breaks` are
    seconds of the day beside lunch.
    """

    grid_ids: tuple[int, ...]
    member_ids: tuple[int, ...]
    starts_at: datetime
    ends_at: datetime
    means: str = "foot"
    here: Point | None = None
    keys: frozenset[str] | None = None
    by: datetime | None = None
    breaks: tuple[tuple[int, int], ...] = ()


def check(wanted: Wanted, zone: ZoneInfo) -> None:
    """Refuse what no round can be planned for.

    Raises
    ------
    InputError
        When the times are no piece of one day, or nobody is asked.
    """
    if not wanted.member_ids or not wanted.grid_ids:
        raise InputError("没有可以安排的人或网格。 There is nobody, or no grid, to plan for.")
    starts, ends = wanted.starts_at.astimezone(zone), wanted.ends_at.astimezone(zone)
    if not starts < ends or starts.date() != ends.date():
        raise InputError(
            "结束应晚于开始，且在同一天。 It must end after it begins, on the same day.", field="ends"
        )
