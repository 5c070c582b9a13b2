"""Rounds, visits and past cases: references, spans, and nothing twice."""

from __future__ import annotations

import json

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.loaders import kind_named
from gis.loading.kind import Counts, Outcome
from gis.loading.load import load
from gis.settings import Settings
from tests.loading.test_calendar_and_types import LAMP
from tests.loading.test_staff import MEMBER, ORGANISATIONS, POSTING
from tests.loading.town import WEST_SIDE, boundaries, context, frame

GRID = f"{WEST_SIDE}001"
ROUND = {
    "code": "T1", "member_code": "M1", "grid_code": GRID, "starts_at": "2026-03-01 09:00",
    "ends_at": "2026-03-01 10:00", "stops": '[{"lon": 114.3, "lat": 33.6, "label": "门口"}]',
    "geometry": shapely.LineString([(114.3, 33.6), (114.301, 33.601)]),
}  # fmt: skip
HOUSEHOLD = {"code": "H1", "lon": "114.3005", "lat": "33.6015"}
VISIT = {"household_code": "H1", "member_code": "M1", "at": "2026-03-01 19:30"}
MOVES = [
    {"move": "filed", "at": "2026-03-02T09:01:00+08:00"},
    {"move": "assigned", "at": "2026-03-02T09:02:00+08:00"},
]
CASE = {
    "reported_at": "2026-03-02 09:00", "text": "样例小区路灯不亮", "category": "C0118", "lon": "114.3005",
    "lat": "33.6015", "channel": "web", "moves": json.dumps(MOVES),
}  # fmt: skip


def run(session: Session, kind: str, *rows: dict[str, object], **given: bool) -> Outcome:
    return load(session, kind_named(kind), frame(list(rows), 2), context(), **given)


@pytest.fixture
def town(session: Session, test_settings: Settings) -> Session:
    del test_settings
    for kind, rows in (
        ("boundaries", boundaries()),
        ("categories", [LAMP]),
        ("organisations", ORGANISATIONS),
        ("members", [MEMBER]),
        ("postings", [POSTING]),
        ("households", [HOUSEHOLD]),
    ):
        assert run(session, kind, *rows).written
    return session


@pytest.mark.parametrize(("kind", "row"), [("rounds", ROUND), ("visits", VISIT), ("cases", CASE)])
def test_told_twice_it_is_there_once(town: Session, kind: str, row: dict[str, object]) -> None:
    assert run(town, kind, row).counts == Counts(new=1)
    assert run(town, kind, row).counts == Counts(unchanged=1)


def test_a_past_case_has_its_grid_its_member_and_its_receipt(town: Session) -> None:
    run(town, "cases", CASE)
    grid, member, state, number, log, sentence = town.execute(
        text("""SELECT g.code, m.code, c.state, c.number, (SELECT count(*) FROM case_log l WHERE l.case_id = c.id),
                       a.receipt ->> 'sentence'
                FROM "case" c JOIN grid g ON g.id = c.grid_id JOIN member m ON m.id = c.member_id
                JOIN assignment a ON a.case_id = c.id""")
    ).one()
    assert (grid, member, state, log) == (GRID, "M1", "assigned", 3)
    assert number.startswith("20260302")
    assert "样例员001" in sentence


def test_the_same_case_twice_in_a_file_is_one(town: Session) -> None:
    assert run(town, "cases", CASE, CASE).counts == Counts(new=1, unchanged=1)
    other_place = CASE | {"lon": "114.3006"}
    assert run(town, "cases", CASE, other_place).counts == Counts(new=1, unchanged=1)


@pytest.mark.parametrize(
    ("kind", "row", "sentence"),
    [
        ("rounds", ROUND | {"ends_at": "2026-03-01 08:00"}, "ends before it begins"),
        ("rounds", ROUND | {"stops": "{"}, "JSON list"),
        ("rounds", ROUND | {"stops": '[{"lon": "x"}]'}, "a stop has no lon and lat"),
        ("rounds", ROUND | {"grid_code": "x"}, "no grid has this code"),
        ("rounds", ROUND | {"state": "lost"}, "this word is not known"),
        ("visits", VISIT | {"household_code": "H9"}, "no household has this code"),
        ("visits", VISIT | {"at": ""}, "must not be empty"),
        ("cases", CASE | {"category": "X"}, "no such category"),
        (
            "cases",
            CASE | {"moves": '[{"move": "closed", "at": "2026-03-02T09:01:00+08:00"}]'},
            "cannot check_pass",
        ),
        ("cases", CASE | {"moves": '[{"move": "filed"}]'}, "needs its name and its time"),
        ("cases", CASE | {"channel": "pigeon"}, "this word is not known"),
        ("cases", CASE | {"text": "长" * 2001}, "at most 2000"),
    ],
)
def test_a_faulty_row_loads_nothing(town: Session, kind: str, row: dict[str, object], sentence: str) -> None:
    outcome = run(town, kind, row)
    assert not outcome.written
    assert any(sentence in fault.en for fault in outcome.faults), [fault.en for fault in outcome.faults]
