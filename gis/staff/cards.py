"""The grid card (网格公示牌): what hangs in the hall of a house - the grid, its line in words, who answers, the office.

Before: `grids`, `places` and `staff` models, `geometry.sides`. After: `/grids/<code>` and its printed card, the cards
to be put up after an adoption. Call `card_of(session, code, at)`: it gives a `GridCard`, and its `line` and `line_en`
say where the grid ends. Members' names and roles are public by rule; the only telephone on it is the office's. It
holds no count and nothing about a resident.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.errors import NotFoundError
from gis.geometry.sides import SIDES, Names, along
from gis.staff.models import PostingRole

ROAD_M = 30.0
"""A road so far from the line still runs along it: lines follow kerbs and walls, roads are kept by their middles."""
BESIDE_M = 5.0
WORDS = {"east": ("东", "East"), "south": ("南", "South"), "west": ("西", "West"), "north": ("北", "North")}

# indexes: uq_grid_code, ex_grid_version_valid, ex_area_version_valid, ex_grid_branch_valid, ix_organisation_area_id,
# ix_posting_grid_id
_CARD = text("""
    SELECT v.grid_id, g.code, v.name, v.kind, lower(v.valid) AS since, ST_AsBinary(v.geom) AS shape, v.community_id,
           coalesce(community.name, '') AS community, coalesce(above.name, '') AS subdistrict,
           coalesce(branch.name, '') AS branch, coalesce(committee.name, '') AS committee,
           CASE WHEN branch.office_phone <> '' THEN branch.name WHEN committee.office_phone <> '' THEN committee.name
                ELSE '' END AS office,
           coalesce(nullif(branch.office_phone, ''), committee.office_phone, '') AS phone,
           CASE WHEN branch.office_phone <> '' THEN branch.office_hours ELSE coalesce(committee.office_hours, '')
                END AS hours,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(m.name, p.role)
                            ORDER BY array_position(CAST(:roles AS text[]), p.role), m.code), '[]')
            FROM posting p JOIN member m ON m.id = p.member_id
            WHERE p.grid_id = v.grid_id AND p.valid @> CAST(:at AS timestamptz)
              AND (m.left_at IS NULL OR m.left_at > :at)) AS members
    FROM grid g JOIN grid_version v ON v.grid_id = g.id AND v.valid @> CAST(:at AS timestamptz)
    LEFT JOIN area_version community
           ON community.area_id = v.community_id AND community.valid @> CAST(:at AS timestamptz)
    LEFT JOIN area_version above
           ON above.area_id = community.parent_id AND above.valid @> CAST(:at AS timestamptz)
    LEFT JOIN grid_branch b ON b.grid_id = v.grid_id AND b.valid @> CAST(:at AS timestamptz)
    LEFT JOIN organisation branch ON branch.id = b.organisation_id
    LEFT JOIN LATERAL (
        SELECT o.name, o.office_phone, o.office_hours FROM organisation o
        WHERE o.area_id = v.community_id AND o.kind IN ('committee', 'general_branch')
          AND (o.ended_at IS NULL OR o.ended_at > :at)
        ORDER BY o.kind, o.code LIMIT 1) committee ON TRUE
    WHERE g.code = :code
""")
# indexes: ix_road_geom, ix_ground_geom; half a thousandth of a degree is more than what counts as near
_NAMED = text("""
    WITH here AS (SELECT ST_Expand(ST_GeomFromWKB(:shape, 4490), 0.0005) AS box)
    SELECT name, ST_AsBinary(geom) FROM road, here WHERE name <> '' AND geom && box
    UNION ALL SELECT name, ST_AsBinary(geom) FROM ground, here WHERE name <> '' AND kind = 'water' AND geom && box
""")
# index: ix_grid_version_geom_valid
_BESIDE = text("""
    SELECT CASE WHEN v.community_id = :community THEN v.name ELSE coalesce(a.name, '') || v.name END,
           ST_AsBinary(v.geom)
    FROM grid_version v
    LEFT JOIN area_version a ON a.area_id = v.community_id AND a.valid @> CAST(:at AS timestamptz)
    WHERE v.geom && ST_Expand(ST_GeomFromWKB(:shape, 4490), 0.0001) AND v.grid_id <> :grid
      AND v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'
