"""Questions about plans: their ground in memory, the draft at its head, lists for the planner, what is due.

Before: `models`, `layout`. After: `plans`, `impact`, `adopt`, the planner's pages. Ground never changes once it is cut,
so each process keeps the last few.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np
import shapely
from cachetools import LRUCache, cached
from numpy.typing import NDArray
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.boundaries.layout import Layout, Part, Terrain, after
from gis.boundaries.measures import Units
from gis.boundaries.models import BoundaryPlan, PlanEdit, PlanLog, PlanState, StoredUnits
from gis.boundaries.propose.graph import Graph
from gis.errors import ConflictError, NotFoundError

KEPT = 8
COUNTED = ("households", "buildings", "care", "open_cases", "past_cases", "walking_min")

# index: pk_planning_unit
_UNITS = text(f"""
    SELECT community_id, coalesce(grid_id, -1), coalesce(compound_id, -1), area_m2, outline_m, {", ".join(COUNTED)},
           ST_AsBinary(geom)
    FROM planning_unit WHERE unit_set_id = :id ORDER BY number
""")
# index: pk_unit_neighbour
_NEIGHBOURS = text(
    "SELECT one, other, shared_m, barrier, closed FROM unit_neighbour WHERE unit_set_id = :id ORDER BY one, other"
)
# index: ex_grid_version_valid
_PARTS = text("""
    SELECT v.grid_id, g.code, v.name, v.community_id FROM grid_version v JOIN grid g ON g.id = v.grid_id
    WHERE v.grid_id = ANY(:grids) AND v.valid @> CAST(:at AS timestamptz) ORDER BY g.code
""")
# index: ix_plan_edit_plan_id; the way back from the head to today
_CHAIN = text("""
    WITH RECURSIVE chain AS (
        SELECT id, after_id, detail FROM plan_edit WHERE id = :head
        UNION ALL SELECT e.id, e.after_id, e.detail FROM plan_edit e JOIN chain ON e.id = chain.after_id)
    SELECT detail FROM chain ORDER BY id
""")


def terrain_of(session: Session, set_id: int) -> Terrain:
    """Give the ground of a set of units, kept in this process.

    Raises
    ------
    NotFoundError
        There is no such set.
    """
    row = session.get(StoredUnits, set_id)
    if row is None:
        raise NotFoundError("没有这份基本单元。 There is no such set of units.", unit_set=set_id)
    session.flush()
    return _read_terrain(session, row)


@cached(LRUCache(KEPT), key=lambda _, row: (row.id, row.counted_at), lock=Lock())
def _read_terrain(session: Session, row: StoredUnits) -> Terrain:
    found = session.execute(_UNITS, {"id": row.id}).all()
    columns: list[Any] = list(zip(*found, strict=True))
    shapes = shapely.from_wkb(np.array([bytes(one) for one in columns[-1]], dtype=object))
    grids, community = np.array(columns[1], np.int64), np.array(columns[0], np.int64)
    parts = _parts(session, grids, community, row.base_at)
    place = {part.grid_id if part.grid_id is not None else -1: part.key for part in parts}
    units, closed = _measured(session, row.id, columns)
    return Terrain(
        row.id,
        units,
        shapes,
        community,
        np.array([place[grid] for grid in grids.tolist()], np.intp),
        parts,
        closed,
    )


def _parts(
    session: Session, grids: NDArray[np.int64], community: NDArray[np.int64], at: datetime
) -> tuple[Part, ...]:
    known = np.unique(grids[grids >= 0]).tolist()
    rows = session.execute(_PARTS, {"grids": known, "at": at}).all()
    parts = [Part(key, row[0], row[1], row[2], row[3]) for key, row in enumerate(rows)]
    if (grids < 0).any():
        home = int(community[grids < 0][0])
        parts.append(Part(len(parts), None, "", "未划入网格", home, nobody=True))
    return tuple(parts)


def _measured(session: Session, set_id: int, columns: list[Any]) -> tuple[Units, NDArray[np.bool_]]:
    """Give the units with their neighbourhood, and which neighbours nobody gets between."""
    pairs = session.execute(_NEIGHBOURS, {"id": set_id}).all()
    one, other, shared_m, barrier, closed = zip(*pairs, strict=True) if pairs else ((), (), (), (), ())
    graph = Graph(
        np.column_stack([np.array(one, np.intp), np.array(other, np.intp)]),
        np.array(shared_m, np.float64),
        np.ones(len(columns[0])),
    )
    counts = {name: np.array(column, np.float64) for name, column in zip(COUNTED, columns[5:-1], strict=True)}
    measured = Units(
        graph,
        np.array(columns[3], np.float64),
        np.array(columns[4], np.float64),
        np.array(barrier, bool),
        counts,
        np.array(columns[2], np.intp),
    )
    return measured, np.array(closed, bool)


def layout_of(session: Session, plan: BoundaryPlan) -> Layout:
    """Give the draft as it stands at a plan's head; edits never change, so each process keeps the last few."""
    session.flush()
    return _laid(session, terrain_of(session, plan.unit_set_id), plan)[1]


# the ground is kept with its layout, so that no other can come to stand at its address in memory
@cached(LRUCache(KEPT), key=lambda _, terrain, plan: (id(terrain), plan.head_id), lock=Lock())
def _laid(session: Session, terrain: Terrain, plan: BoundaryPlan) -> tuple[Terrain, Layout]:
    return terrain, _read_only(after(terrain, edits_of(session, plan)))


def _read_only(layout: Layout) -> Layout:
    layout.part.flags.writeable = False
    return layout


def edits_of(session: Session, plan: BoundaryPlan) -> list[dict[str, Any]]:
    """Give what the edits up to a plan's head say, the first one first."""
    return list(session.execute(_CHAIN, {"head": plan.head_id}).scalars())


