"""The arithmetic of a deadline in words, Chinese and English: one line a part, the last line says when it is due.

Before: `cases.deadlines`, or its parts as the database keeps them. After: the case page, its JSON, `wangge deadline`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gis.cases.deadlines import Deadline, Kind, Limit, Part, Unit, read_limit

DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNIT_WORDS_EN = {
    Unit.URGENT_HOUR: ("urgent work hour", "urgent work hours"),
    Unit.WORK_HOUR: ("work hour", "work hours"),
    Unit.WORK_DAY: ("workday", "workdays"),
    Unit.NATURAL_DAY: ("natural day", "natural days"),
}
_HOUR_S = 3600
_MINUTE_S = 60


def limit_words(limit: Limit, language: str = "zh") -> str:
    """Say a limit: 3工作日, 3 workdays."""
    if language != "en":
        return str(limit)
    return f"{limit.value} {UNIT_WORDS_EN[limit.unit][limit.value != 1]}"


def instant(at: datetime, language: str = "zh") -> str:
    """Say an instant of the town's time: 11月20日（周五）17:30, Fri 20 Nov 17:30."""
    if language == "en":
        return f"{_day_en(at)} {at.hour}:{at.minute:02}"
    return f"{_day(at)}{at.hour}:{at.minute:02}"


def lines(deadline: Deadline, language: str = "zh") -> list[str]:
    """Say every part of a deadline and when it is due."""
    if language == "en":
        said = [_part_en(part, deadline.limit) for part in deadline.parts]
        return [*_begin_en(deadline), *said, f"due {instant(deadline.due_at, 'en')}"]
    said = [_part(part, deadline.limit) for part in deadline.parts]
    return [*_begin(deadline), *said, f"到期 {instant(deadline.due_at)}"]


def kept_lines(kept: Mapping[str, Any], due_at: datetime, zone: ZoneInfo, language: str = "zh") -> list[str]:
    """Say the arithmetic that a clock keeps; one from before clocks were kept says its own Chinese words."""
    if "words" in kept:
        return [str(line) for line in kept["words"]]
    said: list[str] = []
    for number, one in enumerate(kept.get("sums", [])):
        if "until" in one:
            at = instant(datetime.fromisoformat(one["until"]).astimezone(zone), language)
            said.append(f"extended to {at}" if language == "en" else f"批准延期至 {at}")
            continue
        limit = read_limit(one["limit"])
        start = datetime.fromisoformat(one["from"]).astimezone(zone)
        if number:
            words = limit_words(limit, language)
            said.append(f"extended by {words}" if language == "en" else f"批准延期 {words}")
        deadline = Deadline(start, start, limit, tuple(_read(part, zone) for part in one["parts"]), False)
        said += lines(deadline, language)[:-1]
    at = instant(due_at.astimezone(zone), language)
    return [*said, f"due {at}" if language == "en" else f"到期 {at}"]


def kept(deadlines: Sequence[Deadline | datetime]) -> dict[str, Any]:
    """Give an arithmetic as a clock keeps it: the limit's own, then each extension by a limit or until an instant."""
    sums: list[dict[str, Any]] = []
    for one in deadlines:
        if isinstance(one, datetime):
            sums.append({"until": one.isoformat()})
        else:
            parts = [part.told for part in one.parts]
            sums.append({"limit": str(one.limit), "from": one.start.isoformat(), "parts": parts})
    return {"sums": sums}


def _read(part: Mapping[str, Any], zone: ZoneInfo) -> Part:
    start, end = (datetime.fromisoformat(part[name]).astimezone(zone) for name in ("from", "to"))
    return Part(Kind(part["kind"]), start, end, int(part["amount"]), str(part.get("note", "")))


def _begin(deadline: Deadline) -> list[str]:
    if deadline.limit.unit is not Unit.WORK_DAY:
        return []
    return [f"{instant(deadline.start)} 起，从下一个工作日数 {deadline.limit.value} 天"]


def _begin_en(deadline: Deadline) -> list[str]:
    if deadline.limit.unit is not Unit.WORK_DAY:
        return []
    words = limit_words(deadline.limit, "en")
    return [f"from {instant(deadline.start, 'en')}, {words}, counted from the next workday"]


def _part(part: Part, limit: Limit) -> str:
    if part.kind is Kind.SPAN:
        return _counted(part, limit)
    days = _day(part.start) if part.start == part.end else f"{_day(part.start)}至{_day(part.end)}"
    if part.kind is Kind.PAUSED and limit.unit is not Unit.WORK_DAY:
        days = f"{instant(part.start)} 至 {instant(part.end)}"
    said = {
        Kind.DAYS: f"{days}，计 {part.amount} 天",
        Kind.MAKE_UP: f"{days} {part.note or '调休上班'}，计入 1 天",
        Kind.HOLIDAY: f"{days} {part.note or '放假'}，不计",
        Kind.PAUSED: f"{days} 挂账，不计",
    }
    return said[part.kind]


def _counted(part: Part, limit: Limit) -> str:
    days, rest = divmod(part.amount, 24 * _HOUR_S)
    whole = limit.unit is Unit.NATURAL_DAY and not rest
    note = f"（{part.note}）" if part.note else ""
    return f"{instant(part.start)} 起计 {f'{days} 个自然日' if whole else _length(part.amount)}{note}"


def _part_en(part: Part, limit: Limit) -> str:
    if part.kind is Kind.SPAN:
        return _counted_en(part, limit)
    days = _day_en(part.start) if part.start == part.end else f"{_day_en(part.start)} to {_day_en(part.end)}"
    if part.kind is Kind.PAUSED and limit.unit is not Unit.WORK_DAY:
        days = f"{instant(part.start, 'en')} to {instant(part.end, 'en')}"
    said = {
        Kind.DAYS: f"{days}: {part.amount} counted",
        Kind.MAKE_UP: f"{days}: make-up workday, 1 counted",
        Kind.HOLIDAY: f"{days}: holiday, not counted",
        Kind.PAUSED: f"{days}: on hold, not counted",
    }
    return said[part.kind]


def _counted_en(part: Part, limit: Limit) -> str:
    days, rest = divmod(part.amount, 24 * _HOUR_S)
    whole = limit.unit is Unit.NATURAL_DAY and not rest
    length = limit_words(Limit(days, limit.unit), "en") if whole else _length_en(part.amount)
    return f"{length} from {instant(part.start, 'en')}{' (make-up workday)' if part.note else ''}"


def _day(at: datetime) -> str:
    return f"{at.month}月{at.day}日（周{'一二三四五六日'[at.weekday()]}）"


def _day_en(at: datetime) -> str:
    return f"{DAYS_EN[at.weekday()]} {at.day} {MONTHS_EN[at.month - 1]}"


def _length(seconds: int) -> str:
    hours, rest = divmod(seconds, _HOUR_S)
    minutes, left = divmod(rest, _MINUTE_S)
    words = [f"{count} {unit}" for count, unit in ((hours, "小时"), (minutes, "分"), (left, "秒")) if count]
    return " ".join(words) or "0 分"


def _length_en(seconds: int) -> str:
    hours, rest = divmod(seconds, _HOUR_S)
    minutes, left = divmod(rest, _MINUTE_S)
    words = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if count]
    return " ".join(words) or "0 min"
