"""Quiet hours: nobody's telephone rings at night, unless the matter's category is urgent.

Before: the setting WANGGE_QUIET_HOURS. After: `cases.outbox` and `cases.delivery` put deliveries off.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gis.settings import settings


def after_quiet(at: datetime, *, urgent: bool) -> datetime:
    """Give the first instant from `at` on at which somebody may be told.

    Parameters
    ----------
    at : datetime
        Aware.
    urgent : bool
        Of a category whose limit is counted in 紧急工作时: told at any hour.

    Returns
    -------
    datetime
        `at` itself outside the quiet hours, else their end. Their first minute is quiet, their last instant is not;
        hours that go over midnight belong to the evening they begin in. In the town's time.
    """
    hours = settings().quiet_hours
    if urgent or hours is None:
        return at
    local = at.astimezone(settings().time_zone)
    start, end = hours
    minute = local.time().replace(tzinfo=None)
    quiet = start <= minute < end if start <= end else minute >= start or minute < end
    if not quiet:
        return at
    day = local.date() + timedelta(days=1 if start > end and minute >= start else 0)
    return datetime.combine(day, end, tzinfo=settings().time_zone).astimezone(at.tzinfo)
