"""A plan for a week: every rhythm kept, days even, one call at a door for all duties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError
from gis.patrols.rhythms.rhythms import days_between, overdue, read_rhythms, read_seasons
from gis.patrols.weeks.week import Duty, plan_week, times_due

MONDAY = date(2026, 11, 23)
DAYS = [MONDAY + timedelta(days=number) for number in range(7)]


def placed(duties: list[Duty], days: list[date] = DAYS) -> dict[str, list[date]]:
    week = plan_week(duties, days)
    found: dict[str, list[date]] = {}
    for day, calls in week.days.items():
        for call in calls:
            found.setdefault(call.place, []).append(day)
    return found


def test_each_in_its_own_rhythm() -> None:
    found = placed(
        [
            Duty("daily", "看", 1, 10),
            Duty("twice", "看", 3.5, 10),
            Duty("weekly", "看", 7, 10),
            Duty("quarter due", "看", 91, 10, MONDAY - timedelta(days=90)),
            Duty("quarter", "看", 91, 10, MONDAY - timedelta(days=20)),
        ]
    )
    assert {place: len(days) for place, days in found.items()} == {
        "daily": 7,
        "twice": 2,
        "weekly": 1,
        "quarter due": 1,
    }
    assert (found["twice"][1] - found["twice"][0]).days >= 2


def test_two_duties_at_one_door_are_one_call() -> None:
    week = plan_week([Duty("h", "送药", 7, 10), Duty("h", "查燃气", 30, 20)], DAYS)
    calls = [call for day in week.days.values() for call in day]
    assert [(call.duties, call.minutes) for call in calls] == [(("查燃气", "送药"), 20)]


def test_what_suits_no_working_day_is_named() -> None:
    week = plan_week([Duty("h", "走访", 7, 10, weekdays=frozenset({6}))], DAYS[:5])
    assert week.unplaced == ("h",)


def test_a_rhythm_of_no_days_is_refused() -> None:
    with pytest.raises(InputError):
        plan_week([Duty("h", "走访", 0, 10)], DAYS)


duty = st.builds(
    Duty, st.text("abcdefgh", min_size=1, max_size=2), st.sampled_from(["走访", "送药"]),
    st.sampled_from([1.0, 3.5, 7.0, 30.0, 91.0]), st.sampled_from([5.0, 10.0, 20.0]),
    st.one_of(st.none(), st.integers(0, 100).map(lambda ago: MONDAY - timedelta(days=ago))),
    st.sampled_from([frozenset(range(7)), frozenset({0, 2, 4}), frozenset({5})]),
)  # fmt: skip


@given(st.lists(duty, max_size=30))
def test_nothing_twice_a_day_and_nothing_on_a_wrong_day(duties: list[Duty]) -> None:
    week = plan_week(duties, DAYS)
    for day, calls in week.days.items():
        places = [call.place for call in calls]
        assert len(places) == len(set(places))
        for call in calls:
            assert all(day.weekday() in one.weekdays for one in duties if one.place == call.place)


@given(st.integers(5, 60))
def test_no_day_is_heavy(count: int) -> None:
    week = plan_week([Duty(f"h{n}", "走访", 7, 10) for n in range(count)], DAYS[:5])
    loads = [week.minutes(day) for day in DAYS[:5]]
    assert max(loads) - min(loads) <= 10


def test_seasons_shorten_a_rhythm() -> None:
    assert days_between("section", {"track"}, date(2026, 6, 1)) == 1
    assert days_between("section", {"track"}, date(2026, 11, 1)) == 7
    assert days_between("section", {"residential", "bridge"}, date(2026, 7, 1)) == 1
    assert days_between("household", (), MONDAY) == 91
    assert days_between("household", {"weekly"}, MONDAY) == 7
    assert days_between("section", {"motorway"}, MONDAY) is None
    assert overdue(None, 7) == 2
    assert overdue(14, 7) == 2


def test_a_season_may_run_over_the_new_year() -> None:
    row = {
        "code": "ice",
        "what": "section",
        "match": "steps",
        "days": "1",
        "season": "cold",
        "name": "",
        "name_en": "",
    }
    cold = {"code": "cold", "from": "12-01", "to": "02-15", "name": "寒冬", "name_en": "cold"}
    (ice,) = read_rhythms([row], read_seasons([cold]))
    assert ice.holds(frozenset({"steps"}), date(2026, 1, 5))
    assert not ice.holds(frozenset({"steps"}), date(2026, 3, 5))


@pytest.mark.parametrize("wrong", [{"days": "0"}, {"days": "often"}, {"days": "nan"}, {"season": "none"}])
def test_a_rhythm_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    row = {"code": "x", "what": "section", "match": "", "days": "1", "season": "", "name": "", "name_en": ""}
    with pytest.raises(InputError):
        read_rhythms([row | wrong], {})


@pytest.mark.parametrize("day", ["02-30", "5-25", "13-01", "", "2026-05-25"])
def test_a_season_begins_on_a_day_of_the_year(day: str) -> None:
    with pytest.raises(InputError):
        read_seasons([{"code": "x", "from": day, "to": "06-01", "name": "", "name_en": ""}])


def test_what_is_not_due_yet_is_not_planned() -> None:
    assert times_due(Duty("h", "走访", 91, 10, MONDAY), DAYS) == 0
    assert times_due(Duty("h", "走访", 7, 10), []) == 0
