"""What rounds are asked to do besides: papers to deliver, checkpoints, what a household agreed to.

Before: `rounds.models`, `places.search`. After: `due`. Only in the person's grids, whatever a form says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.errors import InputError, NotFoundError
from gis.grids.queries import grid_at
from gis.patrols.rhythms.rhythms import Rhythm
from gis.patrols.rhythms.tables import town_rhythms
from gis.patrols.rounds.models import Errand, HouseholdRhythm
from gis.places.models import Household
from gis.places.search import find
from gis.staff.scope import Scope

COARSE = {"road", "community"}
LONGEST_LABEL, LONGEST_DUTY = 80, 40
LONGEST_MIN = 480
LONGEST = timedelta(days=2 * 366)
KINDS = ("paper", "checkpoint")


@dataclass(frozen=True)
class Open:
    """One paper or checkpoint that is open."""

    errand_id: int
    kind: str
    label: str
    grid_id: int
    minutes: int
    rhythm: str
    due_at: datetime | None
    seen: datetime | None


# indexes: ix_errand_open_grid_id, ix_patrol_event_stop_key
_OPEN = text("""
    SELECT o.id, o.kind, o.label, o.grid_id, o.minutes, o.rhythm, o.due_at,
           (SELECT max(p.at) FROM patrol_event p WHERE p.stop_key = o.kind || ':' || o.id AND p.kind = 'done')
    FROM errand o WHERE o.done_at IS NULL AND o.grid_id = ANY(:grids)
    ORDER BY o.kind DESC, o.due_at NULLS LAST, o.id LIMIT 500
""")


def open_errands(session: Session, scope: Scope) -> list[Open]:
    """Give the open papers and checkpoints of the person's grids: papers first, the earliest deadline first."""
    return [Open(*row) for row in session.execute(_OPEN, {"grids": sorted(scope.grid_ids)})]


def rhythms_for(session: Session, what: str) -> list[Rhythm]:
    """Give the rhythms that somebody can choose for a checkpoint or a household."""
    return [one for one in town_rhythms(session) if one.what == what and one.match]


def add_errand(
    session: Session, scope: Scope, now: datetime, *, kind: str, label: str, where: str, minutes: int, rhythm: str,
    due_at: datetime | None,
) -> Errand:  # fmt: skip
    """Write a paper or a checkpoint down; the words of its place must name one place in the person's grids.

    Raises
    ------
    InputError
        A field that cannot be, or words that name no place for certain.
    NotFoundError
        The place is not in the person's grids.
    """
    name = label.strip()
    if kind not in KINDS:
        raise InputError("请选择是材料还是点位。 Say whether it is a paper or a checkpoint.", field="kind")
    if not name or len(name) > LONGEST_LABEL:
        raise InputError(
            f"请写名称，{LONGEST_LABEL} 字以内。 Name it in at most {LONGEST_LABEL} characters.",
            field="label",
        )
    if not 1 <= minutes <= LONGEST_MIN:
        raise InputError(
            f"分钟应在 1 到 {LONGEST_MIN} 之间。 Give 1 to {LONGEST_MIN} minutes.", field="minutes"
        )
    if due_at is not None and due_at <= now:
        raise InputError("期限应在以后。 The deadline must be ahead.", field="due")
    mark = _mark(session, "checkpoint", rhythm) if kind == "checkpoint" and rhythm else ""
    lon, lat, grid_id = _place(session, scope, where, now)
    row = Errand(
        code=f"E-{uuid4().hex[:10]}", grid_id=grid_id, kind=kind, label=name, minutes=minutes, rhythm=mark,
        due_at=due_at, point=f"SRID=4490;POINT({lon!r} {lat!r})",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _mark(session: Session, what: str, code: str) -> str:
    """Give the word by which a thing is known to a rhythm."""
    for one in rhythms_for(session, what):
        if one.code == code:
            return min(one.match)
    raise InputError("没有这个节奏。 There is no such rhythm.", field="rhythm")


def _place(session: Session, scope: Scope, where: str, now: datetime) -> tuple[float, float, int]:
    answer = find(session, where.strip()[:200]) if where.strip() else None
    if (
        answer is None
        or answer.decision != "auto"
        or answer.level in COARSE
        or answer.lon is None
        or answer.lat is None
    ):
        raise InputError(
            "没找准这个地方，请写到小区几号楼、门牌或路口。 These words name no one place; write a building, a house "
            "number or a crossing.", field="where",
        )  # fmt: skip
    here = grid_at(session, answer.lon, answer.lat, now)
    if here is None or here.grid_id not in scope.grid_ids:
        raise NotFoundError("这个地方不在您的网格。 That place is not in your grids.", field="where")
    return answer.lon, answer.lat, here.grid_id


def end_errand(session: Session, scope: Scope, errand_id: int, now: datetime) -> Errand:
    """End a paper or a checkpoint: rounds no longer go there.

    Raises
    ------
    NotFoundError
    """
    # index: pk_errand
    query = select(Errand).where(
        Errand.id == errand_id, scope.over_grid(Errand.grid_id), Errand.done_at.is_(None)
    )
    row = session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError("没有这一条，或不在您的网格。 There is no such row in your grids.")
    row.done_at = now
    return row


def set_duty(
    session: Session, scope: Scope, household_id: int, now: datetime, *, duty: str, rhythm: str, purpose: str,
    ends: datetime,
) -> None:  # fmt: skip
    """Write down what a household asked for or agreed to, in which rhythm, until a day; the same again changes it.

    Raises
    ------
    NotFoundError
        The household is not in the person's grids.
    InputError
        Words missing, no such rhythm, or a last day that is not within two years.
    """
    # index: pk_household
    query = select(Household.id).where(Household.id == household_id, scope.over_grid(Household.grid_id))
    if session.scalar(query) is None:
        raise NotFoundError("没有这一户，或不在您的网格。 There is no such household in your grids.")
    if not duty.strip() or not purpose.strip() or len(duty.strip()) > LONGEST_DUTY:
        raise InputError("请写做什么、为什么。 Say what is done there, and what for.", field="duty")
    if rhythm not in {one.code for one in rhythms_for(session, "household")}:
        raise InputError("没有这个节奏。 There is no such rhythm.", field="rhythm")
    if not now < ends <= now + LONGEST:
        raise InputError("请选两年以内的终止日期。 Choose a last day within two years.", field="ends")
    values = {"rhythm": rhythm, "purpose": purpose.strip(), "ends_at": ends}
    given = insert(HouseholdRhythm).values(household_id=household_id, duty=duty.strip(), at=now, **values)
    session.execute(given.on_conflict_do_update(index_elements=["household_id", "duty"], set_=values))
