"""A sample case's moves with believable times: filed → assigned → accepted → acted → checked → closed.

Before: a category with its limit, and when the case was reported. After: `cases` writes them as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from data.sample.complaints import ACTED
from data.sample.members import FRIDAY

MOVES = ("filed", "assigned", "accepted", "acted", "checked", "closed")
HOURS = {"UH": 1.0, "WH": 2.2, "WD": 30.0, "ND": 24.0}
LATE_SHARE = 0.07
OPENS, CLOSES = 8, 20


@dataclass(frozen=True)
class Category:
    """A category's limit and who has the skill for it."""

    code: str
    field: str
    limit_value: int
    limit_unit: str
    authority: str
    skill: str
    agency: str


def limit_of(category: Category) -> timedelta:
    """Give about how long a category's limit lasts, nights and weekends included."""
    return timedelta(hours=category.limit_value * HOURS[category.limit_unit])


def moves_of(
    category: Category, reported: datetime, grid: str, rng: np.random.Generator, *, last: str = "closed"
) -> list[dict[str, str]]:
    """Give the moves from `filed` up to the move `last`."""
    limit = limit_of(category)
    acting = limit * float(rng.uniform(1.1, 2.5) if rng.uniform() < LATE_SHARE else rng.uniform(0.12, 0.85))
    urgent = category.limit_unit == "UH"
    waits = {
        "filed": timedelta(minutes=float(rng.uniform(0, 6))),
        "assigned": timedelta(minutes=float(rng.uniform(0.1, 9))),
        "accepted": min(acting / 3, timedelta(minutes=float(rng.uniform(4, 150)))),
        "acted": acting,
        "checked": timedelta(hours=float(rng.uniform(1, 20))),
        "closed": timedelta(minutes=float(rng.uniform(5, 240))),
    }
    moves, now = [], reported
    for move in MOVES[: MOVES.index(last) + 1]:
        now = now + waits[move]
        if move in {"checked", "closed"} or (move in {"accepted", "acted"} and not urgent):
            now = _awake(now)
        moves.append(
            {"move": move, "at": now.isoformat(timespec="seconds"), "note": _note(move, category, grid)}
        )
    return moves


def _awake(at: datetime) -> datetime:
    """Move an hour of the night to the next morning."""
    if at.hour >= CLOSES:
        at = at + timedelta(days=1)
    return at.replace(hour=OPENS, minute=at.minute) if not OPENS <= at.hour < CLOSES else at


def _note(move: str, category: Category, grid: str) -> str:
    notes = {
        "filed": "自动立案",
        "assigned": f"派至网格 {grid}" if grid else "待人工确认位置",
        "accepted": f"已接单，联系{category.agency}" if category.agency else "已接单",
        "acted": ACTED.get(category.skill, ACTED[""]),
        "checked": "现场核查，与反馈一致",
        "closed": "已回复反映人，结案",
    }
    return notes[move]


def report_times(first: datetime, last: datetime, count: int, rng: np.random.Generator) -> list[datetime]:
    """Spread reports over a period: few at night, fewer on weekends, most in the morning."""
    hours = np.array(
        [1, 0, 0, 0, 0, 1, 4, 10, 16, 17, 14, 10, 8, 7, 9, 11, 11, 12, 11, 10, 9, 7, 4, 2], dtype=float
    )
    days = (last - first).days
    times: list[datetime] = []
    while len(times) < count:
        day = first + timedelta(days=int(rng.integers(0, days + 1)))
        if day.weekday() > FRIDAY and rng.uniform() < 0.35:  # noqa: PLR2004 - a share
            continue
        hour = int(rng.choice(24, p=hours / hours.sum()))
        at = day.replace(hour=hour, minute=int(rng.integers(60)), second=int(rng.integers(60)))
        if first <= at <= last:
            times.append(at)
    return sorted(times)
