"""A year of past cases and the open ones: words, true place, moves, how it ended.

Before: `spots`, `complaints`, `journeys`, the grids. After: `frames`, the loader, the geocoder's tests.
The words come from the tables of `complaints`; telephone numbers in them are plainly false (19900000xxx).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from data.sample.complaints import SEASONS
from data.sample.crossings import Spot
from data.sample.journeys import Category, limit_of, moves_of, report_times
from data.sample.members import at
from data.sample.plane import degrees
from data.sample.where import GridAt
from data.sample.wording import kinds_of, say

T = TypeVar("T")
CATEGORIES = Path(__file__).resolve().parent.parent / "codes" / "categories.csv"
CHANNELS = ("web", "phone", "wechat", "visit", "member")
CHANNEL_SHARE = (0.24, 0.26, 0.26, 0.1, 0.14)
PIN_SHARE = {"web": 0.7, "phone": 0.0, "wechat": 0.55, "visit": 0.9, "member": 1.0}
RATINGS = ("", "satisfied", "fair", "unsatisfied")
RATING_SHARE = (0.4, 0.45, 0.09, 0.06)
OPEN_STATES = ("assigned", "accepted", "acted", "checked")
OPEN_SHARE = (0.3, 0.45, 0.17, 0.08)
AGAIN_SHARE, VAGUE_SHARE, OFF_SEASON, LATE_OPEN = 0.05, 0.015, 0.05, 0.12
PIN_SPREAD_M = 6.0
TRIES = 8


@dataclass
class Desk:
    """What is needed to write a case: the categories, the spots, the grids and the dice."""

    categories: list[Category]
    spots: dict[str, list[Spot]]
    grid_at: GridAt
    rng: np.random.Generator


def read_categories() -> list[Category]:
    """Read the categories of the town from `data/codes/categories.csv`."""
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Category(
            r["code"],
            r["field"],
            int(r["limit_value"]),
            r["limit_unit"],
            r["authority"],
            r["skill"],
            r["agency"],
        )
        for r in rows
    ]


def make_cases(
    spots: dict[str, list[Spot]],
    grid_at: GridAt,
    today: date,
    seed: int,
    *,
    past: int = 2000,
    still_open: int = 150,
) -> pd.DataFrame:
    """Write `past` closed cases of the last twelve months and `still_open` open ones, oldest first.

    Parameters
    ----------
    spots : dict
        Spots by kind, in metres.
    grid_at : GridAt
        Which grid a point in degrees lies in.
    today : date
        Nothing happens after half past eight of this day.
    """
    desk = Desk(read_categories(), spots, grid_at, np.random.default_rng([seed, 13]))
    now = at(today, 8.5)
    rows = [*_past(desk, now, past), *_open(desk, now, still_open)]
    rows.sort(key=_age)
    return pd.DataFrame(rows)


def _age(row: dict[str, Any]) -> str:
    return str(row["reported_at"])


def _past(desk: Desk, now: datetime, count: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    times = report_times(now - timedelta(days=364), now - timedelta(days=16), count, desk.rng)
    for reported in times:
        row, category = _again(desk, rows, reported) or _case(desk, reported)
        row["moves"] = _whole(now, desk, category, row, reported)
        row["state"] = "closed"
        row["rating"] = str(desk.rng.choice(RATINGS, p=RATING_SHARE))
        rows.append(row)
    return [_sealed(row) for row in rows]


def _whole(
    now: datetime, desk: Desk, category: Category, row: dict[str, Any], reported: datetime
) -> list[dict[str, str]]:
    """Give all moves to the end, which was before now."""
    moves = moves_of(category, reported, str(row["true_grid_code"]), desk.rng)
    while datetime.fromisoformat(moves[-1]["at"]) > now:
        moves = moves_of(category, reported, str(row["true_grid_code"]), desk.rng)
    return moves


def _open(desk: Desk, now: datetime, count: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while len(rows) < count:
        ago = timedelta(days=float(desk.rng.exponential(2.2)))
        if ago > timedelta(days=15):
            continue
        reported = (now - ago).replace(microsecond=0)
        row, category = _again(desk, rows, reported) or _case(desk, reported)
        if ago > limit_of(category) and desk.rng.uniform() > LATE_OPEN:
            continue
        row["moves"] = _until(now, desk, category, row, reported)
        row["state"], row["rating"] = row["moves"][-1]["move"], ""
        rows.append(row)
    return [_sealed(row) for row in rows]


def _until(
    now: datetime, desk: Desk, category: Category, row: dict[str, Any], reported: datetime
) -> list[dict[str, str]]:
    """Let an open case come as far as chance takes it, but not past now; words without a place stay filed."""
    last = str(desk.rng.choice(OPEN_STATES, p=OPEN_SHARE)) if row["true_grid_code"] else "filed"
    moves = moves_of(category, reported, str(row["true_grid_code"]), desk.rng, last=last)
    return [move for move in moves if datetime.fromisoformat(move["at"]) <= now] or [
        {"move": "filed", "at": reported.isoformat(timespec="seconds"), "note": "自动立案"}
    ]


def _sealed(row: dict[str, Any]) -> dict[str, Any]:
    columns = (
        "reported_at", "text", "category", "true_grid_code", "true_place", "lon", "lat", "channel", "state", "moves",
        "rating",
    )  # fmt: skip
    row["moves"] = json.dumps(row["moves"], ensure_ascii=False)
    return {column: row[column] for column in columns}


def _again(
    desk: Desk, rows: list[dict[str, Any]], reported: datetime
) -> tuple[dict[str, Any], Category] | None:
    """Now and then somebody else tells of the same thing within a day."""
    if not rows or desk.rng.uniform() > AGAIN_SHARE:
        return None
    earlier = rows[-1]
    if not earlier["true_grid_code"] or reported - datetime.fromisoformat(
        str(earlier["reported_at"])
    ) > timedelta(1):
        return None
    category = next(c for c in desk.categories if c.code == earlier["category"])
    return _write(desk, category, earlier["_spot"], reported), category


def _case(desk: Desk, reported: datetime) -> tuple[dict[str, Any], Category]:
    category = _any(desk.categories, desk.rng)
    while (
        reported.month not in SEASONS.get(category.code, (reported.month,))
        and desk.rng.uniform() > OFF_SEASON
    ):
        category = _any(desk.categories, desk.rng)
    kind = _any([kind for kind in kinds_of(category.code) if desk.spots.get(kind)], desk.rng)
    return _write(desk, category, _any(desk.spots[kind], desk.rng), reported), category


def _any(things: Sequence[T], rng: np.random.Generator) -> T:
    return things[int(rng.integers(len(things)))]


def _write(desk: Desk, category: Category, spot: Spot, reported: datetime) -> dict[str, Any]:
    rng = desk.rng
    vague = rng.uniform() < VAGUE_SHARE
    channel = "wechat" if vague else _channel(category, rng)
    lon, lat = degrees(np.array([[spot.x, spot.y]]))[0]
    grid = "" if vague else desk.grid_at(lon, lat)
    pin = None if vague or rng.uniform() > PIN_SHARE[channel] else _pin(desk, spot, grid)
    text = say(category.code, spot, channel, rng, vague=vague)
    return {
        "reported_at": reported.isoformat(timespec="seconds"), "text": text,
        "category": category.code, "true_grid_code": grid, "true_place": "" if vague else spot.ref,
        "lon": pin[0] if pin else None, "lat": pin[1] if pin else None, "channel": channel, "_spot": spot,
    }  # fmt: skip


def _channel(category: Category, rng: np.random.Generator) -> str:
    """Choose a channel; what concerns a home is not found on a round but told at the door."""
    channel = str(rng.choice(CHANNELS, p=CHANNEL_SHARE))
    return "visit" if channel == "member" and category.code.startswith("L") else channel


def _pin(desk: Desk, spot: Spot, grid: str) -> tuple[float, float] | None:
    """Put a pin some metres off, but still in the grid that answers."""
    for _ in range(TRIES):
        near = np.array([[spot.x, spot.y]]) + desk.rng.normal(0, PIN_SPREAD_M, (1, 2))
        lon, lat = degrees(near)[0]
        if desk.grid_at(lon, lat) == grid:
            return float(lon), float(lat)
    return None
