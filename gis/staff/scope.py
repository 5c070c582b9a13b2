"""Which rows an account may touch in one act: the reach of its role, turned into grids, area or agency.

Before: `staff.roles`, `staff.models`. After: every query that shows or changes rows takes a `Scope`, and adds it to
its own WHERE; nothing is filtered after it was read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, any_, bindparam, false, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from gis.errors import ForbiddenError
from gis.grids.models import AreaVersion, GridVersion
from gis.staff.models import Account, GridBranch, Posting
from gis.staff.roles import Reach, Role, reach_of

MANY = 64
"""From so many ids on the database hashes them once instead of walking through all of them for every row."""


@dataclass(frozen=True)
class Scope:
    """The rows one account may touch: all, or those of grids, communities or an agency.

    `area_ids` are the communities of the account's area, for rows that have no grid yet.
    """

    reach: Reach
    account_id: int | None = None
    member_id: int | None = None
    organisation_id: int | None = None
    grid_ids: frozenset[int] = field(default_factory=frozenset)
    area_ids: frozenset[int] = field(default_factory=frozenset)
    agency: str = ""

    def over_grid(
        self, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    ) -> ColumnElement[bool]:
        """Give the condition on a column of grid ids."""
        if self.reach is Reach.ALL:
            return true()
        return among(column, self.grid_ids) if self.grid_ids else false()


def among(
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], ids: frozenset[int]
) -> ColumnElement[bool]:
    """Give the condition that a column is one of some ids: one bound array, so that the statement stays the same one.

    A subdistrict has hundreds of grids. As a list of parameters they make a new statement for each number of them, and
    the plan that is made once looks through the list for every row; as a subquery they are hashed.
    """
    given = bindparam(None, sorted(ids), type_=ARRAY(BigInteger))
    if len(ids) < MANY:
        return column == any_(given)
    return column.in_(select(func.unnest(given)))


def scope_of(session: Session, account: Account, act: str, at: datetime) -> Scope:
    """Turn an account's reach in an act into rows.

    Raises
    ------
    ForbiddenError
        When the role may not do the act at all.
    """
    reach = reach_of(Role(account.role), act)
    if reach is None:
        raise ForbiddenError("您的岗位不能做这一步。 Your role may not do this.", act=act)
    grid_ids: frozenset[int] = frozenset()
    area_ids: frozenset[int] = frozenset()
    if reach is Reach.GRIDS:
        grid_ids = posted_grids(session, account.member_id, at)
    elif reach is Reach.BRANCH:
        grid_ids = branch_grids(session, account.organisation_id, at)
    elif reach is Reach.AREA:
        area_ids = areas_below(session, account.area_id, at)
        grid_ids = grids_in(session, area_ids, at)
    return Scope(
        reach=reach,
        account_id=account.id,
        member_id=account.member_id,
        organisation_id=account.organisation_id,
        grid_ids=grid_ids,
        area_ids=area_ids,
        agency=account.agency if reach is Reach.AGENCY else "",
    )


def posted_grids(session: Session, member_id: int | None, at: datetime) -> frozenset[int]:
    """Give the grids a member is posted in at an instant."""
    rows = session.scalars(
        select(Posting.grid_id).where(Posting.member_id == member_id, Posting.valid.contains(at))
    )
    return frozenset(rows)


def branch_grids(session: Session, organisation_id: int | None, at: datetime) -> frozenset[int]:
    """Give the grids a branch answers for at an instant."""
    rows = session.scalars(
        select(GridBranch.grid_id).where(
            GridBranch.organisation_id == organisation_id, GridBranch.valid.contains(at)
        )
    )
    return frozenset(rows)


def areas_below(session: Session, area_id: int | None, at: datetime) -> frozenset[int]:
    """Give an area and all areas under it at an instant."""
    tree = (
        select(AreaVersion.area_id)
        .where(AreaVersion.area_id == area_id, AreaVersion.valid.contains(at))
        .cte("tree", recursive=True)
    )
    below = select(AreaVersion.area_id).where(
        AreaVersion.parent_id == tree.c.area_id, AreaVersion.valid.contains(at)
    )
    return frozenset(session.scalars(select(tree.union(below).c.area_id)))


def grids_in(session: Session, area_ids: frozenset[int], at: datetime) -> frozenset[int]:
    """Give the grids of some communities at an instant."""
    if not area_ids:
        return frozenset()
    rows = session.scalars(
        select(GridVersion.grid_id).where(
            GridVersion.community_id.in_(area_ids), GridVersion.valid.contains(at)
        )
    )
    return frozenset(rows)
