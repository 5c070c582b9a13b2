"""Market days in words: `农历逢三六九`, `逢5、15、20`, `每周三`, and which days these are.

Before: nothing. After: `outreach`. 逢三六九 means the days whose date ends in 3, 6 or 9; where a number has two digits
(逢5、15、20), all mean those days themselves. With 农历 the date is the lunar one; a lunar month of 29 days has no
30th, and none is made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gis.errors import InputError

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
TEN, LAST_DAY = 10, 31


@dataclass(frozen=True)
class Days:
    """Days by the ends of their dates, whole dates or weekdays; `lunar` says by which calendar."""

    lunar: bool = False
    endings: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()

    def holds(self, day: date) -> bool:
        """Say whether a day is one of them."""
        number = lunar_day(day) if self.lunar else day.day
        return number % TEN in self.endings or number in self.dates or day.weekday() in self.weekdays


def lunar_day(day: date) -> int:
    """Give the day of the lunar month, 1 to 30."""
    from lunardate import LunarDate

    found: int = LunarDate.from_solar_date(day.year, day.month, day.day).day
    return found


def read_days(words: str) -> Days:
    """Read market days.

    Raises
    ------
    InputError
        When the words name no day.
    """
    text = re.sub(r"\s", "", words)
    lunar = "农历" in text or "阴历" in text
    text = re.sub(r"农历|阴历|公历|阳历|每月|[号日集]$", "", text)
    if text.startswith(("每周", "每星期", "周", "星期")):
        weekdays = frozenset(WEEKDAYS[one] for one in text if one in WEEKDAYS)
        if weekdays and not lunar:
            return Days(weekdays=weekdays)
        raise _unread(words)
    endings: set[int] = set()
    dates: set[int] = set()
    by_ending = text.startswith("逢")
    for part in re.split(r"[、，,和]", text.lstrip("逢")):
        for number in _numbers(part, by_ending):
            dates.add(number)
    if by_ending and dates and max(dates) < TEN:
        endings, dates = dates, set()
    if not endings | dates or not all(0 <= one <= (30 if lunar else LAST_DAY) for one in endings | dates):
        raise _unread(words)
    return Days(lunar, frozenset(endings), frozenset(dates))


def _numbers(part: str, by_ending: bool) -> Iterator[int]:
    """Read `15`, `十五`, `初三`, `廿三`; after 逢 also endings written together, `三六九` and `369`."""
    part = part.rstrip("号日")
    if by_ending and part and all(one in DIGITS for one in part):
        yield from (DIGITS[one] for one in part)
    elif by_ending and part.isascii() and part.isdigit() and int(part) > LAST_DAY:
        yield from (int(one) for one in part)
    elif part.isascii() and part.isdigit():
        yield int(part)
    else:
        yield _chinese(part)


def _chinese(part: str) -> int:
    found = re.fullmatch(r"初?(?P<tens>[二三]?十|廿)?(?P<ones>[一二三四五六七八九])?", part)
    if not part or found is None or not (found["tens"] or found["ones"]):
        raise _unread(part)
    tens = {None: 0, "十": 10, "二十": 20, "廿": 20, "三十": 30}[found["tens"]]
    return tens + DIGITS.get(found["ones"] or "", 0)


def _unread(words: str) -> InputError:
    return InputError(
        f"看不懂“{words[:30]}”，请写成“农历逢三六九”“逢5、15、20”或“每周三”这样。"
        f' "{words[:30]}" names no days; write 农历逢三六九, 逢5、15、20 or 每周三.',
        field="days",
    )
