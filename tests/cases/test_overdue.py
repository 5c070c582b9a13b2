"""Reminders come once before a deadline, escalation once a level after it, and the owner stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import clocks, journey, moves, overdue, queries
from gis.cases.models import Case, CaseLog, Notice
from tests import make

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("test_settings")


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


def reported(session: Session, town: make.Town, pin: tuple[float, float] | None = None) -> Case:
    new = make.new_report(pin=pin or town.inside("A"))
    return session.get_one(Case, journey.report(session, new, make.NOW).row.case.id)


def watch(session: Session, at: timedelta) -> list[int]:
    """Run the watch over all stages at an instant after the report."""
    done = [overdue.step(session, stage, make.NOW + at) for stage in overdue.ORDER]
    session.flush()
    return done


def keys(session: Session) -> set[str]:
    return {key.split(":")[0] for key in session.scalars(select(Notice.key))} - {"assigned"}


def test_nothing_happens_before_its_time(session: Session, town: make.Town) -> None:
    reported(session, town)
    assert sum(watch(session, timedelta(minutes=1))) == 0


def test_a_reminder_is_written_once_and_tells_the_owner(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    moves.make(session, case, "accept", moves.Actor("grid_member"), make.NOW)
    assert sum(watch(session, 2.5 * DAY)) == 1
    assert sum(watch(session, 2.6 * DAY)) == 0
    notice = session.scalars(select(Notice).where(Notice.key.startswith("remind"))).one()
    assert notice.member_id == case.member_id
    assert "快到期" in notice.body
    assert "Due soon" in notice.body_en


def test_what_is_missed_goes_up_level_by_level_and_the_owner_stays(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    moves.make(session, case, "accept", moves.Actor("grid_member"), make.NOW)
    owner = (case.organisation_id, case.member_id, case.state)
    for days in (4, 8, 12, 20, 30):
        watch(session, days * DAY)
        assert (case.organisation_id, case.member_id, case.state) == owner
        watch(session, days * DAY + HOUR)
    levels = [one.level for one in clocks.of_case(session, case.id) if one.stage == "handle"]
    assert levels == ["grid", "community", "subdistrict", "district"]
    escalated = [log for log in queries.history(session, case.id) if log.move == "escalate"]
    assert [log.detail["level"] for log in escalated] == ["community", "subdistrict", "district"]
    assert all(log.role == "system" for log in escalated)
    history = list(queries.history(session, case.id))
    assert (moves.replay(history), len(history)) == (case.state, case.revision)
    assert {"late", "escalate"} <= keys(session)
    assert overdue.watched(session, [case.id])[case.id] == ("区县", "district")


def test_a_level_that_watches_has_an_organisation(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    moves.make(session, case, "accept", moves.Actor("grid_member"), make.NOW)
    watch(session, 4 * DAY)
    above = next(one for one in clocks.of_case(session, case.id) if one.level == "community")
    assert above.organisation_id == town.committee.id
    assert above.started_at == make.NOW + 4 * DAY


def test_what_nobody_has_goes_up_first_and_sooner(session: Session, town: make.Town) -> None:
    reported(session, town)
    lost = reported(session, town, (100.0, 30.0))
    assert overdue.ORDER[0] == "dispatch"
    watch(session, 5 * HOUR)
    moved = session.scalars(select(CaseLog.case_id).where(CaseLog.move == "escalate")).all()
    assert moved == [lost.id]
    watching = [one for one in clocks.of_case(session, lost.id) if one.level == "subdistrict"]
    assert [one.organisation_id for one in watching] == [town.committee.id]


def test_acting_stops_the_clocks_of_all_levels(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    worker = moves.Actor("grid_member", make.account(session, "grid_member").id)
    moves.make(session, case, "accept", worker, make.NOW)
    watch(session, 4 * DAY)
    moves.make(session, case, "act", worker, make.NOW + 4 * DAY, reason="换了灯泡")
    assert {one.stage for one in clocks.of_case(session, case.id) if one.running} == {"check"}
    assert clocks.marks(session, case.id, make.NOW + 9 * DAY)[0].level == "grid"


def test_a_hold_keeps_a_case_from_being_late(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    until = make.NOW + 20 * DAY
    worker = moves.Actor("commander", make.account(session, "commander").id)
    moves.make(
        session,
        case,
        "pause",
        worker,
        make.NOW,
        reason="冰冻",
        detail={"cause": "season", "until": until.isoformat()},
    )
    assert sum(watch(session, 19 * DAY)) == 0
    assert not queries.case_of(session, make.EVERYTHING, case.id, make.NOW).late(make.NOW + 19 * DAY)


def handle(session: Session, case: Case) -> list[tuple[str, bool, object]]:
    return [
        (one.level, one.running, one.due_at)
        for one in clocks.of_case(session, case.id)
        if one.stage == "handle"
    ]


def test_a_merged_case_is_not_escalated_and_goes_up_once_the_merge_is_undone(
    session: Session, town: make.Town
) -> None:
    kept, case = reported(session, town), reported(session, town)
    commander = moves.Actor("commander", make.account(session, "commander").id)
    for one in (kept, case):
        moves.make(session, one, "accept", moves.Actor("grid_member"), make.NOW)
    [(level, running, due_at)] = handle(session, case)
    assert running
    told = {"into_id": kept.id}
    moves.make(session, case, "merge", commander, make.NOW + HOUR, reason="同一件", detail=told)
    session.flush()
    assert handle(session, case) == [(level, False, due_at)]
    watch(session, 5 * DAY)
    assert not [log for log in queries.history(session, case.id) if log.move == "escalate"]
    assert [log for log in queries.history(session, kept.id) if log.move == "escalate"]
    moves.make(session, case, "unmerge", commander, make.NOW + 5 * DAY, reason="不是同一件")
    session.flush()
    assert handle(session, case) == [(level, True, due_at)], "the deadline is the one it had"
    watch(session, 5 * DAY + HOUR)
    levels = [one[0] for one in handle(session, case)]
    assert len(levels) == 2
    assert [log.move for log in queries.history(session, case.id)][-1] == "escalate"


def test_the_kept_case_goes_on_with_its_own_clock(session: Session, town: make.Town) -> None:
    kept, case = reported(session, town), reported(session, town)
    commander = moves.Actor("commander", make.account(session, "commander").id)
    before = handle(session, kept)
    moves.make(
        session, case, "merge", commander, make.NOW + HOUR, reason="同一件", detail={"into_id": kept.id}
    )
    moves.make(session, case, "unmerge", commander, make.NOW + 2 * HOUR, reason="不是同一件")
    session.flush()
    assert handle(session, kept) == before
    assert [one[1] for one in handle(session, case)] == [True]


def test_a_hold_stops_escalation_and_a_case_with_an_agency_goes_up(session: Session, town: make.Town) -> None:
    held, handed = reported(session, town), reported(session, town)
    commander = moves.Actor("commander", make.account(session, "commander").id)
    told = {"cause": "weather", "until": (make.NOW + 10 * DAY).isoformat()}
    moves.make(session, held, "pause", commander, make.NOW, detail=told)
    moves.make(
        session, handed, "transfer", commander, make.NOW, reason="归水务", detail={"agency": "样例单位"}
    )
    session.flush()
    watch(session, 6 * DAY)
    assert not [log for log in queries.history(session, held.id) if log.move == "escalate"]
    assert [log for log in queries.history(session, handed.id) if log.move == "escalate"]
    assert (handed.agency, handed.organisation_id, handed.state) == ("样例单位", None, "transferred")
    late = session.scalars(select(Notice).where(Notice.key.startswith("late"), Notice.case_id == handed.id))
    assert {one.agency for one in late} == {"样例单位"}
