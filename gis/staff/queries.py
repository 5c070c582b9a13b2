"""Who is responsible at this point at this time - one question, never an empty answer inside the town.

Before: `grids.queries`, `staff.models`. After: `cases.assign`, the grid card, `wangge who`. A grid without a member
falls to its branch, a branch without people to its community's committee; the answer says which of them answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from gis.direct import ask


class AnsweredBy(StrEnum):
    """Which level answers."""

    MEMBER = "member"
    BRANCH = "branch"
    COMMUNITY = "community"


@dataclass(frozen=True)
class Responsible:
    """One member of the grid, with what assignment asks about them."""

    member_id: int
    name: str
    role: str
    skills: tuple[str, ...]
    on_duty: bool
    on_leave: bool
    open_load: int = 0


@dataclass(frozen=True)
class Responsibility:
    """Who answers for a point: always somebody, and in words why it is them."""

    community_id: int
    community: str
    grid_id: int | None
    grid_code: str
    grid: str
    branch_id: int | None
    branch: str
    committee_id: int | None
    committee: str
    branch_people: int
    members: tuple[Responsible, ...]

    @property
    def answered_by(self) -> AnsweredBy:
        """Say which level answers."""
        if self.members:
            return AnsweredBy.MEMBER
        return AnsweredBy.BRANCH if self.branch_people else AnsweredBy.COMMUNITY

    @property
    def organisation_id(self) -> int | None:
        """Give the organisation that answers: the branch while it has people, the committee otherwise."""
        return self.branch_id if self.members or self.branch_people else self.committee_id

    @property
    def organisation(self) -> str:
        """Give that organisation's name."""
        return self.branch if self.members or self.branch_people else self.committee or self.community

    @property
    def place(self) -> str:
        """Name the place: community and grid, the community once."""
        return self.grid if self.grid.startswith(self.community) else f"{self.community}{self.grid}"

    @property
    def sentence(self) -> str:
        """Say in Chinese who answers and why."""
        place = self.place if self.grid_id else f"{self.community}（此处没有划入网格）"
        if self.answered_by is AnsweredBy.MEMBER:
            return f"{place}由{self.branch or self.community}负责，网格员 {self.members[0].name}。"
        if self.answered_by is AnsweredBy.BRANCH:
            return f"{place}目前没有网格员，由{self.branch}负责。"
        missing = "党支部目前没有人员" if self.branch_id else "目前没有党支部"
        return f"{place}{missing}，由{self.committee or self.community}负责。"


