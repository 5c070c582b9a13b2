"""Which open cases may be the same matter: same category, near, soon after each other, words compared.

Before: `cases.queries`, the rules of a city (`likeness_rule`). After: shown while reporting, in the queue and on the
case page; a person decides. By default 50 m and 24 h; a facility (部件) stays broken longer: 168 h.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from gis.cases.learning.grams import grams
from gis.cases.likeness_models import LikenessRule
from gis.cases.models import Case, CaseType
from gis.cases.queries import visible
from gis.cases.states import State
from gis.geometry.lonlat import on_earth
from gis.staff.scope import Scope

MOST_COMPARED = 200
MOST_SHOWN = 5
DEGREE_M = 110_000.0
"""At least so long is a degree of latitude: the box around a point is never too small."""


@dataclass(frozen=True)
class Rule:
    """How near, how soon after each other, and how alike in words (0 to 1) two cases must be."""

    distance_m: float = 50.0
    window_h: int = 24
    least_words: float = 0.0


USUAL: dict[str, Rule] = {"component": Rule(window_h=168)}
"""By kind of category, where the city has set nothing; `Rule()` for the others."""


@dataclass(frozen=True)
class Matter:
    """What is compared: words, where (EPSG:4490 degrees), which categories it may be, when."""

    text: str
    lon: float
    lat: float
    categories: Collection[str]
    at: datetime
    case_id: int | None = None


@dataclass(frozen=True)
class Alike:
    """A case that looks like it: how far, how many hours apart, how alike in words (0 to 1)."""

    case_id: int
    number: str
    category: str
    category_en: str
    place: str
    text: str
    state: State
    reported_at: datetime
    distance_m: float
    hours: float
    words: float


def words_alike(one: str, other: str) -> float:
    """Say how alike two texts are: 2 |A ∩ B| / (|A| + |B|) of their pairs of Chinese signs and their Latin words.

    Returns
    -------
    float
        0 (nothing in common, or nothing to compare) to 1 (the same pairs). Dice's coefficient.
    """
    first, second = ({gram for gram in grams(text) if len(gram) > 1} for text in (one, other))
    total = len(first) + len(second)
    return 2 * len(first & second) / total if total else 0.0


def rules(session: Session) -> Mapping[str, Rule]:
    """Give what the city has set, by category code or kind; a small table, read whole."""
    rows = session.scalars(select(LikenessRule))
    return {row.applies_to: Rule(row.distance_m, row.window_h, row.least_words) for row in rows}


def rule_for(code: str, kind: str, known: Mapping[str, Rule]) -> Rule:
    """Give the rule of a category: its own, its kind's, the usual one."""
    return known.get(code) or known.get(kind) or USUAL.get(kind, Rule())


# index: ix_case_open_point
def alike(session: Session, matter: Matter, *, scope: Scope | None = None) -> list[Alike]:
    """Give the open cases that may be the same matter, the likest words first, then the nearest.

    Parameters
    ----------
    matter : Matter
        Exactly at the rule's distance or hours still counts.
    scope : Scope, optional
        The rows of the person who asks; without one all rows, of which a page shows residents only what is public.

    Returns
    -------
    list of Alike
        At most `MOST_SHOWN`; parts of a joint handling are left out.
    """
    known = rules(session)
    widest = max((rule.distance_m for rule in (*known.values(), *USUAL.values(), Rule())), default=0.0)
    longest = max(rule.window_h for rule in (*known.values(), *USUAL.values(), Rule()))
    found = []
    for row in session.execute(_near(matter, widest, longest, visible(scope) if scope else true())):
        one, code, kind = _compared(matter, row), row.code, row.kind
        rule = rule_for(code, kind, known)
        if one.distance_m <= rule.distance_m and one.hours <= rule.window_h and one.words >= rule.least_words:
            found.append(one)
    found.sort(key=lambda one: (-one.words, one.distance_m, one.case_id))
    return found[:MOST_SHOWN]


def _near(matter: Matter, widest_m: float, longest_h: int, seen: ColumnElement[bool]):  # type: ignore[no-untyped-def]
    """Ask for open cases in the box around a point; measuring is geodesic, on the few that are in it."""
    here = func.ST_SetSRID(func.ST_MakePoint(matter.lon, matter.lat), 4490)
    margin = widest_m / DEGREE_M
    wide = margin / max(0.01, _cosine(matter.lat))
    sides = (matter.lon - wide, matter.lat - margin, matter.lon + wide, matter.lat + margin)
    distance = func.ST_Distance(func.geography(Case.point), func.geography(here))
    window = timedelta(hours=longest_h)
    query = (
        select(Case, CaseType.code, CaseType.kind, CaseType.name, CaseType.name_en, distance.label("metres"))
        .join(CaseType, CaseType.id == Case.case_type_id)
        .where(Case.closed_at.is_(None), Case.parent_id.is_(None), seen)
        .where(Case.point.op("&&")(func.ST_MakeEnvelope(*sides, 4490)))
        .where(Case.reported_at.between(matter.at - window, matter.at + window))
        .where(CaseType.code.in_(matter.categories))
        .order_by(distance)
        .limit(MOST_COMPARED)
    )
    return query.where(Case.id != matter.case_id) if matter.case_id is not None else query


def _cosine(lat: float) -> float:
    from math import cos, radians

    return cos(radians(lat))


def _compared(matter: Matter, row) -> Alike:  # type: ignore[no-untyped-def]
    case: Case = row[0]
    return Alike(
        case_id=case.id,
        number=case.number,
        category=row.name,
        category_en=row.name_en,
        place=case.place_label,
        text=case.text,
        state=State(case.state),
        reported_at=case.reported_at,
        distance_m=float(row.metres),
        hours=abs((case.reported_at - matter.at).total_seconds()) / 3600,
        words=words_alike(matter.text, case.text),
    )


def of_case(session: Session, case: Case, code: str, scope: Scope) -> list[Alike]:
    """Give what looks like a case; nothing for one without a place, one that has ended, or a part."""
    lon, lat = case.location.get("lon"), case.location.get("lat")
    if lon is None or lat is None or case.closed_at is not None or case.parent_id is not None:
        return []
    if not on_earth(lon, lat):
        return []
    return alike(session, Matter(case.text, lon, lat, (code,), case.reported_at, case.id), scope=scope)
