"""What anybody may know of a case, and which cases they may know of: no words, no person, no home.

Before: `cases.queries`, `cases.picture_models`. After: the public map and page. The rule: a broken facility (部件)
belongs to all and is shown where it stands; an event (事件) may lie at somebody's door, so it is shown only once a
person approved a picture of it; a matter of livelihood (民生) is about a person and is never shown. Nothing is shown
before it has a grid and was found to be a case. The reporter's words never are: they may name people, and no machine
can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from gis.cases.models import Case, CaseType, Photo
from gis.cases.picture_models import PublicPicture
from gis.cases.states import State
from gis.errors import NotFoundError
from gis.grids.models import Grid, GridVersion
from gis.settings import settings

UNSHOWN = (State.REPORTED, State.QUEUED, State.PRE_CHECK, State.VOID, State.MERGED)
CLOSED_SHOWN = timedelta(days=30)
"""So long a closed case stays on its public page and, with an approved picture, on the map."""
DECIMALS = 4
"""Of a degree: about 11 m, enough to find a lamp."""
MOST = 500


@dataclass(frozen=True)
class Shown:
    """A case as anybody sees it; `lon`, `lat` are EPSG:4490 degrees, rounded; `since` is a day."""

    number: str
    category: str
    category_en: str
    state: State
    grid_code: str
    grid: str
    since: date
    lon: float
    lat: float
    pictures: tuple[tuple[str, str], ...] = field(default=())
    """Token and kind (report, before, after) of each approved picture."""


def is_public() -> ColumnElement[bool]:
    """Give the condition on `Case` joined with its `CaseType`."""
    shown = or_(CaseType.kind == "component", and_(CaseType.kind == "event", _pictured()))
    return and_(
        shown,
        Case.state.not_in(UNSHOWN),
        Case.parent_id.is_(None),
        Case.grid_id.is_not(None),
        Case.point.is_not(None),
    )


# indexes: uq_photo_case_id_sha256, pk_public_picture
def _pictured() -> ColumnElement[bool]:
    return exists(
        select(PublicPicture.photo_id)
        .join(Photo, Photo.id == PublicPicture.photo_id)
        .where(Photo.case_id == Case.id)
    )


# indexes: ix_case_open_point for the open ones; pk_public_picture for the few closed ones that have a picture
def in_window(session: Session, sides: tuple[float, float, float, float], now: datetime) -> list[Shown]:
    """Give the public cases of a window (west, south, east, north in degrees), at most `MOST`, the newest first."""
    window = Case.point.op("&&")(func.ST_MakeEnvelope(*sides, 4490))
    still = Case.closed_at.is_(None)
    done = and_(Case.closed_at >= now - CLOSED_SHOWN, _pictured())
    found = [
        *session.execute(_rows(now).where(window, still, is_public()).order_by(Case.id.desc()).limit(MOST)),
        *session.execute(_rows(now).where(window, done, is_public()).order_by(Case.id.desc()).limit(MOST)),
    ]
    return [_shown(row) for row in found[:MOST]]


# index: uq_case_number
def by_number(session: Session, number: str, now: datetime) -> Shown:
    """Give one public case by its number, with its approved pictures.

    Raises
    ------
    NotFoundError
        When there is none, or it is none of the public's business; which of both is not said.
    """
    recent = or_(Case.closed_at.is_(None), Case.closed_at >= now - CLOSED_SHOWN)
    row = session.execute(_rows(now).where(Case.number == number, recent, is_public())).first()
    if row is None:
        raise NotFoundError("没有公开的这一件。 There is no public case of this number.")
    return _shown(row, _pictures(session, row.id))


def _rows(now: datetime):  # type: ignore[no-untyped-def]
    return (
        select(
            Case.id, Case.number, CaseType.name, CaseType.name_en, Case.state, Grid.code,
            GridVersion.name.label("grid"), Case.reported_at,
            func.ST_X(Case.point).label("lon"), func.ST_Y(Case.point).label("lat"),
        )
        .join(CaseType, CaseType.id == Case.case_type_id)
        .join(Grid, Grid.id == Case.grid_id)
        .join(GridVersion, and_(GridVersion.grid_id == Case.grid_id, GridVersion.valid.contains(now)))
    )  # fmt: skip


def _shown(row, pictures: Sequence[tuple[str, str]] = ()) -> Shown:  # type: ignore[no-untyped-def]
    since = row.reported_at.astimezone(settings().time_zone).date()
    return Shown(
        row.number, row.name, row.name_en, State(row.state), row.code, row.grid, since,
        round(row.lon, DECIMALS), round(row.lat, DECIMALS), tuple(pictures),
    )  # fmt: skip


# index: uq_photo_case_id_sha256
def _pictures(session: Session, case_id: int) -> list[tuple[str, str]]:
    query = (
        select(PublicPicture.token, Photo.kind)
        .join(Photo, Photo.id == PublicPicture.photo_id)
        .where(Photo.case_id == case_id)
        .order_by(Photo.id)
    )
    return [(row.token, row.kind) for row in session.execute(query)]
