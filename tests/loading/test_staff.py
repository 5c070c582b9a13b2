"""Organisations, members, postings, shifts: told again they change nothing; what ends, ends on its day."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.loaders import kind_named
from gis.loading.kind import Counts, Outcome
from gis.loading.load import load
from gis.places.privacy import unseal
from gis.settings import Settings
from tests.loading.town import EAST, FIRST, LATER, WEST_SIDE, boundaries, context, frame

GRID = f"{WEST_SIDE}001"
ORGANISATIONS = [
    {"code": "O1", "name": "样例街道党工委", "kind": "党工委"},
    {
        "code": "O2",
        "name": "西一党支部",
        "kind": "支部",
        "parent_code": "O1",
        "社区编码": WEST_SIDE,
        "grid_code": GRID,
    },
    {
        "code": "O3",
        "name": "西二党支部",
        "kind": "branch",
        "parent_code": "O1",
        "grid_code": f"{WEST_SIDE}002",
    },
]
MEMBER = {
    "code": "M1",
    "姓名": "样例员001",
    "手机": "199-0000-0001",
    "organisation_code": "O2",
    "技能": "水电、路灯",
}
POSTING = {"member_code": "M1", "网格编码": GRID, "角色": "网格员", "valid_from": "2026-01-01"}
SHIFT = {"member_code": "M1", "开始": "2026-06-01 08:00", "结束": "2026/6/1 12:00", "kind": "值班"}


def run(session: Session, kind: str, *rows: dict[str, str], at: datetime = FIRST, **given: bool) -> Outcome:
    return load(session, kind_named(kind), frame(list(rows), 2), context(at), **given)


@pytest.fixture
def town(session: Session, test_settings: Settings) -> Session:
    del test_settings
    run(session, "boundaries", *boundaries())
    assert run(session, "organisations", *ORGANISATIONS).counts == Counts(new=3)
    assert run(session, "members", MEMBER).counts == Counts(new=1)
    assert run(session, "postings", POSTING).counts == Counts(new=1)
    assert run(session, "shifts", SHIFT).counts == Counts(new=1)
    return session


def test_told_again_nothing_changes(town: Session) -> None:
    assert run(town, "organisations", *ORGANISATIONS, at=LATER).counts == Counts(unchanged=3)
    assert run(town, "members", MEMBER, at=LATER).counts == Counts(unchanged=1)
    assert run(town, "postings", POSTING, at=LATER).counts == Counts(unchanged=1)
    assert run(town, "shifts", SHIFT, at=LATER).counts == Counts(unchanged=1)


def test_a_telephone_is_sealed_in_the_database(town: Session) -> None:
    sealed, skills = town.execute(text("SELECT phone_sealed, skills FROM member")).one()
    assert b"1990000" not in bytes(sealed)
    assert unseal(bytes(sealed)) == "19900000001"
    assert skills == ["水电", "路灯"]


def test_a_telephone_never_stands_in_a_fault(town: Session) -> None:
    outcome = run(town, "members", MEMBER | {"手机": "1990000-secret"})
    assert [(fault.field, fault.value) for fault in outcome.faults] == [("phone", "***")]


def test_a_grid_that_another_branch_takes_over_changes_hands_on_the_day(town: Session) -> None:
    changed = [ORGANISATIONS[0], ORGANISATIONS[1] | {"grid_code": ""}, ORGANISATIONS[2] | {"grid_code": GRID}]
    assert run(town, "organisations", *changed, at=LATER).counts == Counts(unchanged=3, ended=1)
    answers = [
        town.scalar(
            text("""SELECT o.code FROM grid_branch b JOIN organisation o ON o.id = b.organisation_id
                    JOIN grid g ON g.id = b.grid_id WHERE g.code = :grid AND b.valid @> CAST(:at AS timestamptz)"""),
            {"grid": GRID, "at": at},
        )
        for at in (FIRST, LATER)
    ]
    assert answers == ["O2", "O3"]


def test_a_posting_told_with_an_end_ends(town: Session) -> None:
    assert run(town, "postings", POSTING | {"valid_to": "2026-03-01"}).counts == Counts(changed=1, ended=1)


def test_a_posting_without_a_beginning_goes_on(town: Session) -> None:
    assert run(town, "postings", POSTING | {"valid_from": ""}, at=LATER).counts == Counts(unchanged=1)


def test_a_posting_that_begins_later_ends_the_running_one(town: Session) -> None:
    assert run(town, "postings", POSTING | {"valid_from": "2026-06-01"}).counts == Counts(new=1, ended=1)
    spans = town.execute(text("SELECT lower(valid), upper(valid) FROM posting ORDER BY valid")).all()
    assert [tuple(span) for span in spans] == [(FIRST, LATER), (LATER, None)]


def test_a_new_roster_replaces_the_shift_it_overlaps(town: Session) -> None:
    longer = SHIFT | {"结束": "2026-06-01 13:00"}
    assert run(town, "shifts", longer).counts == Counts(new=1, ended=1)
    assert town.scalar(text("SELECT count(*) FROM shift")) == 1


@pytest.mark.parametrize(
    ("kind", "rows", "sentence"),
    [
        ("organisations", [ORGANISATIONS[0] | {"kind": "club"}], "this word is not known"),
        ("organisations", [ORGANISATIONS[0] | {"parent_code": "O9"}], "no organisation has this code"),
        ("organisations", [ORGANISATIONS[0] | {"parent_code": "O1"}], "stands above itself"),
        ("organisations", [ORGANISATIONS[0] | {"grid_code": GRID}], "only a branch answers"),
        ("organisations", [ORGANISATIONS[1] | {"grid_code": f"{EAST}009"}], "no grid has this code"),
        (
            "organisations",
            [ORGANISATIONS[1], ORGANISATIONS[2] | {"grid_code": GRID}],
            "answers for this grid already",
        ),
        ("members", [MEMBER | {"organisation_code": "O9"}], "no organisation has this code"),
        ("members", [MEMBER, MEMBER], "row 2 has the same code"),
        ("postings", [POSTING | {"角色": "boss"}], "this word is not known"),
        ("postings", [POSTING | {"member_code": "M9"}], "no member has this code"),
        ("postings", [POSTING | {"valid_to": "2025-01-01"}], "ends before it begins"),
        ("postings", [POSTING, POSTING | {"valid_from": "2026-02-01"}], "it overlaps row 2"),
        ("postings", [POSTING | {"valid_from": "2025-01-01"}], "runs into the same posting"),
        ("postings", [POSTING | {"valid_from": "soon"}], "this is no time"),
        ("shifts", [SHIFT | {"结束": "2026-06-01 07:00"}], "ends before it begins"),
        ("shifts", [SHIFT, SHIFT | {"开始": "2026-06-01 10:00"}], "it overlaps row 2"),
    ],
)
def test_a_faulty_row_loads_nothing(
    town: Session, kind: str, rows: list[dict[str, str]], sentence: str
) -> None:
    outcome = run(town, kind, *rows)
    assert not outcome.written
    assert [sentence in fault.en for fault in outcome.faults if not fault.warning] == [True]


def test_a_skill_that_no_category_asks_for_is_a_warning(town: Session) -> None:
    outcome = run(town, "members", MEMBER | {"技能": "潜水"})
    assert outcome.written
    assert [fault.value for fault in outcome.faults] == ["潜水"]
