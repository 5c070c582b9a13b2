"""Nicknames that members teach: 老粮站 is what people call 幸福小区.

Before: `places.relearning`, `staff.scope`. After: the page `/nicknames`. Whoever teaches one answers for the ground it
lies on; the public learns the role that taught it, not the person. A nickname is ended, not deleted: cases point to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from gis.geometry.lonlat import on_earth
from gis.grids.queries import grid_at
from gis.places.address.cleaning import clean
from gis.places.indexing import catch_up
from gis.places.models import Place
from gis.places.relearning import relearn
from gis.places.words import typed
from gis.staff.scope import Scope

SOURCE = "taught:"
"""`place.source` of what was taught begins so; the account's number follows."""
SHORTEST, LONGEST = 2, 20
NAMEABLE = frozenset({"compound", "building", "poi", "address", "community"})
ALONE = frozenset({"building"})
"""Kinds whose nickname is a place by itself: a building has no other buildings that words could go on to."""

# indexes: pk_place, ix_place_named_id
_CHOSEN = text(
    "SELECT kind, named_id, ST_X(point), ST_Y(point) FROM place WHERE id = :id AND ended_at IS NULL"
)
_ON = text("SELECT id, name FROM place WHERE named_id = :id AND ended_at IS NULL")
# index: ix_place_kind_source, then the grid of each point by ix_grid_version_geom_valid
_LISTED = text("""
    SELECT p.id, p.name, coalesce(nullif(named.name, ''), named.address, ''), ST_X(p.point), ST_Y(p.point), p.since,
           p.ended_at, coalesce(account.role, '')
    FROM place p
    LEFT JOIN place named ON named.id = p.named_id
    LEFT JOIN account ON p.source = :source || account.id
    WHERE p.kind = 'nickname' AND starts_with(p.source, :source) AND EXISTS (
        SELECT FROM grid_version v
        WHERE v.grid_id = ANY(:grids) AND v.valid @> CAST(:at AS timestamptz) AND ST_Covers(v.geom, p.point))
    ORDER BY p.ended_at IS NOT NULL, p.since DESC, p.id DESC LIMIT 500""")


@dataclass(frozen=True)
class Nickname:
    """A nickname as the page lists it; `role` is that of whoever taught it, `lon` and `lat` EPSG:4490 degrees."""

    id: int
    name: str
    named: str
    lon: float
    lat: float
    since: datetime
    ended_at: datetime | None
    role: str


@dataclass(frozen=True)
class Spot:
    """What a nickname is to mean: a row of the gazetteer, or a point (EPSG:4490 degrees)."""

    lon: float
    lat: float
    place_id: int | None = None


def spot_of(session: Session, place_id: int) -> Spot:
    """Give the spot of a chosen row of the gazetteer; a nickname stands for what it names.

    Raises
    ------
    InputError
        When there is no such row now, or it is nothing that one place's nickname can mean.
    """
    row = session.execute(_CHOSEN, {"id": place_id}).first()
    if row is not None and row[0] == "nickname" and row[1] is not None:
        return spot_of(session, row[1])
    if row is None:
        raise InputError(
            "这个地点已不在地名库里，请重新选。 That place is gone; choose again.", field="place"
        )
    if row[0] not in NAMEABLE:
        raise InputError(
            "叫法要指一个具体的小区、楼栋或地点，请重选，或在地图上点出来。"
            " A nickname means one compound, building or place; choose one, or mark it on the map.",
            field="place",
        )
    return Spot(row[2], row[3], place_id)


def teach(session: Session, scope: Scope, name: str, spot: Spot, now: datetime) -> Place:
    """Teach a nickname; the geocoder knows it from the end of this transaction on.

    Parameters
    ----------
    session : Session
    scope : Scope
        Of the teacher in the act "nickname.teach".
    name : str
        What people say, two to twenty characters.
    spot : Spot
        What they mean.
    now : datetime
        Aware.

    Raises
    ------
    InputError
        When the words are no name, hold a telephone or identity number, or the spot is no point.
    ForbiddenError
        When the spot does not lie in a grid of the teacher. On a shared line it lies in the grid with the smaller code.
    ConflictError
        When the place is called so already.
    """
    name = _checked(name)
    _check_ground(session, scope, spot, now)
    _check_new(session, name, spot)
    catch_up(session)
    row = Place(
        code=f"nickname:{uuid4().hex}",
        kind="nickname",
        name=name,
        point=f"SRID=4490;POINT({spot.lon!r} {spot.lat!r})",
        named_id=spot.place_id,
        source=f"{SOURCE}{scope.account_id}",
        since=now,
    )
    session.add(row)
    session.flush()
    relearn(session, _learns(session, row))
    return row


def end(session: Session, scope: Scope, nickname_id: int, now: datetime) -> Place:
    """End a nickname; words no longer mean it, and its row stays.

    Raises
    ------
    NotFoundError
        When there is no such nickname in the person's grids, or it has ended.
    """
    if nickname_id not in {one.id for one in listed(session, scope, now) if one.ended_at is None}:
        raise NotFoundError("没有这个叫法，或已经结束。 There is no such nickname, or it has ended.")
    catch_up(session)
    row = session.get_one(Place, nickname_id, with_for_update=True)
    row.ended_at = now
    session.flush()
    relearn(session, _learns(session, row))
    return row


def listed(session: Session, scope: Scope, now: datetime) -> list[Nickname]:
    """List the nicknames taught in a person's grids, those in use first, the newest first."""
    given = {"source": SOURCE, "grids": sorted(scope.grid_ids), "at": now}
    return [Nickname(*row) for row in session.execute(_LISTED, given)]


def _checked(name: str) -> str:
    cleaned = clean(name)
    words = " ".join(name.split())
    if cleaned.personal:
        raise InputError(
            "叫法里不能有电话或证件号。 A nickname holds no telephone or identity number.", field="name"
        )
    if not SHORTEST <= len(words) <= LONGEST or not any(one.isalpha() for one in typed(words)):
        raise InputError(
            f"叫法应为 {SHORTEST} 到 {LONGEST} 个字。 A nickname has {SHORTEST} to {LONGEST} characters.",
            field="name",
        )
    return words


def _check_ground(session: Session, scope: Scope, spot: Spot, now: datetime) -> None:
    if not on_earth(spot.lon, spot.lat):
        raise InputError(
            "经纬度不对，请在地图上点选。 The longitude or latitude is out of range.", field="place"
        )
    grid = grid_at(session, spot.lon, spot.lat, now)
    if grid is None or grid.grid_id not in scope.grid_ids:
        raise ForbiddenError("这个地点不在您负责的网格里。 That place is not in your grids.", field="place")


def _check_new(session: Session, name: str, spot: Spot) -> None:
    if spot.place_id is None:
        return
    same = {typed(row.name) for row in session.execute(_ON, {"id": spot.place_id})}
    own = session.get_one(Place, spot.place_id)
    if typed(name) in same | {typed(one) for one in (own.name, *own.aliases)}:
        raise ConflictError("这个地点已经有这个叫法了。 The place is called so already.", field="name")


def _learns(session: Session, nickname: Place) -> int:
    """Give the row that the index must look at again: what is named, else the nickname itself."""
    if nickname.named_id is None:
        return nickname.id
    named = session.get_one(Place, nickname.named_id)
    return nickname.id if named.kind in ALONE or named.ended_at is not None else named.id
