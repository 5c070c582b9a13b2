"""The arithmetic of limits, against days that were reckoned by hand from the State Council's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.cases.deadlines import Calendar, Limit, Unit, due, read_limit
from gis.cases.sums import lines
from gis.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _days(*spans: tuple[date, date]) -> list[date]:
    return [start + timedelta(days=n) for start, end in spans for n in range((end - start).days + 1)]


OFF = _days(
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)
ON = [date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)]
CALENDAR = Calendar(dict.fromkeys(OFF, False) | dict.fromkeys(ON, True), known_until=date(2026, 12, 31))


def local(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-11-20T17:30", "2工作时", "2026-11-23T09:30"),
        ("2026-11-20T12:30", "2工作时", "2026-11-20T16:00"),
        ("2026-11-20T12:00", "1工作时", "2026-11-20T15:00"),
        ("2026-09-19T10:00", "2工作时", "2026-09-20T10:00"),
        ("2026-12-31T23:00", "2紧急工作时", "2027-01-01T01:00"),
        ("2026-09-30T17:30", "3工作日", "2026-10-10T17:30"),
        ("2026-02-13T09:00", "3工作日", "2026-02-25T09:00"),
        ("2026-04-30T09:00", "5工作日", "2026-05-11T09:00"),
        ("2026-09-18T09:00", "1工作日", "2026-09-20T09:00"),
        ("2026-09-30T09:00", "7自然日", "2026-10-07T09:00"),
    ],
)
def test_reckoned_by_hand(start: str, limit: str, end: str) -> None:
    assert due(local(start), read_limit(limit), CALENDAR).due_at == local(end)


def test_the_arithmetic_is_written_down() -> None:
    deadline = due(local("2026-11-20T17:30"), read_limit("2工作时"), CALENDAR)
    assert lines(deadline) == [
        "11月20日（周五）17:30 起计 30 分",
        "11月23日（周一）8:00 起计 1 小时 30 分",
        "到期 11月23日（周一）9:30",
    ]
    assert lines(deadline, "en") == [
        "30 min from Fri 20 Nov 17:30",
        "1 h 30 min from Mon 23 Nov 8:00",
        "due Mon 23 Nov 9:30",
    ]


def test_beyond_the_calendar_is_provisional() -> None:
    assert due(local("2026-12-30T09:00"), read_limit("5工作日"), CALENDAR).provisional
    assert not due(local("2026-11-20T09:00"), read_limit("5工作日"), CALENDAR).provisional


@pytest.mark.parametrize(
    "words", ["", "三天", "3", "工作日", "0工作日", "-1工作日", "3 工作 日", "99999自然日", "3天"]
)
def test_a_limit_that_cannot_be_read_is_refused(words: str) -> None:
    with pytest.raises(InputError, match="看不懂"):
        read_limit(words)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - given a zone below
    st.sampled_from(Unit),
    st.integers(1, 60),
)
def test_more_is_never_earlier_and_every_deadline_lies_ahead(start: datetime, unit: Unit, value: int) -> None:
    begin = start.replace(tzinfo=SHANGHAI)
    one, more = (due(begin, Limit(number, unit), CALENDAR).due_at for number in (value, value + 1))
    assert begin < one <= more
    if unit is Unit.WORK_HOUR:
        assert CALENDAR.works(one.date())
        assert 8 <= one.hour <= 18
    if unit is Unit.URGENT_HOUR:
        assert one.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=value)
