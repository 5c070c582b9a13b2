"""Trying rules on past cases: the same rules move nobody, the trial chooses as the live choice did, few questions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from gis.cases import journey, queries
from gis.cases.dispatch import kept, past, trial
from gis.cases.dispatch.choosing import choose
from gis.cases.dispatch.models import DispatchRule
from gis.cases.dispatch.rules import Rule
from tests import make

pytestmark = pytest.mark.usefixtures("test_settings")
SINCE, UNTIL = make.NOW - timedelta(days=1), make.NOW + timedelta(days=1)


@pytest.fixture
def town(session: Session) -> make.Town:
    town = make.Town(session)
    other = make.member(session, branch=town.branches["A"], skills=("水电",))
    make.posting(session, other, town.grids["A"])
    for letter in "AAAAB":
        journey.report(session, make.new_report(pin=town.inside(letter)), make.NOW)
    return town


def tried(session: Session, *rules: Rule) -> trial.Trial:
    return trial.try_rules(session, rules, SINCE, UNTIL)


def live(session: Session) -> list[Rule]:
    now = datetime.now(UTC)
    return [rule for rule in kept.book(session).rules.rules if rule.in_force(now)]


def test_todays_rules_move_nobody(session: Session, town: make.Town) -> None:
    session.add(DispatchRule(code="R1", agency="样例队", grid_id=town.grids["A"].id, valid=make.span()))
    session.add(DispatchRule(code="R2", skill="水电", valid=make.span()))
    session.flush()
    found = tried(session, *live(session))
    assert (found.cases, found.moved, found.changes) == (5, [], {})
    assert found.before == found.after


def test_another_branch_another_skill_another_agency(session: Session, town: make.Town) -> None:
    away = Rule("R1", place_level="grid", place_id=town.grids["A"].id, organisation_id=town.branches["B"].id)
    found = tried(session, away)
    assert len(found.moved) == 4
    assert found.changes == {"organisation_id": 4, "member_id": 4}
    assert found.after["organisation_id"] == {town.branches["B"].id: 5}
    assert found.after["member_id"] == {town.members["B"].id: 5}
    found = tried(session, Rule("R1", skill="水电", place_level="grid", place_id=town.grids["A"].id))
    assert found.changes["member_id"] == 4 - found.before["member_id"][_electrician(found, town)]
    found = tried(session, Rule("R1", agency="样例队"))
    assert found.changes == {"agency": 5}
    assert [(one.kind, one.name, one.before, one.after) for one in trial.shifts(session, found)] == [
        ("agency", "样例队", 0, 5)
    ]
    assert {line.rule for line in trial.lines(session, found)} == {"R1"}


def _electrician(found: trial.Trial, town: make.Town) -> object:
    [one] = set(found.after["member_id"]) - {town.members["B"].id, town.members["A"].id}
    return one


def test_the_trial_chooses_as_the_live_choice_did(session: Session, town: make.Town) -> None:
    cases = past.past_cases(session, SINCE, UNTIL)
    asked = past.asked_for(session, [case.case_id for case in cases])
    weights = kept.book(session).weights
    assert len(asked) == 5
    for case in cases:
        who = asked[case.case_id]
        ranked = choose(who.members, case.skill, who.distances, weights.at(case.at))
        assert ranked[0].member.member_id == case.member_id
        kept_points = queries.receipts(session, case.case_id)[0].receipt["considered"]
        assert [one.points for one in ranked] == [one["points"] for one in kept_points]


RULES = st.builds(
    dict,
    category=st.sampled_from(["", "component", "C01", "C0118", "event"]),
    letter=st.sampled_from([None, "A", "B"]),
    weekdays=st.sampled_from(["1234567", "1", "67"]),
    skill=st.sampled_from(["", "水电", "路灯"]),
    agency=st.sampled_from(["", "样例队"]),
    branch=st.sampled_from([None, "A", "B"]),
).filter(lambda one: one["skill"] or one["agency"] or one["branch"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RULES, max_size=3))
def test_what_goes_live_is_what_was_tried(
    session: Session, town: make.Town, rows: list[dict[str, Any]]
) -> None:
    """Cases reported after rules went live stand where the trial on the earlier ones said, and replay unmoved."""
    rules = [_rule(town, number, row) for number, row in enumerate(rows)]
    with session.begin_nested() as undone:
        told = tried(session, *rules)
        session.add_all(_row(town, rule) for rule in _without_contradictions(rules))
        session.flush()
        again = tried(session, *live(session))
        undone.rollback()
    assert again.moved == []
    assert told.cases == again.cases == 5


def _rule(town: make.Town, number: int, row: dict[str, Any]) -> Rule:
    place = {"place_level": "grid", "place_id": town.grids[row["letter"]].id} if row["letter"] else {}
    branch = {"organisation_id": town.branches[row["branch"]].id} if row["branch"] else {}
    same = {name: row[name] for name in ("category", "weekdays", "skill", "agency")}
    return Rule(f"R{number}", **same, **place, **branch)


def _without_contradictions(rules: list[Rule]) -> list[Rule]:
    from gis.cases.dispatch.contradictions import first_contradiction

    fine: list[Rule] = []
    for rule in rules:
        if first_contradiction(rule, [(0, other) for other in fine]) is None:
            fine.append(rule)
    return fine


def _row(town: make.Town, rule: Rule) -> DispatchRule:
    del town
    names = ("code", "category", "weekdays", "skill", "agency", "organisation_id")
    grid_id = rule.place_id if rule.place_level == "grid" else None
    return DispatchRule(**{name: getattr(rule, name) for name in names}, grid_id=grid_id, valid=make.span())


def test_the_number_of_questions_does_not_grow_with_the_cases(session: Session, town: make.Town) -> None:
    away = Rule("R1", organisation_id=town.branches["B"].id, skill="水电")
    few = _questions(session, away)
    for _ in range(10):
        journey.report(session, make.new_report(pin=town.inside("A")), make.NOW)
    assert _questions(session, away) == few


def _questions(session: Session, rule: Rule) -> int:
    tried(session, rule)  # what is kept by version is there
    seen: list[str] = []
    connection = session.connection()

    def note(*given: Any) -> None:
        seen.append(given[2])

    event.listen(connection, "before_cursor_execute", note)
    tried(session, rule)
    event.remove(connection, "before_cursor_execute", note)
    return len(seen)
