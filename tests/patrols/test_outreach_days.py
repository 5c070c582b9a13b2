"""Market days: lunar and solar, endings, dates and weekdays; what names no day is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gis.errors import InputError
from gis.patrols.outreach.days import Days, lunar_day, read_days

YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("农历逢三六九", Days(True, frozenset({3, 6, 9}))),
        ("农历逢369", Days(True, frozenset({3, 6, 9}))),
        ("逢三、八", Days(False, frozenset({3, 8}))),
        ("逢5、15、20", Days(False, frozenset(), frozenset({5, 15, 20}))),
        ("每月5、15、20日", Days(False, frozenset(), frozenset({5, 15, 20}))),
        ("农历初五、十五、廿五", Days(True, frozenset(), frozenset({5, 15, 25}))),
        ("每周三", Days(weekdays=frozenset({2}))),
        ("每周一、五", Days(weekdays=frozenset({0, 4}))),
    ],
)
def test_words_are_read(words: str, days: Days) -> None:
    assert read_days(words) == days


@pytest.mark.parametrize("words", ["", "赶集", "逢", "每周", "每月40日", "农历每周三", "农历三十一"])
def test_words_that_name_no_day_are_refused(words: str) -> None:
    with pytest.raises(InputError):
        read_days(words)


def test_the_lunar_new_year_is_the_first_day() -> None:
    assert [lunar_day(day) for day in (date(2025, 1, 29), date(2026, 2, 17), date(2026, 2, 16))] == [1, 1, 29]


def test_endings_hold_nine_times_a_lunar_month_at_most() -> None:
    days = read_days("农历逢三六九")
    found = [day for day in YEAR if days.holds(day)]
    assert all(lunar_day(day) % 10 in {3, 6, 9} for day in found)
    assert 105 <= len(found) <= 112
