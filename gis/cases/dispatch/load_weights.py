"""Loading and setting the weights of the choice among members: from a day on, the old ones stay in history.

Before: `dispatch.choosing` says what the factors mean. After: `dispatch.kept`.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy.orm import Session

from gis.cases.dispatch.choosing import FACTORS
from gis.files.cells import choice, whole
from gis.files.columns import named, needed
from gis.files.faults import Faults
from gis.loading.kind import Context, Counts, Kind
from gis.loading.stage import stage
from gis.loading.versions import begin_versions

MOST_POINTS = 1000
FARTHEST_M = 1_000_000
NAMES = {name: name for name in FACTORS} | {
    "当班": "on_duty", "技能": "skill", "手上案件": "load", "距离": "distance", "岗位": "posting",
}  # fmt: skip


def check_weights(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that only load and distance say where they give no points."""
    del session, context
    faults = Faults()
    for row in frame.itertuples():
        if row.zero_at is not None and row.factor not in {"load", "distance"}:
            faults.add(
                row.Index, "zero_at", row.zero_at,
                "只有手上案件和距离有此项", "only load and distance have this",
            )  # fmt: skip
    return faults


def write_weights(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write weights as versions from `context.valid_from`."""
    rows = stage(session, frame, {"factor": "text", "points": "integer", "zero_at": "integer"})
    return begin_versions(
        session, rows, "dispatch_weight", key="factor", content=("points", "zero_at"), at=context.valid_from
    )


DISPATCH_WEIGHTS = Kind(
    name="dispatch_weights",
    columns=(
        needed("factor", "因素", read=choice(NAMES)),
        needed("points", "满分", read=whole(0, MOST_POINTS)),
        named("zero_at", "零分于", read=whole(1, FARTHEST_M), empty=None),
    ),
    write=write_weights,
    key=("factor",),
    check=check_weights,
)
