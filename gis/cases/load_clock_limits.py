"""Loading a city's limits of clocks: stage, level, limit. The file is the whole table: what it leaves out is not kept.

Before: `cases.clock_models`. After: every clock that begins from now on; those that run keep their limits.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from gis.cases.clock_rules import LEVEL_WORDS, STAGES
from gis.cases.load_types import LONGEST_LIMIT, UNITS
from gis.files.cells import choice, whole
from gis.files.columns import needed
from gis.loading.kind import Context, Counts, Kind
from gis.loading.stage import merge, stage

STAGE_WORDS = {word: one.name for one in STAGES for word in (one.name, one.zh)}
LEVELS = {word: level for level, words in LEVEL_WORDS.items() for word in (level, words[0])}
TYPES = {"stage": "text", "level": "text", "limit_value": "integer", "limit_unit": "text"}


def write_limits(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write the limits, and end those that the file no longer has."""
    rows = stage(session, frame, TYPES, say=context.say)
    ended = session.execute(
        sql(f"""DELETE FROM clock_limit c WHERE NOT EXISTS (
                    SELECT FROM {rows} s WHERE s.stage = c.stage AND s.level = c.level) RETURNING 1""")
    ).all()
    columns = {name: f"s.{name}" for name in TYPES}
    return merge(session, rows, "clock_limit", key=("stage", "level"), columns=columns) + Counts(
        ended=len(ended)
    )


CLOCK_LIMITS = Kind(
    name="clock_limits",
    columns=(
        needed("stage", "阶段", read=choice(STAGE_WORDS)),
        needed("level", "层级", read=choice(LEVELS)),
        needed("limit_value", "时限", read=whole(1, LONGEST_LIMIT)),
        needed("limit_unit", "时限单位", "单位", read=choice(UNITS)),
    ),
    write=write_limits,
    key=("stage", "level"),
)