# indexes: ix_grid_version_geom_valid, ix_area_version_geom_valid (only where no grid lies), ex_grid_branch_valid,
# ix_posting_grid_id, ex_shift_during, ix_member_organisation_id, ix_organisation_parent_id
_RESPONSIBLE = """
    WITH here AS (
        SELECT v.grid_id, g.code, v.name, v.community_id
        FROM grid_version v JOIN grid g ON g.id = v.grid_id
        WHERE ST_Covers(v.geom, ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4490))
          AND v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'
        ORDER BY g.code LIMIT 1
    ), around AS (
        SELECT a.area_id
        FROM area_version a JOIN area ON area.id = a.area_id
        WHERE NOT EXISTS (SELECT FROM here) AND area.level = 'community'
          AND ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4490))
          AND a.valid @> CAST(:at AS timestamptz)
        ORDER BY area.code LIMIT 1
    ), spot AS (
        SELECT grid_id, code, name, community_id FROM here
        UNION ALL SELECT NULL, '', '', area_id FROM around
    )
    SELECT spot.community_id, community.name AS community, spot.grid_id, spot.code AS grid_code, spot.name AS grid,
           branch.id AS branch_id, coalesce(branch.name, '') AS branch,
           committee.id AS committee_id, coalesce(committee.name, '') AS committee,
           coalesce(people.count, 0) AS branch_people, coalesce(members.list, '[]'::jsonb) AS members
    FROM spot
    LEFT JOIN area_version community
           ON community.area_id = spot.community_id AND community.valid @> CAST(:at AS timestamptz)
    LEFT JOIN grid_branch gb ON gb.grid_id = spot.grid_id AND gb.valid @> CAST(:at AS timestamptz)
    LEFT JOIN organisation branch ON branch.id = gb.organisation_id
    LEFT JOIN LATERAL (
        SELECT o.id, o.name FROM organisation o
        WHERE o.area_id = spot.community_id AND o.kind IN ('committee', 'general_branch')
          AND (o.ended_at IS NULL OR o.ended_at > :at)
        ORDER BY o.kind, o.code LIMIT 1
    ) committee ON TRUE
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(m.id, m.name, p.role, m.skills,
                   EXISTS (SELECT FROM shift s WHERE s.member_id = m.id AND s.kind = 'duty'
                           AND s.during @> CAST(:at AS timestamptz)),
                   EXISTS (SELECT FROM shift s WHERE s.member_id = m.id AND s.kind = 'leave'
                           AND s.during @> CAST(:at AS timestamptz)),
                   {load})
               ORDER BY p.role, m.code) AS list
        FROM posting p JOIN member m ON m.id = p.member_id
        WHERE p.grid_id = spot.grid_id AND p.valid @> CAST(:at AS timestamptz)
          AND p.role IN ('grid_leader', 'grid_member') AND (m.left_at IS NULL OR m.left_at > :at)
    ) members ON TRUE
    LEFT JOIN LATERAL (
        SELECT count(*) FROM member m
        WHERE members.list IS NULL AND (m.left_at IS NULL OR m.left_at > :at)
          AND m.organisation_id IN (
              WITH RECURSIVE below AS (
                  SELECT branch.id UNION ALL
                  SELECT o.id FROM organisation o JOIN below ON o.parent_id = below.id)
              SELECT id FROM below)
    ) people ON TRUE
"""


def responsible_sql(load: str = "0") -> str:
    """Give the part of a statement that answers for one point: a row, or none outside every community.

    It stands as a lateral table behind one called `asked`, with the columns `lon` and `lat` (EPSG:4490, degrees), and
    takes the instant as `:at`. `load` is SQL of our own that counts what member `m.id` carries.
    """
    return _RESPONSIBLE.replace("{load}", load)


@cache
def _at_points(load: str) -> TextClause:
    return text(f"""
        SELECT answer.*
        FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY AS asked (lon, lat, number)
        LEFT JOIN LATERAL ({responsible_sql(load)}) AS answer ON TRUE
        ORDER BY asked.number
    """)


def responsible_at_all(
    session: Session, points: Sequence[tuple[float, float]], at: datetime, load: str = "0"
) -> list[Responsibility | None]:
    """Say who is responsible at each of some points, in one question.

    Parameters
    ----------
    points : sequence of (float, float)
        Longitude and latitude, EPSG:4490, degrees.
    at : datetime
        Aware.
    load : str
        SQL of our own that counts what member `m.id` carries.

    Returns
    -------
    list
        As long as `points` and in their order; see `responsible_at`.
    """
    session.flush()
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    rows = ask(session, _at_points(load), {"lons": lons, "lats": lats, "at": at})
    return [responsibility(row) for row in rows]


def responsible_at(session: Session, lon: float, lat: float, at: datetime) -> Responsibility | None:
    """Say who is responsible at a point at an instant.

    Parameters
    ----------
    lon, lat : float
        EPSG:4490, degrees. On a shared line the grid with the smaller code answers.
    at : datetime
        Aware; any instant since the first lines were loaded.

    Returns
    -------
    Responsibility or None
        None only outside every community that was in force then.
    """
    return responsible_at_all(session, [(lon, lat)], at)[0]


def responsibility(row: Sequence[Any]) -> Responsibility | None:
    """Read what `responsible_sql` says of one point; empty columns mean that nobody answers there."""
    if row[0] is None:
        return None
    members = tuple(
        Responsible(member_id, name, role, tuple(skills), on_duty, on_leave, load)
        for member_id, name, role, skills, on_duty, on_leave, load in row[10]
    )
    return Responsibility(*(*row[:10], members))
