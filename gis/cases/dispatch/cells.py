"""How people write the parts of a rule, and how we write them back: days, hours, categories, places.

Before: cells of a file or a form. After: `dispatch.load_rules`; what is written here is read here again unchanged.
"""

from __future__ import annotations

import re

from gis.cases.dispatch.rules import ANY_DAY, CLASSES, DAY_MIN
from gis.cases.load_types import KINDS
from gis.files.cells import CellError, code

CLOCK = re.compile(r"^(\d{1,2})[:：](\d{2})$")
DAY_WORDS = {
    "工作日": "12345", "周一至周五": "12345", "周末": "67", "每天": ANY_DAY, "workdays": "12345", "weekend": "67",
    "every day": ANY_DAY,
}  # fmt: skip
DAY_SIGNS = {sign: str(number) for number, sign in enumerate("一二三四五六日", 1)} | {"天": "7"}
HOUR_MIN = 60


def weekdays(cell: str) -> str:
    """Read days of the week, Monday is 1: 1-5, 1,3,5, 12345, 周一至周五, 周一、周三, 周末; kept as digits in order."""
    words = cell.strip().lower()
    if words in DAY_WORDS:
        return DAY_WORDS[words]
    plain = "".join(DAY_SIGNS.get(sign, sign) for sign in re.sub(r"周|星期|\s", "", words))
    plain = re.sub(r"[至到~—–]", "-", plain)
    found: set[str] = set()
    for part in re.split(r"[,，、;；]", plain):
        span = re.fullmatch(r"([1-7])-([1-7])", part)
        if span and span[1] <= span[2]:
            found |= {str(day) for day in range(int(span[1]), int(span[2]) + 1)}
        elif re.fullmatch(r"[1-7]+", part):
            found |= set(part)
        else:
            raise CellError("应如1-5或周一至周五", "write days as 1-5 or 1,3,5; Monday is 1")
    return "".join(sorted(found))


def minute(cell: str) -> int:
    """Read a time of the day as its minute: 08:00 is 480, 24:00 is 1440."""
    found = CLOCK.match(cell)
    if not found:
        raise CellError("应如08:30", "write a time as 08:30")
    value = int(found[1]) * HOUR_MIN + int(found[2])
    if int(found[2]) >= HOUR_MIN or value > DAY_MIN:
        raise CellError("没有这个时刻", "there is no such time of the day")
    return value


def clock(value: int) -> str:
    """Write a minute of the day as a time."""
    return f"{value // HOUR_MIN:02}:{value % HOUR_MIN:02}"


def category(cell: str) -> str:
    """Read a class (部件, 事件, 民生), or a code or the beginning of codes."""
    return KINDS.get(cell.lower()) or code(cell)


def days(value: str) -> str:
    """Write days as people read them: 1-5, 1,3,5; "" for every day."""
    if value == ANY_DAY:
        return ""
    run = len(value) > 2 and ANY_DAY[int(value[0]) - 1 : int(value[-1])] == value  # noqa: PLR2004 - from three days on
    return f"{value[0]}-{value[-1]}" if run else ",".join(value)


def is_class(value: str) -> bool:
    """Say whether a category is one of the three classes."""
    return value in CLASSES
