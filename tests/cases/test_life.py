"""The guards of the moves, each by its own story; the random walk over all of them stands in tests/properties."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gis.cases import clocks, evaluate, joint, journey, moves, pauses, queries
from gis.cases.actor import SYSTEM, Actor
from gis.cases.assign import reassign
from gis.cases.models import Case, Evaluation, Notice, Report
from gis.cases.stand import Stand, retrace, round_trips
from gis.cases.states import Handling, State
from gis.errors import ConflictError, InputError, MoveRefusedError
from tests import make

pytestmark = pytest.mark.usefixtures("test_settings")

DAY = timedelta(days=1)
BAD = evaluate.Said(True, "no", 1, "灯还是不亮")
GOOD = evaluate.Said(True, "yes", 5)


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


class People:
    """Who works here: each a different person with an account."""

    def __init__(self, session: Session, town: make.Town) -> None:
        self.member = self._one(session, "grid_member", town.members["A"].id)
        self.branch = self._one(session, "branch")
        self.commander = self._one(session, "commander")
        self.other_commander = self._one(session, "commander")
        self.agency = self._one(session, "agency")

    def _one(self, session: Session, role: str, member_id: int | None = None) -> Actor:
        return Actor(role, make.account(session, role, member_id=member_id).id, member_id)


@pytest.fixture
def people(session: Session, town: make.Town) -> People:
    return People(session, town)


@pytest.fixture
def case(session: Session, town: make.Town) -> Case:
    received = journey.report(session, make.new_report(pin=town.inside("A")), make.NOW)
    return session.get_one(Case, received.row.case.id)


def do(case: Case, name: str, who: Actor, now: Any = make.NOW, **detail: Any) -> None:
    """Make a move with a reason."""
    session = Session.object_session(case)
    assert session is not None
    moves.make(session, case, name, who, now, reason="样例理由", detail=detail)
    session.flush()
    assert retrace(queries.history(session, case.id)) == Stand.of(case)


def closed(case: Case, people: People, now: Any = make.NOW) -> Case:
    """Walk it to its end."""
    do(case, "accept", people.member, now)
    do(case, "act", people.member, now)
    do(case, "check_pass", people.branch, now)
    return case


def token(session: Session, case: Case) -> str:
    return session.scalars(select(Report.tracking_token).where(Report.case_id == case.id)).one()


def test_a_look_before_filing_ends_as_a_case_or_as_none(case: Case, people: People) -> None:
    do(case, "ask_pre_check", people.commander)
    assert case.state == State.PRE_CHECK
    do(case, "confirm", people.member)
    assert case.state == State.ASSIGNED
    do(case, "ask_pre_check", people.commander)
    do(case, "deny", people.member)
    assert (case.state, case.closed_at) == (State.VOID, make.NOW)


def test_a_refusal_says_to_whom_and_leaves_nobody_with_it(case: Case, people: People) -> None:
    with pytest.raises(InputError, match="应当交给谁"):
        do(case, "refuse", people.member)
    do(case, "refuse", people.member, toward="样例水务所")
    assert (case.state, case.organisation_id, case.member_id) == (State.QUEUED, None, None)


def test_more_time_needs_two_people_and_neither_is_the_one_who_asks(
    session: Session, case: Case, people: People
) -> None:
    do(case, "accept", people.member)
    due_at = case.due_at
    assert due_at is not None
    do(case, "ask_extension", people.member, limit="2工作日")
    with pytest.raises(MoveRefusedError, match="先有一位"):
        do(case, "approve_extension", people.commander)
    do(case, "endorse_extension", people.commander)
    assert case.due_at == due_at
    with pytest.raises(MoveRefusedError, match="同一个人"):
        do(case, "approve_extension", people.commander)
    do(case, "approve_extension", people.other_commander)
    assert case.due_at is not None
    assert case.due_at > due_at
    assert case.extension_asked_at is None
    assert any(clock.original_due_at == due_at for clock in clocks.of_case(session, case.id))


def test_whoever_asks_for_more_time_cannot_second_it(case: Case, people: People) -> None:
    do(case, "accept", people.branch)
    do(case, "ask_extension", people.branch, limit="1工作日")
    with pytest.raises(MoveRefusedError, match="自己的延期"):
        do(case, "endorse_extension", people.branch)


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"cause": "lunch", "until": (make.NOW + DAY).isoformat()},
        {"cause": "weather", "until": make.NOW.isoformat()},
        {"cause": "weather", "until": (make.NOW + 16 * DAY).isoformat()},
        {"cause": "weather", "until": "2026-11-30"},
        {"cause": "weather", "until": "soon"},
    ],
)
def test_a_hold_needs_a_named_cause_and_a_day_it_bears(
    case: Case, people: People, detail: dict[str, str]
) -> None:
    with pytest.raises(InputError):
        do(case, "pause", people.branch, **detail)
    assert case.state == State.ASSIGNED


def test_a_hold_ends_by_itself_on_its_day_and_goes_back_to_where_it_was(
    session: Session, case: Case, people: People
) -> None:
    do(case, "accept", people.member)
    until = make.NOW + 2 * DAY
    do(case, "pause", people.branch, cause="material", until=until.isoformat())
    assert (case.state, case.paused_until, case.member_id) == (State.PAUSED, until, people.member.member_id)
    assert pauses.ended(session, until - timedelta(seconds=1), 5) == {}
    assert pauses.ended(session, until, 5) == {case.id: False}
    assert pauses.resume(session, case.id, until) is case
    session.flush()
    assert (case.state, case.paused_until) == (State.ACCEPTED, None)
    assert pauses.ended(session, until, 5) == {}
    assert pauses.resume(session, case.id, until) is None


def test_a_whole_waits_for_its_parts_and_reads_that_they_are_done(
    session: Session, town: make.Town, case: Case, people: People
) -> None:
    do(case, "accept", people.member)
    whom = joint.Whom(town.branches["B"].id)
    part = joint.split(session, case, people.branch, make.NOW, words="请清走杂物", whom=whom)
    session.flush()
    assert (part.state, part.organisation_id, part.parent_id) == (
        State.ASSIGNED,
        whom.organisation_id,
        case.id,
    )
    assert [clock.stage for clock in clocks.of_case(session, part.id) if clock.running]
    with pytest.raises(MoveRefusedError, match="1 件联办件"):
        do(case, "act", people.member)
    do(part, "accept", people.branch)
    do(part, "act", people.branch)
    do(part, "check_pass", people.commander)
    session.refresh(case)
    assert queries.history(session, case.id)[-1].move == "child_done"
    do(case, "act", people.member)
    do(case, "check_pass", people.commander)


def test_a_part_is_never_its_own_whole(session: Session, case: Case) -> None:
    case.parent_id = case.id
    with pytest.raises(IntegrityError, match="parent_first"):
        session.flush()


def test_an_agency_has_what_was_handed_to_it_and_nobody_else(case: Case, people: People) -> None:
    with pytest.raises(MoveRefusedError, match="别的单位"):
        do(case, "accept", people.agency)
    do(case, "transfer", people.branch, agency="样例水务所")
    assert (case.state, case.organisation_id, case.handling) == (State.TRANSFERRED, None, Handling.TRANSFER)
    with pytest.raises(MoveRefusedError, match="别的单位"):
        do(case, "accept", people.member)
    do(case, "accept", people.agency)
    do(case, "act", people.agency)
    do(case, "check_pass", people.branch)
    assert case.state == State.CLOSED


def test_taken_back_it_goes_to_whoever_had_it(session: Session, case: Case, people: People) -> None:
    before = Stand.of(case).owner
    do(case, "transfer", people.branch, agency="样例水务所")
    do(case, "take_back", people.branch)
    assert (case.state, case.handling) == (State.ASSIGNED, Handling.OWN)
    assert Stand.of(case).owner.unit == before.unit
    assert round_trips(queries.history(session, case.id)) == 2


def test_round_trips_count_units_not_people(
    session: Session, town: make.Town, case: Case, people: People
) -> None:
    do(case, "refuse", people.member, toward="不清楚")
    for letter in "AAB":
        reassign(
            session,
            case,
            people.commander,
            make.NOW,
            organisation_id=town.branches[letter].id,
            member_id=None,
            reason="样例",
        )
        session.flush()
    assert round_trips(queries.history(session, case.id)) == 1


def test_a_bad_mark_opens_the_case_once_with_a_new_clock(
    session: Session, case: Case, people: People
) -> None:
    closed(case, people)
    first = [clock.id for clock in clocks.of_case(session, case.id) if clock.stage == "handle"]
    evaluate.rate(session, token(session, case), BAD, make.NOW + DAY)
    session.flush()
    assert (case.state, case.reopened, case.closed_at) == (State.ASSIGNED, 1, None)
    handling = [clock for clock in clocks.of_case(session, case.id) if clock.stage == "handle"]
    assert len(handling) == len(first) + 1
    assert [clock.started_at for clock in handling if clock.running] == [make.NOW + DAY]


def test_a_bad_mark_is_closed_only_with_a_correction_and_a_reply(
    session: Session, case: Case, people: People
) -> None:
    closed(case, people)
    evaluate.rate(session, token(session, case), BAD, make.NOW)
    do(case, "accept", people.member)
    do(case, "act", people.member)
    with pytest.raises(MoveRefusedError, match="答复"):
        do(case, "check_pass", people.branch)
    do(case, "reply", people.branch)
    do(case, "check_pass", people.branch)
    assert (case.state, case.bad_mark_at) == (State.CLOSED, None)


def test_a_second_bad_word_is_a_complaint_that_needs_both_before_it_is_settled(
    session: Session, case: Case, people: People
) -> None:
    closed(case, people)
    evaluate.reopen(session, token(session, case), "又坏了", make.NOW)
    closed(case, people)
    evaluate.rate(session, token(session, case), BAD, make.NOW)
    assert (case.state, case.reopened) == (State.CLOSED, 1)
    assert queries.history(session, case.id)[-1].move == "complain"
    for missing, move in (("整改", "correct"), ("答复", "reply")):
        with pytest.raises(MoveRefusedError, match=missing):
            do(case, "settle", people.commander)
        do(case, move, people.branch)
    do(case, "settle", people.commander)
    assert case.bad_mark_at is None


def test_a_mark_is_given_once_a_closing(session: Session, case: Case, people: People) -> None:
    closed(case, people)
    evaluate.rate(session, token(session, case), GOOD, make.NOW)
    with pytest.raises(ConflictError, match="已经评价"):
        evaluate.rate(session, token(session, case), BAD, make.NOW)
    assert session.scalars(select(Evaluation.satisfaction)).all() == [5]


def test_a_call_back_that_reached_nobody_is_no_mark(session: Session, case: Case, people: People) -> None:
    closed(case, people)
    evaluate.call_back(session, case, people.branch, evaluate.Said(reached=False), make.NOW)
    evaluate.call_back(session, case, people.branch, BAD, make.NOW)
    session.flush()
    assert case.state == State.ASSIGNED
    assert [(one.reached, one.resolved) for one in evaluate.evaluations(session, case.id)] == [
        (False, None),
        (True, "no"),
    ]


def test_an_appeal_is_judged_by_neither_who_appeals_nor_who_was_late(
    session: Session, case: Case, people: People
) -> None:
    do(case, "accept", people.member)
    with pytest.raises(MoveRefusedError, match="没有逾期"):
        do(case, "appeal", people.member)
    late = make.NOW + 30 * DAY
    do(case, "appeal", people.member, late)
    judge = Actor("commander", people.commander.account_id, people.member.member_id)
    with pytest.raises(MoveRefusedError, match="裁定自己"):
        do(case, "uphold_appeal", judge, late)
    before = len(clocks.marks(session, case.id, late))
    do(case, "uphold_appeal", people.commander, late)
    assert len(clocks.marks(session, case.id, late)) == before - 1


def test_an_undone_merge_gives_back_what_was(
    session: Session, town: make.Town, case: Case, people: People
) -> None:
    kept = journey.report(session, make.new_report(pin=town.inside("A")), make.NOW).row.case.id
    do(case, "accept", people.member)
    owner = Stand.of(case).owner
    do(case, "merge", people.branch, into_id=kept)
    assert (case.state, case.merged_into_id) == (State.MERGED, kept)
    do(case, "unmerge", people.branch)
    assert (case.state, case.merged_into_id, case.closed_at) == (State.ACCEPTED, None, None)
    assert Stand.of(case).owner == owner


def test_moves_are_told_in_both_languages(session: Session, case: Case, people: People) -> None:
    do(case, "transfer", people.branch, agency="样例水务所")
    told = {
        notice.agency: notice
        for notice in session.scalars(select(Notice))
        if notice.key.startswith("transfer")
    }
    assert set(told) == {"样例水务所", ""}
    assert told["样例水务所"].body_en.startswith("Handed to you")
    assert told[""].to_reporters


def test_the_name_of_old_histories_still_replays_but_is_not_made_any_more(
    session: Session, case: Case, people: People
) -> None:
    with pytest.raises(MoveRefusedError, match="旧记录"):
        do(case, "return", people.member)
    logs = list(queries.history(session, case.id))
    old = moves.decide("return", State(case.state), case.revision, SYSTEM, make.NOW, reason="样例")
    assert moves.replay([*logs, old]) is State.QUEUED


def test_another_category_is_told_and_moves_no_clock(
    session: Session, town: make.Town, case: Case, people: People
) -> None:
    make.case_type(session, "C0999", name="样例类别", limit_value=2, limit_unit="WH")
    before = clocks.of_case(session, case.id)
    due_at = case.due_at
    with pytest.raises(InputError, match="请选择类别"):
        do(case, "recategorise", people.commander)
    with pytest.raises(InputError, match="没有“C7777”"):
        do(case, "recategorise", people.commander, category="C7777")
    do(case, "recategorise", people.commander, make.NOW + DAY, category="C0999")
    with pytest.raises(MoveRefusedError, match="已经是这个类别"):
        do(case, "recategorise", people.commander, category="C0999")
    log = queries.history(session, case.id)[-1]
    assert (log.detail["from_category"], log.detail["category"]) == ("C0118", "C0999")
    after = clocks.of_case(session, case.id)
    assert [(one.limit, one.started_at, one.due_at) for one in after] == [
        (one.limit, one.started_at, one.due_at) for one in before
    ]
    assert (case.state, case.due_at) == (State.ASSIGNED, due_at)


def test_a_clock_that_begins_later_goes_by_the_new_category(
    session: Session, town: make.Town, people: People
) -> None:
    make.case_type(session, "C0999", name="样例类别", limit_value=2, limit_unit="WH")
    received = journey.report(session, make.new_report(pin=(100.0, 30.0)), make.NOW)
    case = session.get_one(Case, received.row.case.id)
    assert case.state == State.QUEUED
    do(case, "recategorise", people.commander, category="C0999")
    reassign(
        session,
        case,
        people.commander,
        make.NOW,
        organisation_id=town.branches["A"].id,
        member_id=None,
        reason="样例理由",
    )
    handle = next(one for one in clocks.of_case(session, case.id) if one.stage == "handle")
    assert str(handle.limit) == "2工作时"


def test_what_an_agency_has_is_not_the_branchs_to_name(case: Case, people: People) -> None:
    do(case, "transfer", people.commander, agency="样例单位")
    with pytest.raises(MoveRefusedError, match="别的单位"):
        do(case, "recategorise", people.branch, category="C0118")
