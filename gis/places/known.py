"""The gazetteer as the geocoder takes it: rows of the database with their nicknames.

Before: `places.models`. After: `places.indexing`, `places.candidates`. A nickname of a compound, a road or a point of
interest is another name of it, so that words can go on from there (老粮站3号楼); one of a building, or of a mere
point, is a place by itself. Roads and crossings are among them, each by its
level; the geocoder keeps them apart from compounds.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.places.geocoder import Alias, Place

LEVELS = {
    "compound": "compound", "poi": "compound", "nickname": "compound", "community": "community", "address": "roadno",
    "road": "road", "crossing": "crossing",
}  # fmt: skip
"""How fine a row of each kind is. A kind says it for certain: a compound called 荷花巷 is no road."""

# indexes: pk_place (with ids), ix_place_named_id
_KNOWN = """
    SELECT p.id, p.kind, p.name, p.address, ST_X(p.point), ST_Y(p.point), p.aliases, p.source,
           coalesce(named.kind, ''), taught.names
    FROM place p
    LEFT JOIN place named ON named.id = p.named_id AND named.ended_at IS NULL
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(n.name, n.source, n.since::date) ORDER BY n.id) AS names
        FROM place n WHERE n.named_id = p.id AND n.ended_at IS NULL AND p.kind <> 'building'
    ) taught ON TRUE
    WHERE p.ended_at IS NULL AND (named.id IS NULL OR named.kind = 'building')"""
_ALL = text(_KNOWN)
_SOME = text(f"{_KNOWN} AND p.id = ANY(:ids)")


def known(session: Session, ids: Collection[int] | None = None) -> list[Place]:
    """Give the places that words can mean today.

    Parameters
    ----------
    session : Session
    ids : collection of int, optional
        Only these rows of the gazetteer.

    Returns
    -------
    list of Place
        Degrees, EPSG:4490. Ended rows, and nicknames that are another name of a row, are none by themselves.
    """
    rows = session.execute(_ALL) if ids is None else session.execute(_SOME, {"ids": sorted(ids)})
    return [_place(row) for row in rows]


def _place(row: Any) -> Place:
    number, kind, name, address, lon, lat, aliases, source, named, taught = row
    names = [Alias(alias, source) for alias in aliases] + [Alias(*one) for one in taught or []]
    return Place(
        str(number), name, address, lon, lat, _level(kind, name, named), tuple(names), {"kind": kind}
    )


def _level(kind: str, name: str, named: str) -> str:
    """Say how fine a row is, where its words do not tell."""
    if named == "building" or (kind == "building" and name):
        return "building"
    return LEVELS.get(kind, "")
