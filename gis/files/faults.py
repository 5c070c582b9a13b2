"""What is wrong with a file, row by row, in Chinese and English; a table that can be saved.

Before: nothing. After: every reader and check adds to a `Faults`; the command shows it and saves it.
A fault stops its row; a warning does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis.files.saving import save_table

SHOWN_CHARACTERS = 80
HEADINGS = ("row", "level", "field", "value", "reason", "原因")
# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one row.

    Attributes
    ----------
    row : int
        As the user counts: the line of a table whose heading is line 1, the number of a feature from 1;
        0 when the fault belongs to no one row.
    field, value : str
        What was read; long values are cut, secret ones are never here.
    zh, en : str
        What is wrong and what to do, in one sentence each.
    warning : bool
        The row is taken all the same.
    """

    row: int
    field: str
    value: str
    zh: str
    en: str
    warning: bool = False


class Faults:
    """The faults and warnings of one load, in the order they were found."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = list(faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def __len__(self) -> int:
        return len(self._faults)

    def add(self, row: Any, field: str, value: object, zh: str, en: str, *, warning: bool = False) -> None:
        """Note one fault; `row` is its number as the frame's index has it, a long value is cut."""
        self._faults.append(Fault(int(row), field, short(value), zh, en, warning))

    def extend(self, faults: Iterable[Fault]) -> None:
        """Note several faults."""
        self._faults.extend(faults)

    @property
    def rows(self) -> set[int]:
        """The rows that cannot be taken; 0 stands for the file as a whole."""
        return {fault.row for fault in self._faults if not fault.warning}

    @property
    def fatal(self) -> int:
        """How many faults stop a row."""
        return sum(not fault.warning for fault in self._faults)

    @property
    def warnings(self) -> int:
        """How many are only warnings."""
        return len(self._faults) - self.fatal

    def lines(self) -> Iterator[tuple[str, ...]]:
        """Give the table's lines by row, safe to open in a spreadsheet."""
        for fault in sorted(self._faults, key=lambda fault: (fault.row, fault.warning)):
            level = "warning" if fault.warning else "fault"
            cells = (str(fault.row or ""), level, fault.field, fault.value, fault.en, fault.zh)
            yield tuple(harmless(cell) for cell in cells)

    def reasons(self) -> list[tuple[int, Fault]]:
        """Give each reason once, with how many rows have it; the most frequent first."""
        first: dict[tuple[str, str, bool], Fault] = {}
        many: Counter[tuple[str, str, bool]] = Counter()
        for fault in self._faults:
            key = (fault.field, fault.en, fault.warning)
            first.setdefault(key, fault)
            many[key] += 1
        return [(number, first[key]) for key, number in many.most_common()]

    def save(self, path: Path) -> None:
        """Write the table as CSV or XLSX, by the file's ending.

        Raises
        ------
        InputError
            Another ending, or the file cannot be written.
        """
        save_table(path, HEADINGS, self.lines(), what="fault table")


def short(value: object) -> str:
    """Give a value as text of at most 80 characters on one line."""
    text = " ".join(str(value)[: 2 * SHOWN_CHARACTERS].split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def harmless(cell: str) -> str:
    """Keep a spreadsheet from running a cell: what looks like a formula gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
