"""Rules as a file: read, refused with a sentence, exported and loaded again unchanged; drafts keep to their ground."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases.dispatch import cells, drafts, export, kept
from gis.cases.dispatch.models import DispatchRule
from gis.errors import ConflictError, InputError, NotFoundError
from gis.files.cells import CellError
from gis.files.saving import save_table
from gis.files.tables import as_text, read_table
from gis.loaders import kind_named
from gis.loading.kind import Context, Counts, Outcome
from gis.loading.load import load
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from tests import make
from tests.loading.town import frame

pytestmark = pytest.mark.usefixtures("test_settings")
ZONE = ZoneInfo("Asia/Shanghai")
FIRST = make.NOW - timedelta(days=30)


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


def context(at: object = FIRST, **given: bool) -> Context:
    return Context(now=at, valid_from=at, zone=ZONE, source="test", **given)  # type: ignore[arg-type]


def run(session: Session, *rows: dict[str, str], at: object = FIRST, **given: bool) -> Outcome:
    return load(session, kind_named("dispatch_rules"), frame(list(rows), 2), context(at, **given))


NIGHT = {
    "code": "R1",
    "类别": "C0118",
    "星期": "周一至周五",
    "开始时刻": "22:00",
    "结束时刻": "06:00",
    "agency": "样例单位",
}
HERE = {
    "code": "R2",
    "category": "部件",
    "place_code": "990102001001",
    "level": "街道",
    "handling": "转交办理",
}


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("1-5", "12345"), ("5,1,3", "135"), ("周一至周五", "12345"), ("周末", "67"), ("周六、周日", "67"),
        ("星期一", "1"), ("12345", "12345"), ("1－3" .replace("－", "-"), "123"), ("每天", "1234567"),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(words: str, days: str) -> None:
    assert cells.weekdays(words) == days


@pytest.mark.parametrize("words", ["8", "0", "5-1", "周八", "x", "1-", ""])
def test_what_is_no_day_is_refused(words: str) -> None:
    with pytest.raises(CellError):
        cells.weekdays(words)


@pytest.mark.parametrize("days", ["1", "12", "123", "135", "12345", "67", "1234567", "1457"])
def test_days_written_are_read_again(days: str) -> None:
    assert cells.weekdays(cells.days(days) or "1-7") == days


def test_a_file_makes_rules_live(session: Session, town: make.Town) -> None:
    assert run(session, NIGHT, HERE).counts == Counts(new=2)
    book = kept.book(session)
    night = FIRST.astimezone(ZONE).replace(hour=23)
    rule = book.ruling(town.case_type, town.grids["A"].id, town.community.id, night + timedelta(days=7))
    assert rule is not None
    assert rule.code in {"R1", "R2"}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_changes_nothing_when_loaded_again(
    session: Session, town: make.Town, tmp_path: Path, ending: str
) -> None:
    run(session, NIGHT, HERE, {"code": "R3", "skill": "水电", "valid_from": "2026-01-01", "valid_to": "2027-01-01",
                               "place_code": town.grids["B"].code, "note": "冬季，含“引号”"})  # fmt: skip
    path = tmp_path / f"rules.{ending}"
    rules = export.table(session)
    save_table(path, rules.columns, rules.itertuples(index=False))
    again = load(session, kind_named("dispatch_rules"), read_table(path), context(make.NOW, end_missing=True))
    assert again.counts == Counts(unchanged=3)


def test_a_changed_rule_ends_and_begins_anew(session: Session, town: make.Town) -> None:
    run(session, NIGHT)
    assert run(session, NIGHT | {"agency": "样例队"}, at=make.NOW).counts == Counts(new=1, ended=1)
    spans = session.execute(
        text("SELECT agency, lower(valid), upper(valid) FROM dispatch_rule ORDER BY valid")
    )
    assert [tuple(row) for row in spans] == [("样例单位", FIRST, make.NOW), ("样例队", make.NOW, None)]


def test_what_a_file_leaves_out_ends_only_when_asked(session: Session, town: make.Town) -> None:
    run(session, NIGHT, HERE)
    assert run(session, HERE, at=make.NOW).counts == Counts(unchanged=1)
    assert run(session, HERE, at=make.NOW, end_missing=True).counts == Counts(unchanged=1, ended=1)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([NIGHT | {"类别": "X99"}], "no category begins with this"),
        ([NIGHT | {"星期": "8"}], "write days as"),
        ([NIGHT | {"结束时刻": "22:00"}], "it ends the minute it begins"),
        ([NIGHT | {"结束时刻": "25:00"}], "no such time"),
        ([NIGHT | {"agency": ""}], "it decides nothing"),
        ([NIGHT | {"place_code": "1"}], "no area and no grid"),
        ([NIGHT | {"organisation_code": "O9x"}], "no organisation has this code"),
        ([NIGHT, NIGHT], "row 2 has the same code"),
        ([NIGHT, NIGHT | {"code": "R9", "agency": "样例队"}], "it contradicts rule R1"),
        ([NIGHT | {"valid_from": "2026-02-01", "valid_to": "2026-01-01"}], "it ends before it begins"),
    ],
)  # fmt: skip
def test_a_faulty_row_loads_nothing(
    session: Session, town: make.Town, rows: list[dict[str, str]], sentence: str
) -> None:
    outcome = run(session, *rows)
    assert not outcome.written
    assert any(sentence in fault.en for fault in outcome.faults)
    assert session.scalar(text("SELECT count(*) FROM dispatch_rule")) == 0


def test_a_row_that_contradicts_a_live_rule_is_named(session: Session, town: make.Town) -> None:
    run(session, NIGHT)
    outcome = run(session, NIGHT | {"code": "R9", "agency": "样例队"}, at=make.NOW)
    assert [fault.en[:24] for fault in outcome.faults] == ["it contradicts rule R1: "]


def test_weights_are_loaded_with_their_day(session: Session) -> None:
    given = as_text(
        __import__("pandas").DataFrame({"因素": ["距离", "技能"], "满分": [60, 10], "零分于": [800, None]})
    )
    assert load(session, kind_named("dispatch_weights"), given, context()).counts == Counts(new=2)
    weights = kept.book(session).weights
    assert (weights.at(make.NOW)["distance"].points, weights.at(make.NOW)["distance"].zero_at) == (60, 800)
    assert weights.at(FIRST - timedelta(seconds=1))["distance"].points == 10


def scope(town: make.Town) -> Scope:
    areas = frozenset({town.subdistrict.id, town.community.id})
    return Scope(Reach.AREA, grid_ids=frozenset(grid.id for grid in town.grids.values()), area_ids=areas)


def test_a_draft_is_tried_and_goes_live_on_its_day(session: Session, town: make.Town) -> None:
    run(session, HERE)
    planner = make.account(session, "planner").id
    mine = scope(town)
    draft = drafts.begin(session, mine, "试行", make.NOW, area_id=town.subdistrict.id, account_id=planner)
    assert [rule.code for rule in drafts.rules_of(session, draft.id)] == ["R2"]
    _draft, outcome = drafts.take(session, mine, draft.id, frame([NIGHT], 1), context(make.NOW))
    assert outcome.written
    drafts.drop(session, mine, draft.id, "R2")
    with pytest.raises(ConflictError, match="试算"):
        drafts.go_live(session, mine, draft.id, make.NOW, account_id=planner, starts=make.NOW)
    drafts.try_draft(session, mine, draft.id, make.NOW)
    with pytest.raises(InputError, match="不能早于"):
        drafts.go_live(session, mine, draft.id, make.NOW, account_id=planner, starts=FIRST)
    starts = make.NOW + timedelta(days=1)
    drafts.go_live(session, mine, draft.id, make.NOW, account_id=planner, starts=starts)
    rows = session.execute(
        text(
            "SELECT code, lower(valid), upper(valid) FROM dispatch_rule WHERE draft_id IS NULL ORDER BY code"
        )
    )
    assert [tuple(row) for row in rows] == [("R1", starts, None), ("R2", FIRST, starts)]
    with pytest.raises(ConflictError, match="已经生效"):
        drafts.drop(session, mine, draft.id, "R1")


def test_a_draft_keeps_to_its_own_ground(session: Session, town: make.Town) -> None:
    other = make.area(session, "subdistrict", "990102002000", parent=town.district)
    session.add(DispatchRule(code="X1", area_id=other.id, agency="样例队", valid=make.span()))
    session.add(DispatchRule(code="T1", skill="水电", valid=make.span()))
    session.flush()
    planner = make.account(session, "planner").id
    mine = scope(town)
    draft = drafts.begin(session, mine, "试行", make.NOW, area_id=town.subdistrict.id, account_id=planner)
    assert drafts.rules_of(session, draft.id) == []
    assert {rule.code for rule in drafts.live_above(session, mine, make.NOW)} == {"X1", "T1"}
    for row in (
        NIGHT | {"place_code": other.code},
        NIGHT | {"code": "X1"},
        NIGHT | {"place_code": "990102000000"},
    ):
        assert not drafts.take(session, mine, draft.id, frame([row], 1), context(make.NOW))[1].written
    assert drafts.take(session, mine, draft.id, frame([NIGHT], 1), context(make.NOW))[1].written
    [rule] = drafts.rules_of(session, draft.id)
    assert rule.place_id == town.subdistrict.id, "a rule without a place means the draft's own area"
    drafts.try_draft(session, mine, draft.id, make.NOW)
    drafts.go_live(session, mine, draft.id, make.NOW, account_id=planner, starts=make.NOW)
    ended = session.scalars(
        text("SELECT code FROM dispatch_rule WHERE draft_id IS NULL AND NOT upper_inf(valid)")
    )
    assert ended.all() == [], "rules of other ground go on"
    theirs = Scope(Reach.AREA, area_ids=frozenset({other.id}))
    with pytest.raises(NotFoundError):
        drafts.draft_of(session, theirs, draft.id)
