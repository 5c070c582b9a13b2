"""What the rules pages take in: one rule of a form as a row of a file, a file, a day.

Before: the request. After: `cases.dispatch.drafts`, which checks a form's row as it checks a file's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path

import pandas as pd
from werkzeug.datastructures import FileStorage

from gis.cases.dispatch.load_rules import COLUMNS
from gis.errors import InputError
from gis.files.faults import Fault
from gis.files.tables import TABLE_ENDINGS, read_table
from gis.loading.kind import Context
from gis.settings import settings
from webmap import inputs as forms

FIELDS = tuple(column.name for column in COLUMNS)
LONGEST_CELL = 300


def row_of(form: Mapping[str, str]) -> pd.DataFrame:
    """Give the fields of a form as a table of one row."""
    return pd.DataFrame(
        [{name: form.get(name, "").strip()[:LONGEST_CELL] for name in FIELDS}],
        index=pd.RangeIndex(1, 2),
        dtype=object,
    )


def table_of(given: FileStorage | None) -> pd.DataFrame:
    """Read the file of a form.

    Raises
    ------
    InputError
        There is none, or it is no table.
    """
    ending = Path(given.filename or "").suffix.lower() if given is not None else ""
    if given is None or ending not in TABLE_ENDINGS:
        raise InputError("请选择 CSV 或 XLSX 文件。 Choose a CSV or XLSX file.", field="file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rules{ending}"
        given.save(path)
        return read_table(path)


def context(now: datetime) -> Context:
    """Give what a load into a draft is told."""
    return Context(now=now, valid_from=now, zone=settings().time_zone, source="page")


def said(faults: list[Fault]) -> str:
    """Say the first faults of a table in one bilingual sentence."""
    zh = "；".join(f"第{one.row}行 {one.field} {one.value}：{one.zh}" for one in faults[:5])
    en = "; ".join(f"row {one.row} {one.field} {one.value}: {one.en}" for one in faults[:5])
    return f"{zh}。 Nothing was taken: {en}"


def start_of(value: str | None, now: datetime) -> datetime:
    """Read the day from which something holds: its first minute, or this moment for today.

    Raises
    ------
    InputError
        When it is no day.
    """
    zone = settings().time_zone
    day = forms.day(value, "from", "请选一个日期。 Choose a day.")
    if day == now.astimezone(zone).date():
        return now
    return datetime.combine(day, time(0), zone).astimezone(UTC)
