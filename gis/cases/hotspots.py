"""热点: many reports, one place, one matter, in the last days.

Before: reports and their cases within a person's scope. After: the commander's list and a layer of the map. Reports are
counted, never who made them. Places gather by density (DBSCAN, Ester and others 1996): a report with enough others of
its category within the distance begins a spot, and what is within the distance of such a one belongs to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.cases.models import Case, CaseType, Report
from gis.cases.queries import visible
from gis.cases.states import State
from gis.settings import settings
from gis.staff.scope import Scope

MOST_REPORTS = 20_000
"""The newest reports that are looked at: what it costs is bounded, however large the town."""
MOST_SPOTS = 100
METRES_A_DEGREE = 111_195.0
FEW_DOORS = 600
"""Up to so many doors are compared each with each: quicker than to gather them."""
HAIR_M = 0.01
"""Places are rounded to a centimetre, so a distance that is just reached may come out a hair longer."""


@dataclass(frozen=True)
class HotSpot:
    """One spot: lon, lat are EPSG:4490 degrees, the middle of its reports; `case_ids` the newest first."""

    category: str
    category_en: str
    place: str
    lon: float
    lat: float
    reports: int
    open: int
    first_at: datetime
    last_at: datetime
    case_ids: tuple[int, ...]


# index: ix_report_reported_at, then pk_case
def hot_spots(session: Session, scope: Scope, now: datetime) -> list[HotSpot]:
    """Give the spots of the last days in a scope, those with most reports first.

    Days, distance and the least number of reports are settings. A report exactly at the distance or at the beginning of
    the days still counts. Voided cases do not; closed and merged ones do: their reports were made.
    """
    chosen = settings()
    rows = _reports(session, scope, now - timedelta(days=chosen.hot_spot_days), now)
    by_category: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_category[row.case_type_id].append(row)
    found = [
        _spot(group)
        for group_of in by_category.values()
        for group in gathered(group_of, chosen.hot_spot_m, chosen.hot_spot_reports)
    ]
    return sorted(found, key=lambda one: (-one.reports, -one.last_at.timestamp(), one.case_ids))[:MOST_SPOTS]


def _reports(session: Session, scope: Scope, since: datetime, now: datetime) -> Sequence[Any]:
    query = (
        select(
            Report.reported_at.label("at"),
            Case.id.label("case_id"),
            Case.case_type_id,
            Case.place_label.label("place"),
            Case.closed_at,
            func.ST_X(Case.point).label("lon"),
            func.ST_Y(Case.point).label("lat"),
            CaseType.name,
            CaseType.name_en,
        )
        .join(Case, Case.id == Report.case_id)
        .join(CaseType, CaseType.id == Case.case_type_id)
        .where(Report.reported_at.between(since, now), Case.point.is_not(None), Case.state != State.VOID)
        .where(visible(scope))
        .order_by(Report.reported_at.desc(), Report.id.desc())
        .limit(MOST_REPORTS)
    )
    return session.execute(query).all()


def gathered(rows: Sequence[Any], distance_m: float, least: int) -> list[list[Any]]:
    """Gather rows with lon, lat of one category into spots of at least so many; the others stand alone.

    Parameters
    ----------
    rows : sequence
        Each with `lon`, `lat` in degrees.
    distance_m : float
        Metres on the sphere, on a plane that touches it in the rows' middle: exact to a thousandth within a town.
    least : int
    """
    if len(rows) < least:
        return []
    # the rows at one door weigh as one point, so that a thousand reports of one door cost no more than one
    plane = in_metres(np.array([[row.lon, row.lat] for row in rows]))
    doors, which, counts = np.unique(plane.round(2), axis=0, return_inverse=True, return_counts=True)
    if len(doors) <= FEW_DOORS and not _crowded(doors, counts, distance_m + HAIR_M, least):
        return []
    from sklearn.cluster import DBSCAN

    # in a tree: the other ways wake all cores for a handful of points
    found = DBSCAN(eps=distance_m + HAIR_M, min_samples=least, algorithm="kd_tree")
    marks = found.fit(doors, sample_weight=counts).labels_
    spots: dict[int, list[Any]] = defaultdict(list)
    for row, door in zip(rows, which.ravel(), strict=True):
        if marks[door] >= 0:
            spots[int(marks[door])].append(row)
    return [spots[mark] for mark in sorted(spots)]


def _crowded(doors: NDArray[np.float64], counts: NDArray[np.int64], distance_m: float, least: int) -> bool:
    """Tell whether any of a few doors has enough rows around it; most categories have none, and are done then."""
    apart = doors[:, None, :] - doors[None, :, :]
    near = np.einsum("ijk,ijk->ij", apart, apart) <= distance_m**2
    return bool((near @ counts >= least).any())


def in_metres(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay longitudes and latitudes on a plane in metres that touches the sphere in their middle."""
    middle = degrees.mean(axis=0)
    scale = np.array([np.cos(np.radians(middle[1])), 1.0]) * METRES_A_DEGREE
    return np.asarray((degrees - middle) * scale)


def _spot(rows: Sequence[Any]) -> HotSpot:
    """Say a spot: its place is the one that most of its reports name."""
    places = [row.place for row in rows if row.place]
    cases = {row.case_id: row.closed_at for row in rows}
    return HotSpot(
        category=rows[0].name,
        category_en=rows[0].name_en,
        place=max(set(places), key=lambda one: (places.count(one), one)) if places else "",
        lon=float(np.mean([row.lon for row in rows])),
        lat=float(np.mean([row.lat for row in rows])),
        reports=len(rows),
        open=sum(closed is None for closed in cases.values()),
        first_at=min(row.at for row in rows),
        last_at=max(row.at for row in rows),
        case_ids=tuple(cases),
    )
