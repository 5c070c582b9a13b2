"""From the text of one cell to a value: one small function a kind, a fault in two languages otherwise.

Before: `tables`, `vectors` (all cells are text). After: `columns`, which runs these over whole columns.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

Reader = Callable[[str], Any]

LONGEST_TEXT = 500
LONGEST_CODE = 64
LARGEST_WHOLE = 2**31 - 1
SEPARATORS = re.compile(r"[;；,，、|]")
DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
MOMENT = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2}):(\d{2})(?::(\d{2}))?)?$")
OFFICE_PHONE = re.compile(r"\+?[\d (（][\d ()（）/-]{2,28}(?:转\d{1,6})?")
YES = {"yes", "y", "true", "t", "1", "是", "-1", "reverse"}
NO = {"no", "n", "false", "f", "0", "否"}


class CellError(Exception):
    """A cell that cannot be read; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def text(longest: int = LONGEST_TEXT) -> Reader:
    """Read words of at most `longest` characters, without control characters."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise CellError(
                f"文字有{len(cell)}个字符，最多{longest}个", f"{len(cell)} characters; at most {longest} fit"
            )
        if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t\r" for sign in cell):
            raise CellError("含有控制字符", "it holds control characters; type it again")
        return cell

    return read


def office_phone(cell: str) -> str:
    """Read the telephone of an office, as it is printed: digits, spaces, hyphens, brackets, an extension."""
    if cell and not OFFICE_PHONE.fullmatch(cell):
        raise CellError(f"不是电话号码：{cell[:40]}", f"no telephone of an office: {cell[:40]!r}")
    return cell


def code(cell: str) -> str:
    """Read a code: letters, digits and signs without spaces."""
    if len(cell) > LONGEST_CODE:
        raise CellError(
            f"编码最多{LONGEST_CODE}个字符", f"a code has at most {LONGEST_CODE} characters, this {len(cell)}"
        )
    if not cell.isprintable() or any(sign.isspace() for sign in cell):
        raise CellError("编码不能含空格或不可见字符", "a code holds no spaces or invisible signs")
    return cell


def whole(least: int = 0, most: int = LARGEST_WHOLE) -> Reader:
    """Read a whole number between two limits, both allowed; `3.0` is 3."""

    def read(cell: str) -> int:
        number = decimal(cell)
        if number != int(number) or not least <= number <= most:
            raise CellError(f"应为{least}到{most}的整数", f"give a whole number from {least} to {most}")
        return int(number)

    return read


def decimal(cell: str) -> float:
    """Read a finite number; full-width digits are understood."""
    try:
        number = float(unicodedata.normalize("NFKC", cell))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CellError("不是数字", "this is no number")
    return number


def yes_no(cell: str) -> bool:
    """Read yes or no in the usual spellings."""
    plain = cell.lower()
    if plain not in YES | NO:
        raise CellError("应为是或否", "say yes or no")
    return plain in YES


def choice(spellings: Mapping[str, str]) -> Reader:
    """Read one of a few words; `spellings` leads from each way to write one to the word we keep."""

    def read(cell: str) -> str:
        found = spellings.get(cell.lower())
        if found is None:
            known = ", ".join(dict.fromkeys(spellings.values()))
            raise CellError(f"未知取值，可用：{known}", f"this word is not known; use one of {known}")
        return found

    return read


def several(one: Reader) -> Reader:
    """Read several values parted by semicolons or commas; kept as text parted by `;`."""

    def read(cell: str) -> str:
        parts = (part.strip() for part in SEPARATORS.split(cell))
        return ";".join(dict.fromkeys(str(one(part)) for part in parts if part))

    return read


def day(cell: str) -> date:
    """Read a date such as 2026-01-31, 2026/1/31 or 2026年1月31日."""
    found = DAY.match(re.split("[ T]", cell, maxsplit=1)[0])
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise CellError("不是日期，应如2026-01-31", "this is no date; write it as 2026-01-31")


def moment(cell: str) -> datetime:
    """Read a time such as 2026-01-31 08:30, 2026/1/31 8:30 or 2026-01-31T08:30:00+08:00, or a date's midnight.

    Without an offset the time is naive: `columns` sets the town's time zone.
    """
    found = MOMENT.match(cell)
    try:
        if found is None:
            return datetime.fromisoformat(cell)
        return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 - set later
    except ValueError:
        raise CellError(
            "不是时间，应如2026-01-31 08:30", "this is no time; write it as 2026-01-31 08:30"
        ) from None


def json_list(cell: str) -> list[dict[str, Any]]:
    """Read a JSON list of objects."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise CellError("应为JSON列表", "give a JSON list of objects")
    return found
