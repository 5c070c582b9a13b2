"""Which rule speaks: the order of precedence as a table, hours over midnight, dates, and contradictions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gis.cases.dispatch.models import DispatchRule
from gis.cases.dispatch.rules import Matter, Rule, Rulebook
from tests import make

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
GRID, COMMUNITY, SUBDISTRICT, DISTRICT, CITY = 7, 4, 3, 2, 1
AREAS = frozenset({COMMUNITY, SUBDISTRICT, DISTRICT, CITY})


def matter(local: datetime = MONDAY, category: str = "C0118") -> Matter:
    return Matter("component", category, GRID, AREAS, local)


def at(level: str, place_id: int) -> dict[str, Any]:
    return {"place_level": level, "place_id": place_id}


NIGHT = {"from_min": 22 * 60, "to_min": 6 * 60}
WORKDAYS = {"weekdays": "12345"}
MORNING = {"from_min": 8 * 60, "to_min": 12 * 60}


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        # the category comes before everything
        ({"category": "C0118"}, {"category": "C01"}),
        ({"category": "C01"}, {"category": "component"}),
        ({"category": "component"}, {}),
        ({"category": "C0118"}, {"category": "C01", **at("grid", GRID)}),
        ({"category": "component"}, {**at("grid", GRID), **MORNING}),
        # then the place
        (at("grid", GRID), at("community", COMMUNITY)),
        (at("community", COMMUNITY), at("subdistrict", SUBDISTRICT)),
        (at("subdistrict", SUBDISTRICT), at("district", DISTRICT)),
        (at("district", DISTRICT), at("city", CITY)),
        (at("city", CITY), {}),
        (at("city", CITY), MORNING),
        # then the hours
        (MORNING, {}),
        ({**MORNING, **WORKDAYS}, MORNING),
        ({"weekdays": "1"}, WORKDAYS),
        # then the beginning, then the code
        ({"begins": MONDAY - timedelta(days=1)}, {"begins": MONDAY - timedelta(days=9)}),
        ({"begins": MONDAY - timedelta(days=1)}, {}),
    ],
)
def test_the_first_line_that_differs_decides(winner: dict[str, Any], loser: dict[str, Any]) -> None:
    rules = [Rule("B", **winner), Rule("A", **loser)]
    for given_order in (rules, rules[::-1]):
        ruling = Rulebook.of(given_order).ruling(matter(), MONDAY)
        assert ruling is not None
        assert ruling.code == "B"


def test_between_equals_the_smaller_code_speaks() -> None:
    assert Rulebook.of([Rule("R2"), Rule("R1")]).ruling(matter(), MONDAY) == Rule("R1")


@pytest.mark.parametrize(
    ("rule", "speaks"),
    [
        ({}, True),
        ({"category": "C0119"}, False),
        ({"category": "E"}, False),
        ({"category": "event"}, False),
        ({"category": "C"}, True),
        (at("grid", GRID + 1), False),
        (at("community", GRID), False),
        (at("grid", COMMUNITY), False),
        ({"weekdays": "67"}, False),
        ({"from_min": 600, "to_min": 601}, True),
        ({"from_min": 599, "to_min": 600}, False),
        (NIGHT, False),
        ({"begins": MONDAY}, True),
        ({"begins": MONDAY + timedelta(seconds=1)}, False),
        ({"ends": MONDAY}, False),
        ({"ends": MONDAY + timedelta(seconds=1)}, True),
    ],
)
def test_a_rule_speaks_only_of_what_it_names(rule: dict[str, Any], *, speaks: bool) -> None:
    assert (Rulebook.of([Rule("R1", **rule)]).ruling(matter(), MONDAY) is not None) is speaks


@pytest.mark.parametrize(
    ("days_later", "hour", "minute", "holds"),
    [
        (4, 21, 59, False),  # Friday
        (4, 22, 0, True),
        (5, 5, 59, True),  # Saturday morning belongs to Friday's night
        (5, 6, 0, False),
        (5, 22, 0, False),  # Saturday's own night
        (0, 5, 0, False),  # Monday morning belongs to Sunday's
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(
    days_later: int, hour: int, minute: int, *, holds: bool
) -> None:
    local = (MONDAY + timedelta(days=days_later)).replace(hour=hour, minute=minute)
    assert Rule("R1", **WORKDAYS, **NIGHT).holds_at(local) is holds


RULES = st.builds(
    Rule,
    code=st.text("abc", min_size=1, max_size=3),
    category=st.sampled_from(["", "component", "event", "C", "C01", "C0118", "E01"]),
    place_level=st.just(""),
    weekdays=st.sampled_from(["1234567", "12345", "1", "67"]),
    from_min=st.integers(0, 1439),
    to_min=st.integers(1, 1440),
).filter(lambda rule: rule.from_min != rule.to_min)


@given(st.lists(RULES, max_size=12), st.integers(0, 7 * 1440 - 1))
def test_the_ruling_is_the_first_that_fits_whatever_the_order_given(rules: list[Rule], minute: int) -> None:
    local = MONDAY.replace(hour=0) + timedelta(minutes=minute)
    one = Rulebook.of(rules).ruling(matter(local))
    other = Rulebook.of(rules[::-1]).ruling(matter(local))
    assert (one is None) == (other is None) == (not any(
        rule.about("component", "C0118") and rule.holds_at(local) for rule in rules
    ))  # fmt: skip
    if one is not None and other is not None:
        assert (one.category, one.width_min) == (other.category, other.width_min)


def stored(session: Session, code: str, **given: Any) -> None:
    row = {"category": "C0118", "skill": "路灯", "valid": make.span()} | given
    session.add(DispatchRule(code=code, **row))
    session.flush()


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"valid": make.span(make.NOW)},
        {"weekdays": "1234567"},
    ],
)
def test_two_rules_that_contradict_each_other_cannot_both_be(session: Session, other: dict[str, Any]) -> None:
    stored(session, "R1")
    with pytest.raises(IntegrityError, match="ex_dispatch_rule_contradiction"):
        stored(session, "R2", agency="样例单位", **other)


@pytest.mark.parametrize(
    "other",
    [
        {"category": "C01"},
        {"from_min": 480},  # narrower hours: it speaks first
        {"weekdays": "12345"},
        {"valid": make.span(end=make.LONG_AGO + timedelta(days=1), start=make.LONG_AGO - timedelta(days=9))},
    ],
)
def test_rules_that_one_of_the_first_lines_parts_stand_together(
    session: Session, other: dict[str, Any]
) -> None:
    stored(session, "R1", valid=make.span(make.LONG_AGO + timedelta(days=1)))
    stored(session, "R2", **other)


def test_nights_that_meet_contradict_each_other(session: Session) -> None:
    stored(session, "R1", weekdays="5", from_min=1320, to_min=360)  # Friday night
    stored(session, "R2", weekdays="6", from_min=360, to_min=840)  # Saturday morning, from the minute it ends
    with pytest.raises(IntegrityError, match="ex_dispatch_rule_contradiction"):
        stored(session, "R3", weekdays="6", from_min=359, to_min=839)
