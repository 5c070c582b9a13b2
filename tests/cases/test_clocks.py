"""Clocks follow the moves of a case: what starts, stops, pauses and extends one, and that nothing resets it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gis.cases import clocks, journey, moves
from gis.cases.assign import reassign
from gis.cases.clock_book import Clock
from gis.cases.clock_models import CaseClock, ClockChange, ClockPause
from gis.cases.models import Case, CaseLog
from gis.cases.stand import Stand, then
from gis.cases.states import State
from gis.errors import InputError
from tests import make

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MEMBER = moves.Actor("grid_member")
CHECKER = moves.Actor("commander")

pytestmark = pytest.mark.usefixtures("test_settings")


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


def reported(session: Session, town: make.Town, pin: tuple[float, float] | None = None) -> Case:
    new = make.new_report(pin=pin or town.inside("A"))
    return session.get_one(Case, journey.report(session, new, make.NOW).row.case.id)


def move(session: Session, case: Case, name: str, at: datetime, **detail: object) -> None:
    """Write a move as it is, past the guards of who may make it: these tests are about the clocks."""
    to = State(str(detail.pop("to"))) if "to" in detail else None
    decided = moves.decide(
        name, State(case.state), case.revision, MEMBER, at, reason="样例理由", detail=detail, to=to
    )
    session.add(CaseLog(case_id=case.id, **vars(decided)))
    then(Stand.of(case), decided).write(case)
    clocks.follow(session, case, decided, at)
    session.flush()


def named(session: Session, case: Case) -> dict[str, list[Clock]]:
    found: dict[str, list[Clock]] = {}
    for clock in clocks.of_case(session, case.id):
        found.setdefault(clock.stage, []).append(clock)
    return found


def test_a_report_that_walks_through_has_its_clocks_in_the_same_statement(
    session: Session, town: make.Town
) -> None:
    case = reported(session, town)
    found = named(session, case)
    assert sorted(found) == ["accept", "handle"]
    [handle] = found["handle"]
    assert (handle.level, handle.round, handle.started_at) == ("grid", 1, make.NOW)
    assert handle.due_at == handle.original_due_at == case.due_at == make.NOW + 3 * DAY
    [accept] = found["accept"]
    assert accept.due_at == make.NOW + 6 * HOUR, "4 工作时 from 10:00 with the noon break"


def test_a_report_nobody_has_stands_under_the_shorter_clock(session: Session, town: make.Town) -> None:
    case = reported(session, town, (100.0, 30.0))
    [dispatch] = clocks.of_case(session, case.id)
    assert (dispatch.stage, dispatch.level) == ("dispatch", "community")
    assert case.due_at == dispatch.due_at == make.NOW + 2 * HOUR


def test_accepting_acting_checking_stop_and_start(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    move(session, case, "accept", make.NOW + HOUR)
    move(session, case, "act", make.NOW + 2 * HOUR)
    found = named(session, case)
    assert found["accept"][0].stopped_at == make.NOW + HOUR
    assert found["handle"][0].stopped_at == make.NOW + 2 * HOUR
    assert found["check"][0].running
    assert case.due_at == found["check"][0].due_at


def test_rework_goes_on_with_the_same_deadline(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    due_at = case.due_at
    for name in ("accept", "act", "check_fail"):
        move(session, case, name, make.NOW + HOUR)
    [handle] = named(session, case)["handle"]
    assert handle.running
    assert handle.due_at == handle.original_due_at == case.due_at == due_at
    assert session.scalars(select(ClockChange.cause)).all() == ["continued"]


def test_giving_it_to_others_resets_nothing(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    before = {(one.stage, one.level): one.due_at for one in clocks.of_case(session, case.id)}
    for letter in "BAB":
        who = {"organisation_id": town.branches[letter].id, "member_id": town.members[letter].id}
        reassign(session, case, moves.Actor("commander"), make.NOW + HOUR, reason="离得近", **who)
    move(session, case, "accept", make.NOW + HOUR)
    move(session, case, "refuse", make.NOW + 2 * HOUR)
    reassign(session, case, moves.Actor("commander"), make.NOW + 3 * HOUR, reason="再派", **who)
    after = {(one.stage, one.level): one for one in clocks.of_case(session, case.id)}
    assert {key: after[key].due_at for key in before} == before
    assert len(named(session, case)["handle"]) == len(named(session, case)["accept"]) == 1
    assert [one.running for one in named(session, case)["dispatch"]] == [False]


def test_a_pause_lengthens_in_the_unit_of_the_limit(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    move(session, case, "accept", make.NOW + HOUR)
    until = make.NOW + 10 * DAY
    move(session, case, "pause", make.NOW + 2 * HOUR, cause="weather", until=until.isoformat())
    assert case.due_at is not None
    assert case.due_at > until
    back = make.NOW + DAY + HOUR
    move(session, case, "resume", back, to="accepted")
    [handle] = named(session, case)["handle"]
    # Monday's start; Tuesday 10:00 lay in the pause: Wednesday, Thursday, Friday
    assert handle.due_at == case.due_at == make.NOW + 4 * DAY
    assert handle.original_due_at == make.NOW + 3 * DAY
    [pause] = session.scalars(select(ClockPause)).all()
    assert (pause.cause, pause.ended_at) == ("weather", back)


def test_a_pause_ends_by_its_date_at_the_latest(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    until = make.NOW + 2 * DAY
    move(session, case, "pause", make.NOW + HOUR, cause="parts", until=until.isoformat())
    promised = case.due_at
    move(session, case, "resume", make.NOW + 30 * DAY, to="assigned")
    assert case.due_at == promised


@pytest.mark.parametrize("detail", [{}, {"cause": "weather"}, {"until": "2099-01-01"},
                                    {"cause": "x", "until": "2020-01-01"}])  # fmt: skip
def test_a_pause_without_cause_or_end_is_refused(
    session: Session, town: make.Town, detail: dict[str, str]
) -> None:
    case = reported(session, town)
    with pytest.raises(InputError):
        move(session, case, "pause", make.NOW, **detail)


def test_an_extension_moves_the_deadline_and_keeps_the_first(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    move(session, case, "accept", make.NOW)
    move(session, case, "approve_extension", make.NOW + HOUR, limit="2工作日")
    [handle] = named(session, case)["handle"]
    assert handle.original_due_at == make.NOW + 3 * DAY
    assert handle.due_at == case.due_at == make.NOW + 7 * DAY, "Thursday and two workdays: Monday"
    move(session, case, "approve_extension", make.NOW + HOUR, until=(make.NOW + 9 * DAY).isoformat())
    assert case.due_at == make.NOW + 9 * DAY
    assert [row.cause for row in session.scalars(select(ClockChange))] == ["extension", "extension"]


def test_a_reopened_case_has_a_new_clock_beside_the_old(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    for name in ("accept", "act", "check_pass"):
        move(session, case, name, make.NOW + HOUR)
    assert named(session, case)["callback"][0].running
    move(session, case, "reopen", make.NOW + 5 * DAY, to="assigned")
    old, new = named(session, case)["handle"]
    assert (old.running, new.running, new.round) == (False, True, 2)
    assert new.started_at == make.NOW + 5 * DAY
    assert case.due_at == new.due_at
    assert not named(session, case)["callback"][0].running


def test_undoing_a_merge_lets_the_same_clocks_run_on(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    due_at = case.due_at
    move(session, case, "merge", make.NOW + HOUR)
    assert not any(clock.running for clock in clocks.of_case(session, case.id))
    move(session, case, "unmerge", make.NOW + DAY, to="assigned")
    assert [(clock.stage, clock.running) for clock in clocks.of_case(session, case.id)] == [
        ("accept", True),
        ("handle", True),
    ]
    assert case.due_at == due_at


def test_an_appeal_excuses_the_clock_that_was_missed(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    judge = make.account(session, "commander")
    move(session, case, "accept", make.NOW)
    move(session, case, "act", make.NOW + 9 * DAY)
    late = moves.Actor("grid_member", make.account(session, "grid_member").id)
    moves.make(session, case, "appeal", late, make.NOW + 9 * DAY, reason="台风")
    moves.make(
        session, case, "uphold_appeal", moves.Actor("commander", judge.id), make.NOW + 9 * DAY, reason="属实"
    )
    [handle] = named(session, case)["handle"]
    assert (handle.excused_at, handle.excused_by) == (make.NOW + 9 * DAY, judge.id)
    assert clocks.marks(session, case.id, make.NOW + 9 * DAY) == []


@pytest.mark.parametrize(
    "change", ["started_at = now()", "original_due_at = now()", "limit_value = 99", "round = 2"]
)
def test_the_database_refuses_to_reset_a_clock(session: Session, town: make.Town, change: str) -> None:
    reported(session, town)
    with pytest.raises(IntegrityError, match="never reset"):
        session.execute(text(f"UPDATE case_clock SET {change}"))


def test_the_database_refuses_a_second_clock_at_once(session: Session, town: make.Town) -> None:
    reported(session, town)
    columns = ", ".join(name.name for name in CaseClock.__table__.columns if name.name not in {"id", "round"})
    with pytest.raises(IntegrityError, match="uq_case_clock_running"):
        session.execute(
            text(f"INSERT INTO case_clock ({columns}, round) SELECT {columns}, 2 FROM case_clock")
        )
