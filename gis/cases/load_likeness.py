"""Loading a city's own rules of likeness: how near and how soon after each other makes cases look like one.

Before: `cases.likeness_models`. After: `cases.likeness`. A row is for a category (its code) or a kind of category.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy.orm import Session

from gis.files.cells import code, decimal, whole
from gis.files.columns import named, needed
from gis.loading.kind import Context, Counts, Kind
from gis.loading.put import put

LONGEST_H, WIDEST_M = 8760, 2000


def write_rules(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write the rules; a row for what has one already changes it."""
    types = {
        "applies_to": "text",
        "distance_m": "double precision",
        "window_h": "integer",
        "least_words": "double precision",
    }
    return put(session, frame, context, "likeness_rule", types, key=("applies_to",))


LIKENESS = Kind(
    name="likeness",
    columns=(
        needed("applies_to", "适用类别", "类别编码", "类型", read=code),
        needed("distance_m", "距离", "距离米", read=whole(1, WIDEST_M)),
        needed("window_h", "时间窗", "小时", read=whole(1, LONGEST_H)),
        named("least_words", "文字相似", read=decimal, empty=0.0),
    ),
    write=write_rules,
    key=("applies_to",),
)
