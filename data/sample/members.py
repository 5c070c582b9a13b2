"""Members, their grids and their shifts; all of them plainly made up (样例员001, 19900000001).

Before: `organisation`, `grids`. After: `rounds`, `visits`, `cases`. One grid is left without postings and one
branch without members, since a town has such days too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from data.sample.organisation import Row

ZONE = ZoneInfo("Asia/Shanghai")
SKILLS = ("水电", "路灯", "物业", "养老", "调解", "环卫", "绿化", "市政")
ROLES = ("grid_leader", "grid_member", "grid_member", "volunteer")
PHONE_BASE = 19_900_000_000
DAYS_BACK, DAYS_AHEAD = 7, 14
FRIDAY = 4
CHANGED, STARTED = timedelta(days=144), timedelta(days=630)
"""How long before today leaders changed, and the first postings began."""


@dataclass(frozen=True)
class Staff:
    """The rows about people who work: members, postings, shifts, and who works in which grid today."""

    members: list[Row]
    postings: list[Row]
    shifts: list[Row]
    of_grid: dict[str, list[str]]


def make_staff(branches: list[Row], today: date, seed: int) -> Staff:
    """Give each branch its members, postings and shifts.

    Parameters
    ----------
    branches : list of Row
        The organisations of kind branch, with their grid.
    today : date
        Shifts lie seven days before and fourteen after this day.
    """
    rng = np.random.default_rng([seed, 10])
    staff = Staff([], [], [], {})
    for place, branch in enumerate(branches):
        grid = str(branch["grid_code"])
        staff.of_grid[grid] = []
        # the last branch has nobody; the last but one has members but nobody is posted
        if place < len(branches) - 1:
            _people(staff, branch, rng, today, posted=place < len(branches) - 2)
    _helpers(staff, branches, today, rng)
    for number, member in enumerate(staff.members):
        staff.shifts.extend(_shifts(str(member["code"]), number, today, rng))
    return staff


def _people(staff: Staff, branch: Row, rng: np.random.Generator, today: date, *, posted: bool) -> None:
    grid = str(branch["grid_code"])
    changed = posted and rng.uniform() < 0.25  # noqa: PLR2004 - a share
    for role in ROLES:
        code = _member(staff, branch, rng)
        if posted:
            start = today - (CHANGED if changed and role == "grid_leader" else STARTED)
            staff.postings.append(_posting(code, grid, role, start, None))
            if role != "volunteer":
                staff.of_grid[grid].append(code)
    if changed:
        former = _member(staff, branch, rng)
        staff.postings.append(_posting(former, grid, "grid_leader", today - STARTED, today - CHANGED))


def _member(staff: Staff, branch: Row, rng: np.random.Generator) -> str:
    number = len(staff.members) + 1
    code = f"M{str(branch['grid_code'])[:9]}-{number:03d}"
    chosen = rng.choice(len(SKILLS), size=int(rng.integers(1, 4)), replace=False)
    staff.members.append(
        {
            "code": code, "name": f"样例员{number:03d}", "phone": str(PHONE_BASE + number),
            "organisation_code": branch["code"], "skills": ";".join(SKILLS[i] for i in sorted(chosen.tolist())),
            "means": str(rng.choice(["foot", "foot", "ebike"])),
        }
    )  # fmt: skip
    return code


def _helpers(staff: Staff, branches: list[Row], today: date, rng: np.random.Generator) -> None:
    """Let some members help out in the next grid too."""
    grids = [str(branch["grid_code"]) for branch in branches]
    for here, there in pairwise(grids[:-2]):
        if staff.of_grid[here] and here[:12] == there[:12] and rng.uniform() < 0.2:  # noqa: PLR2004 - a share
            staff.postings.append(
                _posting(staff.of_grid[here][-1], there, "grid_member", today - CHANGED, None)
            )


def _posting(member: str, grid: str, role: str, start: date, end: date | None) -> Row:
    return {
        "member_code": member, "grid_code": grid, "role": role,
        "valid_from": at(start, 0).isoformat(), "valid_to": at(end, 0).isoformat() if end else "",
    }  # fmt: skip


def at(day: date, hour: float) -> datetime:
    """Give an hour of a day in the town's time."""
    return datetime.combine(day, time(0), ZONE) + timedelta(hours=hour)


def _shifts(member: str, number: int, today: date, rng: np.random.Generator) -> Iterator[Row]:
    away = set()
    if rng.uniform() < 0.12:  # noqa: PLR2004 - a share
        first = int(rng.integers(-DAYS_BACK, DAYS_AHEAD - 2))
        last = first + int(rng.integers(1, 4))
        away = set(range(first, last))
        yield _shift(member, at(today + timedelta(first), 0), at(today + timedelta(last), 0), "leave")
    for ahead in range(-DAYS_BACK, DAYS_AHEAD + 1):
        if ahead not in away:
            day = today + timedelta(ahead)
            for start, end in _hours(day, number):
                yield _shift(member, at(day, start), at(day, end), "duty")


def _hours(day: date, number: int) -> list[tuple[float, float]]:
    """Give a day's hours: workdays in two halves, noon and evening in turn, a quarter on weekends."""
    turn = number + day.toordinal()
    if day.weekday() > FRIDAY:
        return [(9, 12), (15, 20)] if turn % 4 == 0 else []
    hours: list[tuple[float, float]] = [(8, 12), (14, 18)]
    if turn % 5 == 0:
        hours.insert(1, (12, 14))
    if turn % 5 == 1:
        hours.append((18.5, 20.5))
    return hours


def _shift(member: str, start: datetime, end: datetime, kind: str) -> Row:
    return {"member_code": member, "starts_at": start.isoformat(), "ends_at": end.isoformat(), "kind": kind}