""")


@dataclass(frozen=True)
class CardMember:
    """One person on the card, with what they do there (`grid_leader`, `grid_member`, `volunteer`)."""

    name: str
    role: str


@dataclass(frozen=True)
class GridCard:
    """A grid's card at an instant.

    Attributes
    ----------
    since : datetime or None
        Since when its line, name and community are these; None where nobody wrote down a beginning.
    community, subdistrict : str
        "" where there is none.
    branch, committee : str
        The party branch that answers for the grid, and the committee of its community; "" where there is none.
    office, phone, hours : str
        Whose office has the telephone (the branch, else the committee), its number and its hours; "" where not known.
    members : tuple of CardMember
        Leader first, then members, then volunteers; at the instant.
    roads, beside : dict
        By side (`east south west north`): named roads and water along the line, and grids beyond it.
    shape : MultiPolygon
        EPSG:4490, degrees.
    at : datetime
        The instant it is true at.
    """

    grid_id: int
    code: str
    name: str
    kind: str
    since: datetime | None
    community: str
    subdistrict: str
    branch: str
    committee: str
    office: str
    phone: str
    hours: str
    members: tuple[CardMember, ...]
    roads: Names
    beside: Names
    shape: Any
    at: datetime

    @property
    def line(self) -> str:
        """Say in Chinese where the grid ends: 东至幸福路，南与第二网格相邻."""
        found = [_side(WORDS[side][0], self.roads[side], self.beside[side]) for side in SIDES]
        told = "，".join(words for words in found if words)
        return f"{told}。" if told else ""

    @property
    def line_en(self) -> str:
        """Say the same in English."""
        found = [_side_en(WORDS[side][1], self.roads[side], self.beside[side]) for side in SIDES]
        told = "; ".join(words for words in found if words)
        return f"{told}." if told else ""


def _side(word: str, roads: tuple[str, ...], beside: tuple[str, ...]) -> str:
    if roads:
        return f"{word}至{'、'.join(roads)}"
    return f"{word}与{'、'.join(beside)}相邻" if beside else ""


def _side_en(word: str, roads: tuple[str, ...], beside: tuple[str, ...]) -> str:
    if roads:
        return f"{word} to {', '.join(roads)}"
    return f"{word} beside {', '.join(beside)}" if beside else ""


def card_of(session: Session, code: str, at: datetime) -> GridCard:
    """Give the card of the grid with a code, as it is at an instant.

    Parameters
    ----------
    code : str
        The grid's code, which never changes hands.
    at : datetime
        Aware; any instant: a card of last year is true for last year. Office and hours are today's.

    Raises
    ------
    NotFoundError
        There was no grid of this code then.
    """
    row = session.execute(_CARD, {"code": code, "at": at, "roles": list(PostingRole)}).mappings().first()
    if row is None:
        raise NotFoundError("这一天没有这个网格。 There is no such grid on this day.", grid=code[:20])
    given: dict[str, Any] = {
        name: row[name] for name in row if name not in {"shape", "members", "community_id"}
    }
    members = tuple(CardMember(*one) for one in row["members"])
    return GridCard(**given, **_sides(session, row, at), members=members, at=at)


def _sides(session: Session, row: Mapping[Any, Any], at: datetime) -> dict[str, Any]:
    """Give the shape with what lies along it."""
    wkb = bytes(row["shape"])
    shape = shapely.from_wkb(wkb)
    beside = {"shape": wkb, "at": at, "grid": row["grid_id"], "community": row["community_id"]}
    return {
        "shape": shape,
        "roads": _along(shape, session.execute(_NAMED, {"shape": wkb}).all(), ROAD_M),
        "beside": _along(shape, session.execute(_BESIDE, beside).all(), BESIDE_M),
    }


def _along(shape: Any, rows: Any, near_m: float) -> Names:
    return along(shape, [row[0] for row in rows], [shapely.from_wkb(bytes(row[1])) for row in rows], near_m)
