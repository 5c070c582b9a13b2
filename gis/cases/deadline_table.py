"""Deadlines without a database: a calendar from a file, and a table of starts and limits to be reckoned.

Before: `gis.files.tables`. After: `wangge deadline`. The calendar that comes with Wangge is `data/codes/calendar.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from gis.cases import sums
from gis.cases.deadlines import Calendar, Deadline, due, read_limit, settled_span
from gis.errors import InputError
from gis.files.cells import CellError, day, moment, yes_no
from gis.files.tables import read_table

STARTS = ("from", "start", "起算时间", "开始时间", "起点")
LIMITS = ("limit", "时限")
DAYS = ("day", "date", "日期")
WORKS = ("working", "workday", "上班", "是否工作日")
NAMES = ("name", "名称", "节日", "")
MOST_FAULTS = 10


@dataclass(frozen=True)
class Reckoned:
    """One answer; `whole_day` when the start was a date without a clock time."""

    deadline: Deadline
    whole_day: bool

    @property
    def due(self) -> str:
        """Give the due instant as the start was given: a date for a date, local time for local time."""
        at = self.deadline.due_at
        if self.whole_day and (at.hour, at.minute, at.second) == (0, 0, 0):
            return at.date().isoformat()
        precision = "minutes" if not at.second and not at.microsecond else "seconds"
        return at.replace(tzinfo=None).isoformat(timespec=precision)


def read_calendar(path: Path) -> Calendar:
    """Read a calendar file; it speaks for the whole of the years it names.

    Raises
    ------
    InputError
        When it is absent, lacks the columns day and working, or a cell cannot be read.
    """
    frame = read_table(path)
    dates, works, names = (_cells_of(frame, spellings) for spellings in (DAYS, WORKS, NAMES))
    days: dict[date, bool] = {}
    called: dict[date, str] = {}
    for number, cell, worked, name in zip(frame.index, dates, works, names, strict=True):
        try:
            at = day(cell)
            days[at] = yes_no(worked)
        except CellError as fault:
            raise InputError(f"{path.name} 第 {number} 行：{fault.zh}。 Row {number}: {fault.en}.") from fault
        called |= {at: name} if name else {}
    first, last = settled_span({at.year for at in days})
    return Calendar(days, last, first, called)


def _cells_of(frame: pd.DataFrame, spellings: tuple[str, ...]) -> list[str]:
    """Give a column's cells by one of its names; a name that may be left out ends in an empty word."""
    head = {str(name).strip().lower(): name for name in frame.columns}
    found = next((head[name] for name in spellings if name in head), None)
    if found is not None:
        return [str(cell) for cell in frame[found]]
    if not spellings[-1]:
        return [""] * len(frame)
    raise InputError(f"缺少“{spellings[0]}”列。 The column {spellings[0]!r} is missing.", column=spellings[0])


def reckon(start: str, limit: str, calendar: Calendar, zone: ZoneInfo) -> Reckoned:
    """Reckon one deadline from words; a start without an offset is the town's time, a date its midnight.

    Raises
    ------
    InputError
        When the start or the limit cannot be read.
    """
    words = start.strip()
    try:
        at = moment(words)
    except CellError as fault:
        raise InputError(
            f"起算时间“{words[:40]}”看不懂，应如 2026-09-30T17:30。"
            f" The start {words[:40]!r} is no time; write it as 2026-09-30T17:30.",
            start=words[:40],
        ) from fault
    local = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    return Reckoned(due(local, read_limit(limit), calendar), ":" not in words)


def reckon_table(path: Path, calendar: Calendar, zone: ZoneInfo) -> pd.DataFrame:
    """Reckon every row of a table with the columns `from` and `limit`; the others are kept.

    Returns
    -------
    DataFrame
        The table with `due`, `provisional` (yes or no) and `arithmetic` beside it.

    Raises
    ------
    InputError
        When rows cannot be read: it names the first of them, and nothing is reckoned.
    """
    frame = read_table(path)
    starts, limits = _cells_of(frame, STARTS), _cells_of(frame, LIMITS)
    faults: list[str] = []
    rows: list[tuple[str, str, str]] = []
    for number, start, limit in zip(frame.index, starts, limits, strict=True):
        try:
            one = reckon(start, limit, calendar, zone)
        except InputError as fault:
            faults.append(f"{number}: {fault.message}")
        else:
            said = "；".join(sums.lines(one.deadline))
            rows.append((one.due, "yes" if one.deadline.provisional else "no", said))
    if faults:
        shown = "\n".join(faults[:MOST_FAULTS])
        raise InputError(
            f"{path.name} 有 {len(faults)} 行无法计算，没有写出任何结果。"
            f" {len(faults)} rows cannot be reckoned; nothing was written.\n{shown}"
        )
    due_at, provisional, arithmetic = zip(*rows, strict=True)
    return frame.assign(due=due_at, provisional=provisional, arithmetic=arithmetic)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a reckoned table as CSV in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_cells(frame))


def _cells(frame: pd.DataFrame) -> Iterator[list[str]]:
    yield [str(name) for name in frame.columns]
    yield from frame.to_numpy().tolist()
