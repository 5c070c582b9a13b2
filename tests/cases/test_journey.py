"""A report walks to its people: by pin, outside, on a line, twice, without people; every row of it is written once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.cases import journey, moves, queries
from gis.cases.assign import reassign
from gis.cases.intake import NewReport
from gis.cases.models import Assignment, Case, CaseLog, Notice, Report
from gis.cases.place import place_by_hand
from gis.cases.states import State
from gis.errors import ConflictError, InputError, MoveRefusedError, NotFoundError
from gis.places.privacy import unseal
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from tests import make

EVERYTHING = Scope(Reach.ALL)
MEMBER = moves.Actor("grid_member", member_id=1)

pytestmark = pytest.mark.usefixtures("test_settings")


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


def reported(session: Session, town: make.Town, letter: str = "A") -> Case:
    return filed(session, make.new_report(pin=town.inside(letter)))


def filed(session: Session, new: NewReport) -> Case:
    """Report, and give the case as the database has it."""
    return session.get_one(Case, journey.report(session, new, make.NOW).row.case.id)


def test_a_pin_finds_grid_branch_member_and_deadline(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    assert case.state == State.ASSIGNED
    assert case.grid_id == town.grids["A"].id
    assert case.organisation_id == town.branches["A"].id
    assert case.member_id == town.members["A"].id
    assert case.due_at == make.NOW + timedelta(days=3)
    assert [log.move for log in queries.history(session, case.id)] == ["file", "locate", "assign"]
    notice = session.scalars(select(Notice)).one()
    assert (notice.member_id, notice.sent_at) == (town.members["A"].id, None)


def test_the_receipt_says_why(session: Session, town: make.Town) -> None:
    make.shift(
        session, town.members["A"], make.span(make.NOW - timedelta(hours=1), make.NOW + timedelta(hours=3))
    )
    case = reported(session, town)
    [assignment] = queries.receipts(session, case.id)
    factors = {factor["name"]: factor["points"] for factor in assignment.receipt["factors"]}
    assert factors.pop("distance") == pytest.approx(9.9, abs=0.2), "a few metres from the middle of the grid"
    assert factors == {"on_duty": 40, "skill": 25, "load": 20, "posting": 5}
    assert "当班" in assignment.receipt["sentence"]
    assert town.members["A"].name in assignment.receipt["sentence_en"]


def test_the_same_request_twice_is_one_case(session: Session, town: make.Town) -> None:
    new = make.new_report(pin=town.inside("A"))
    first = journey.report(session, new, make.NOW)
    second = journey.report(session, new, make.NOW + timedelta(minutes=1))
    assert (first.repeated, second.repeated) == (False, True)
    assert second.row.case.id == first.row.case.id
    counts = [
        session.scalar(select(func.count()).select_from(kind)) for kind in (Case, Report, Assignment, Notice)
    ]
    assert counts == [1, 1, 1, 1]


def test_on_the_line_the_smaller_code_answers(session: Session, town: make.Town) -> None:
    lon = town.shapes["A"].bounds[2]
    lat = town.inside("A")[1]
    case = filed(session, make.new_report(pin=(lon, lat)))
    assert case.grid_id == town.grids["A"].id


def test_outside_waits_for_a_person_who_places_it(session: Session, town: make.Town) -> None:
    case = filed(session, make.new_report(pin=(100.0, 30.0)))
    assert case.state == State.QUEUED
    assert case.member_id is None
    [row] = queries.queue(session, EVERYTHING, make.NOW)
    assert row.case.id == case.id
    lon, lat = town.inside("B")
    place_by_hand(session, case, moves.Actor("commander"), make.NOW, lon=lon, lat=lat, label="样例路口")
    assert case.state == State.ASSIGNED
    assert case.member_id == town.members["B"].id
    assert moves.replay(list(queries.history(session, case.id))) is State.ASSIGNED


def test_who_is_on_leave_is_not_asked(session: Session, town: make.Town) -> None:
    other = make.member(session)
    make.posting(session, other, town.grids["A"], role="grid_leader")
    make.shift(
        session,
        town.members["A"],
        make.span(make.NOW - timedelta(days=1), make.NOW + timedelta(days=1)),
        "leave",
    )
    assert reported(session, town).member_id == other.id


def test_when_all_are_on_leave_the_branch_answers(session: Session, town: make.Town) -> None:
    make.shift(
        session,
        town.members["A"],
        make.span(make.NOW - timedelta(days=1), make.NOW + timedelta(days=1)),
        "leave",
    )
    case = reported(session, town)
    assert (case.state, case.member_id, case.organisation_id) == (State.ASSIGNED, None, town.branches["A"].id)
    assert session.scalars(select(Notice)).one().organisation_id == town.branches["A"].id
    assert "休假" in queries.receipts(session, case.id)[0].receipt["sentence"]


def test_the_lighter_load_goes_first(session: Session, town: make.Town) -> None:
    other = make.member(session, skills=("路灯",))
    make.posting(session, other, town.grids["A"])
    chosen = [reported(session, town).member_id for _ in range(4)]
    assert sorted(chosen) == sorted([town.members["A"].id, other.id] * 2)


def test_done_is_checked_by_somebody_else(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    worker = make.account(session, "branch")
    checker = make.account(session, "commander")
    me, you = moves.Actor("branch", worker.id), moves.Actor("commander", checker.id)
    moves.make(session, case, "accept", me, make.NOW)
    moves.make(session, case, "act", me, make.NOW, reason="已换灯泡")
    session.flush()
    with pytest.raises(MoveRefusedError, match="不能核查自己"):
        moves.make(session, case, "check_pass", me, make.NOW)
    moves.make(session, case, "check_fail", you, make.NOW, reason="灯还是不亮")
    moves.make(session, case, "act", me, make.NOW, reason="换了线路")
    moves.make(session, case, "check_pass", you, make.NOW)
    session.flush()
    assert case.closed_at == make.NOW
    assert moves.replay(list(queries.history(session, case.id))) is State.CLOSED


@pytest.mark.parametrize("move", ["refuse", "void"])
def test_a_refusal_needs_a_reason(session: Session, town: make.Town, move: str) -> None:
    case = reported(session, town)
    before = case.revision
    with pytest.raises(InputError, match="理由"):
        moves.make(session, case, move, MEMBER, make.NOW, reason="  ")
    assert (case.state, case.revision) == (State.ASSIGNED, before)


def test_a_person_gives_it_to_somebody_else(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    actor = moves.Actor("commander", make.account(session, "commander").id)
    with pytest.raises(InputError):
        reassign(
            session, case, actor, make.NOW, organisation_id=town.branches["B"].id, member_id=None, reason=" "
        )
    reassign(
        session,
        case,
        actor,
        make.NOW,
        organisation_id=town.branches["B"].id,
        member_id=town.members["B"].id,
        reason="离得近",
    )
    session.flush()
    assert case.member_id == town.members["B"].id
    newest = queries.receipts(session, case.id)[0]
    assert newest.receipt["by_hand"]
    assert "离得近" in newest.receipt["sentence"]


def test_two_people_cannot_overwrite_each_other(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    with pytest.raises(ConflictError, match="刚刚改动"):
        queries.lock(session, EVERYTHING, case.id, revision=case.revision - 1)
    assert queries.lock(session, EVERYTHING, case.id, revision=case.revision).id == case.id


def test_another_grid_is_out_of_sight(session: Session, town: make.Town) -> None:
    case = reported(session, town, "A")
    theirs = Scope(Reach.GRIDS, grid_ids=frozenset({town.grids["B"].id}))
    nobodys = Scope(Reach.GRIDS)
    for scope in (theirs, nobodys):
        with pytest.raises(NotFoundError):
            queries.lock(session, scope, case.id)
        with pytest.raises(NotFoundError):
            queries.case_of(session, scope, case.id, make.NOW)
        assert queries.open_cases(session, scope, queries.Filter(), make.NOW) == []


def test_running_the_walk_again_changes_nothing(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    before = (case.revision, case.member_id, session.scalar(select(func.count()).select_from(CaseLog)))
    journey.advance(session, case, make.NOW + timedelta(hours=1))
    session.flush()
    assert (
        case.revision,
        case.member_id,
        session.scalar(select(func.count()).select_from(CaseLog)),
    ) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "灯" * 2001}, "text"),
        ({"channel": "pigeon"}, "channel"),
        ({"client_request_id": "x"}, "client_request_id"),
        ({"contact": "call me"}, "contact"),
        ({"category": "C9999"}, "category"),
        ({"pin": (500.0, 30.0)}, "pin"),
        ({"pin": (float("nan"), 30.0)}, "pin"),
    ],
)
def test_bad_input_gets_a_sentence(
    session: Session, town: make.Town, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        journey.report(session, make.new_report(**({"pin": town.inside("A")} | change)), make.NOW)
    assert caught.value.details["field"] == field
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_the_telephone_is_sealed_and_has_an_end_date(session: Session, town: make.Town) -> None:
    new = make.new_report(pin=town.inside("A"), contact="19900000001")
    filed(session, new)
    report = session.scalars(select(Report)).one()
    assert b"19900000001" not in (report.contact_sealed or b"")
    assert report.forget_at > make.NOW


def test_words_a_database_cannot_hold_are_taken_out(session: Session, town: make.Town) -> None:
    new = make.new_report("灯\x00坏了\x07<script>alert(1)</script>", pin=town.inside("A"))
    assert filed(session, new).text == "灯坏了<script>alert(1)</script>"


def test_a_number_in_the_words_is_masked_and_the_telephone_sealed(session: Session, town: make.Town) -> None:
    new = make.new_report("路灯坏了，电话１９９0000045０，身份证990102195001011234", pin=town.inside("A"))
    case = filed(session, new)
    assert case.text == "路灯坏了，电话１９９******5０，身份证990*************34"
    report = session.scalars(select(Report)).one()
    assert report.text == case.text
    assert report.contact_sealed is not None
    assert unseal(report.contact_sealed) == "１９９0000045０"
