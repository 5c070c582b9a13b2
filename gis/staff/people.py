"""Whom a case can be given to: the branches and members of some grids, as they are at an instant.

Before: `staff.scope` says which grids. After: the board and the case page, where a person reassigns.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.errors import NotFoundError


@dataclass(frozen=True)
class Person:
    """A member who is posted in a grid of the branch."""

    member_id: int
    name: str


@dataclass(frozen=True)
class Branch:
    """A branch that answers for some of the grids, with the members posted in them."""

    organisation_id: int
    name: str
    grids: tuple[str, ...]
    members: tuple[Person, ...]


@dataclass(frozen=True)
class GridName:
    """A grid as a list names it."""

    grid_id: int
    code: str
    name: str
    community: str

    @property
    def in_full(self) -> str:
        """Name the grid with its community, once: many towns put the community's name into the grid's."""
        return self.name if self.name.startswith(self.community) else f"{self.community} {self.name}"


# indexes: ex_grid_branch_valid, ix_posting_grid_id
_BRANCHES = text("""
    SELECT o.id, o.name, array_agg(DISTINCT v.name ORDER BY v.name),
           coalesce(jsonb_agg(DISTINCT jsonb_build_array(m.id, m.name)) FILTER (WHERE m.id IS NOT NULL), '[]')
    FROM grid_branch b
    JOIN organisation o ON o.id = b.organisation_id
    JOIN grid_version v ON v.grid_id = b.grid_id AND v.valid @> CAST(:at AS timestamptz)
    LEFT JOIN posting p ON p.grid_id = b.grid_id AND p.valid @> CAST(:at AS timestamptz)
                       AND p.role IN ('grid_leader', 'grid_member')
    LEFT JOIN member m ON m.id = p.member_id AND (m.left_at IS NULL OR m.left_at > :at)
    WHERE b.grid_id = ANY(:grid_ids) AND b.valid @> CAST(:at AS timestamptz)
    GROUP BY o.id, o.name, o.code ORDER BY o.code
""")

# index: ex_grid_version_valid
_GRIDS = text("""
    SELECT v.grid_id, g.code, v.name, coalesce(a.name, '')
    FROM grid_version v JOIN grid g ON g.id = v.grid_id
    LEFT JOIN area_version a ON a.area_id = v.community_id AND a.valid @> CAST(:at AS timestamptz)
    WHERE v.grid_id = ANY(:grid_ids) AND v.valid @> CAST(:at AS timestamptz)
    ORDER BY g.code
""")


def branches_of(session: Session, grid_ids: Collection[int], at: datetime) -> list[Branch]:
    """Give the branches of some grids with the members posted there, in the order of the branches' codes."""
    rows = session.execute(_BRANCHES, {"grid_ids": sorted(grid_ids), "at": at})
    return [
        Branch(row[0], row[1], tuple(row[2]), tuple(Person(*one) for one in sorted(row[3]))) for row in rows
    ]


def grids_named(session: Session, grid_ids: Collection[int], at: datetime) -> list[GridName]:
    """Give the names of some grids in the order of their codes."""
    return [GridName(*row) for row in session.execute(_GRIDS, {"grid_ids": sorted(grid_ids), "at": at})]


def chosen(branches: list[Branch], choice: str) -> tuple[int, int | None]:
    """Read a choice `organisation` or `organisation:member` and find it among those that were offered.

    Returns
    -------
    int, int or None
        The ids of the organisation and of the member.

    Raises
    ------
    NotFoundError
        When it was not offered: another area's branch, or a member who is not posted there.
    """
    for branch in branches:
        if choice == str(branch.organisation_id):
            return branch.organisation_id, None
        for member in branch.members:
            if choice == f"{branch.organisation_id}:{member.member_id}":
                return branch.organisation_id, member.member_id
    raise NotFoundError("请从名单里选择由谁办理。 Choose from the list who shall take it.", field="whom")


# index: pk_organisation
def organisation_names(session: Session, organisation_ids: Collection[int]) -> dict[int, str]:
    """Give the names of some organisations by their ids."""
    query = text("SELECT id, name FROM organisation WHERE id = ANY(:ids)")
    return {row.id: row.name for row in session.execute(query, {"ids": sorted(set(organisation_ids))})}
