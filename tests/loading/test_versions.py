"""Versions against an oracle: whatever the order of loads, every date answers with what was loaded for it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.grids.load_boundaries import BOUNDARIES
from gis.loading.load import load
from tests.loading.town import FIRST, WEST_SIDE, boundary, cell, context, frame

DAYS = 12
GRID = f"{WEST_SIDE}001"


def told(session: Session, day: int, name: str) -> None:
    rows = [
        boundary("community", WEST_SIDE, "", cell(0, 0)),
        boundary("grid", GRID, WEST_SIDE, cell(0, 0), name),
    ]
    # The community is there from the first day on, so that only the grid's versions are at stake.
    load(session, BOUNDARIES, frame(rows[:1]), context(FIRST))
    assert load(session, BOUNDARIES, frame(rows[1:]), context(FIRST + timedelta(days=day))).written


def name_at(session: Session, at: datetime) -> str | None:
    found = session.scalar(
        text("""SELECT v.name FROM grid_version v JOIN grid g ON g.id = v.grid_id
                WHERE g.code = :code AND v.valid @> CAST(:at AS timestamptz)"""),
        {"code": GRID, "at": at},
    )
    return None if found is None else str(found)


@pytest.mark.parametrize("seed", range(6))
def test_every_date_answers_with_what_was_loaded_for_it(session: Session, seed: int) -> None:
    dice = random.Random(seed)
    begins: dict[int, str] = {}
    for _ in range(15):
        day, name = dice.randrange(DAYS), dice.choice("甲乙丙")
        told(session, day, name)
        running = max((start for start in begins if start <= day), default=None)
        if running is None or begins[running] != name:
            begins[day] = name
        for asked in range(-1, DAYS + 1):
            start = max((start for start in begins if start <= asked), default=None)
            expected = None if start is None else begins[start]
            assert name_at(session, FIRST + timedelta(days=asked)) == expected, (begins, asked)
