"""Who is responsible at this point at this time: member, branch, community - and never nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from gis.staff.models import Member
from gis.staff.queries import AnsweredBy, responsible_at
from tests import make
from tests.draw import draw

CHANGE = datetime(2026, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_member_answers(session: Session) -> None:
    town = make.Town(session)
    answer = responsible_at(session, *town.inside("A"), make.NOW)
    assert answer is not None
    assert answer.answered_by is AnsweredBy.MEMBER
    assert answer.members[0].member_id == town.members["A"].id
    assert answer.organisation_id == town.branches["A"].id
    assert town.members["A"].name in answer.sentence


def test_a_grid_without_a_member_falls_to_its_branch(session: Session) -> None:
    town = make.Town(session)
    lonely = make.grid(session, "990102001001007", draw("....C")["C"], town.community, name="第C网格")
    branch = make.organisation(session, parent=town.committee, name="第C网格党支部")
    make.answers_for(session, branch, lonely)
    group = make.organisation(session, "group", parent=branch)
    make.member(session, branch=group)
    answer = responsible_at(session, draw("....C")["C"].centroid.x, draw("C")["C"].centroid.y, make.NOW)
    assert answer is not None
    assert answer.answered_by is AnsweredBy.BRANCH
    assert answer.organisation_id == branch.id
    assert "没有网格员" in answer.sentence


def test_a_branch_without_people_falls_to_the_community(session: Session) -> None:
    town = make.Town(session)
    town.members["A"].left_at = make.NOW - DAY
    session.flush()
    answer = responsible_at(session, *town.inside("A"), make.NOW)
    assert answer is not None
    assert answer.answered_by is AnsweredBy.COMMUNITY
    assert answer.organisation_id == town.committee.id
    assert "没有人员" in answer.sentence


def test_ground_in_no_grid_stays_with_its_community(session: Session) -> None:
    town = make.Town(session, "A.\nAB")
    community = make.area(
        session,
        "community",
        "990102001002",
        parent=town.subdistrict,
        shape=draw("...C")["C"],
        name="空白社区",
    )
    shape = draw("...C")["C"]
    answer = responsible_at(session, shape.centroid.x, shape.centroid.y, make.NOW)
    assert answer is not None
    assert (answer.grid_id, answer.community_id) == (None, community.id)
    assert "没有划入网格" in answer.sentence


def test_outside_every_community_nobody_is_made_up(session: Session) -> None:
    make.Town(session)
    assert responsible_at(session, 100.0, 30.0, make.NOW) is None


def test_the_day_before_of_and_after_a_posting_changes(session: Session) -> None:
    town = make.Town(session)
    grid = make.grid(session, "990102001001008", draw("....C")["C"], town.community)
    first, second = make.member(session), make.member(session)
    make.posting(session, first, grid, valid=make.span(make.LONG_AGO, CHANGE))
    make.posting(session, second, grid, valid=make.span(CHANGE))
    point = draw("....C")["C"].centroid

    def who(at: datetime) -> list[int]:
        answer = responsible_at(session, point.x, point.y, at)
        return [member.member_id for member in answer.members] if answer else []

    assert who(CHANGE - DAY) == [first.id]
    assert who(CHANGE - timedelta(microseconds=1)) == [first.id]
    assert who(CHANGE) == [second.id], "the change counts from its first instant"
    assert who(CHANGE + DAY) == [second.id]


def test_the_branch_of_the_day_answers(session: Session) -> None:
    town = make.Town(session)
    grid = make.grid(session, "990102001001008", draw("....C")["C"], town.community)
    before, since = make.organisation(session, name="旧支部"), make.organisation(session, name="新支部")
    make.answers_for(session, before, grid, valid=make.span(make.LONG_AGO, CHANGE))
    make.answers_for(session, since, grid, valid=make.span(CHANGE))
    point = draw("....C")["C"].centroid
    answers = [responsible_at(session, point.x, point.y, at) for at in (CHANGE - DAY, CHANGE, CHANGE + DAY)]
    assert [answer.branch for answer in answers if answer] == ["旧支部", "新支部", "新支部"]


def test_who_left_no_longer_answers_but_did_before(session: Session) -> None:
    town = make.Town(session)
    who: Member = town.members["B"]
    who.left_at = CHANGE
    session.flush()
    before = responsible_at(session, *town.inside("B"), CHANGE - DAY)
    after = responsible_at(session, *town.inside("B"), CHANGE)
    assert before is not None
    assert after is not None
    assert [member.member_id for member in before.members] == [who.id]
    assert after.members == ()


def test_leaders_are_named_first_and_volunteers_are_not_asked(session: Session) -> None:
    town = make.Town(session)
    helper, leader = make.member(session), make.member(session)
    make.posting(session, helper, town.grids["A"], role="volunteer")
    make.posting(session, leader, town.grids["A"], role="grid_leader")
    answer = responsible_at(session, *town.inside("A"), make.NOW)
    assert answer is not None
    assert [member.member_id for member in answer.members] == [leader.id, town.members["A"].id]
