"""Published figures out of a table file: its columns by their usual headings, one figure a row.

Before: `files.tables`. After: `stated.judge`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from gis.files.columns import named, needed, take
from gis.scores.stated import Stated, number

COLUMNS = (
    needed("title", "指标", "名称", "name"),
    needed("stated", "公布值", "数值", "率", "value"),
    needed("numerator", "分子"),
    needed("denominator", "分母"),
    named("unit", "单位"),
    named("denominator_unit", "分母单位"),
    named("rest", "未结", "open"),
    named("period", "期间"),
    named("source", "来源"),
)


def read_stated(frame: pd.DataFrame) -> Iterator[tuple[int, Stated]]:
    """Read each row as a stated figure, with its number in the file.

    Raises
    ------
    InputError
        A column is missing, or a cell is no number.
    """
    for row in take(frame, COLUMNS).itertuples():
        cells = {column.name: str(getattr(row, column.name)).strip() for column in COLUMNS}
        yield (
            int(str(row.Index)),
            Stated(
                title=cells["title"],
                stated=cells["stated"],
                numerator=number(cells["numerator"], "numerator"),
                denominator=number(cells["denominator"], "denominator"),
                unit=cells["unit"] or "件",
                denominator_unit=cells["denominator_unit"],
                rest=number(cells["rest"], "rest") if cells["rest"] else None,
                source=cells["source"],
                period=cells["period"],
            ),
        )
