"""Setting the weights of the choice among members from a form; they hold for the whole town.

Before: `dispatch.load_weights` (the same columns and checks as a file). After: `dispatch.kept`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.dispatch.choosing import FACTORS
from gis.cases.dispatch.load_weights import DISPATCH_WEIGHTS
from gis.errors import ForbiddenError, InputError
from gis.grids.models import GridVersion
from gis.loading.kind import Context, Counts
from gis.loading.load import load
from gis.settings import settings
from gis.staff.scope import Scope


def is_whole_town(session: Session, scope: Scope, at: datetime) -> bool:
    """Say whether a scope holds every grid of the town: weights are the same for all of them."""
    other = select(GridVersion.id).where(
        GridVersion.valid.contains(at), GridVersion.grid_id.not_in(scope.grid_ids)
    )
    return session.scalars(other.limit(1)).first() is None


def set_weights(
    session: Session, scope: Scope, given: Mapping[str, str], starts: datetime, now: datetime
) -> Counts:
    """Set weights from an instant on; the fields of `given` are a factor's name, and its name with `_zero_at`.

    Raises
    ------
    ForbiddenError
        When the scope is not the whole town.
    InputError
        When a number cannot be used, or the instant has passed.
    """
    if not is_whole_town(session, scope, now):
        raise ForbiddenError(
            "分值全镇统一，由全镇的账号来定。 Weights are set by an account of the whole town."
        )
    if starts < now:
        raise InputError("生效时间不能早于现在。 It cannot go live in the past.", field="from")
    rows = pd.DataFrame(
        [
            {"factor": name, "points": given.get(name, ""), "zero_at": given.get(f"{name}_zero_at", "")}
            for name in FACTORS
        ],
        index=pd.RangeIndex(1, len(FACTORS) + 1),
        dtype=object,
    )
    context = Context(now=now, valid_from=starts, zone=settings().time_zone, source="page")
    outcome = load(session, DISPATCH_WEIGHTS, rows, context)
    if not outcome.written:
        first = next(iter(outcome.faults))
        raise InputError(f"{first.zh}。 {first.en.capitalize()}.", field=FACTORS[first.row - 1])
    return outcome.counts