# index: pk_boundary_plan
def plan_in(
    session: Session,
    area_ids: Collection[int] | None,
    plan_id: int,
    *,
    lock: bool = False,
    revision: int | None = None,
) -> BoundaryPlan:
    """Give a plan of somebody's communities.

    Parameters
    ----------
    area_ids : collection of int or None
        The communities a person may plan; None for all.
    lock : bool
        Take it for a change.
    revision : int, optional
        What the person has seen; refused when the plan was changed since.

    Raises
    ------
    NotFoundError
        There is no such plan, or not for this person.
    ConflictError
        Somebody else changed it meanwhile.
    """
    query = select(BoundaryPlan).where(BoundaryPlan.id == plan_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    plan = session.scalars(query).first()
    if plan is None or not _within(session, plan, area_ids):
        raise NotFoundError("没有这个方案。 There is no such plan.", plan=plan_id)
    if revision is not None and revision != plan.revision:
        raise ConflictError(
            "别人刚刚改动过这个方案，请刷新。 Somebody has just changed this plan; look at it again.",
            revision=plan.revision,
        )
    return plan


def _within(session: Session, plan: BoundaryPlan, area_ids: Collection[int] | None) -> bool:
    if area_ids is None:
        return True
    units = session.get_one(StoredUnits, plan.unit_set_id)
    return set(units.area_ids) <= set(area_ids)


# index: ix_boundary_plan_unit_set_id
def plans_in(session: Session, area_ids: Collection[int] | None, limit: int = 200) -> Sequence[BoundaryPlan]:
    """List the plans of somebody's communities, the newest first."""
    query = select(BoundaryPlan).join(StoredUnits, StoredUnits.id == BoundaryPlan.unit_set_id)
    if area_ids is not None:
        query = query.where(StoredUnits.area_ids.contained_by(sorted(area_ids)))
    return session.scalars(query.order_by(BoundaryPlan.id.desc()).limit(limit)).all()


# index: ix_boundary_plan_unit_set_id; a plan that reverses another is over the same units
def reversals_of(session: Session, plan: BoundaryPlan) -> Sequence[BoundaryPlan]:
    """List the plans that restore the lines from before an adopted one, the newest first."""
    query = select(BoundaryPlan).where(
        BoundaryPlan.unit_set_id == plan.unit_set_id, BoundaryPlan.reverses_id == plan.id
    )
    return session.scalars(query.order_by(BoundaryPlan.id.desc())).all()


@dataclass(frozen=True)
class Community:
    """A community that can be planned: its id, code and name, and how many grids it has."""

    area_id: int
    code: str
    name: str
    grids: int


# indexes: ex_area_version_valid, ix_grid_version_community_id
_PLANNABLE = text("""
    SELECT v.area_id, a.code, v.name, count(g.id)
    FROM area a JOIN area_version v ON v.area_id = a.id AND v.valid @> CAST(:at AS timestamptz)
    LEFT JOIN grid_version g ON g.community_id = a.id AND g.kind <> 'micro' AND g.valid @> CAST(:at AS timestamptz)
    WHERE a.level = 'community' AND (CAST(:areas AS bigint[]) IS NULL OR a.id = ANY(CAST(:areas AS bigint[])))
    GROUP BY v.area_id, a.code, v.name ORDER BY a.code
""")


def communities(session: Session, area_ids: Collection[int] | None, at: datetime) -> list[Community]:
    """List the communities somebody may plan, by code."""
    areas = None if area_ids is None else sorted(area_ids)
    return [Community(*row) for row in session.execute(_PLANNABLE, {"areas": areas, "at": at})]


# index: pk_unit_set
def sets_of(session: Session, plans: Collection[BoundaryPlan]) -> dict[int, StoredUnits]:
    """Give the units that some plans are drawn over, by id."""
    query = select(StoredUnits).where(StoredUnits.id.in_({plan.unit_set_id for plan in plans}))
    return {row.id: row for row in session.scalars(query)}


# index: ix_boundary_plan_due
def due_plans(session: Session, now: datetime) -> list[int]:
    """Give the ids of approved plans whose day has come, the earliest first."""
    query = select(BoundaryPlan.id).where(
        BoundaryPlan.state == PlanState.APPROVED, BoundaryPlan.effective_at <= now
    )
    return list(session.scalars(query.order_by(BoundaryPlan.effective_at, BoundaryPlan.id)))


# index: ix_plan_log_plan_id
def log_of(session: Session, plan_id: int) -> Sequence[PlanLog]:
    """Give what happened to a plan, the first step first."""
    return session.scalars(select(PlanLog).where(PlanLog.plan_id == plan_id).order_by(PlanLog.id)).all()


# index: ix_plan_edit_plan_id
def next_edit(session: Session, plan: BoundaryPlan) -> PlanEdit | None:
    """Give the edit that redo would do: the newest that follows the head."""
    follows = PlanEdit.after_id.is_(None) if plan.head_id is None else PlanEdit.after_id == plan.head_id
    query = select(PlanEdit).where(PlanEdit.plan_id == plan.id, follows)
    return session.scalars(query.order_by(PlanEdit.id.desc()).limit(1)).first()


_BEGAN = text("""
    SELECT EXISTS (SELECT FROM grid_version WHERE lower(valid) > :since AND lower(valid) <= :now AND source <> 'plan')
        OR EXISTS (SELECT FROM area_version WHERE lower(valid) > :since AND lower(valid) <= :now)
""")


def lines_began(session: Session, since: datetime, now: datetime) -> bool:
    """Tell whether lines began between two instants that no adoption made: those loaded for a day."""
    return bool(session.execute(_BEGAN, {"since": since, "now": now}).scalar_one())
