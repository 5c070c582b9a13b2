"""Answers given once: what an item asks of a household, a building or a grid, filled in already where it is known.

Before: `admission.load_items` (which item asks which fields), `admission.orders`. After: the form of a work order. Each
answer has who, when, what for, and a day on which it is forgotten; the newest that is still kept counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from gis.admission.models import Fact, Field, WorkField, WorkItem, WorkOrder
from gis.errors import InputError, NotFoundError
from gis.places.models import Household
from gis.staff.scope import Scope

LONGEST_ANSWER = 200
YES_NO = ("是", "否")


@dataclass(frozen=True)
class Subject:
    """What is asked about: exactly one id; `building_id` of a household is that of its building."""

    grid_id: int
    household_id: int | None = None
    building_id: int | None = None


@dataclass(frozen=True)
class Question:
    """One field of an item, with the answer that is known: its value, when it was given and what for."""

    field: Field
    value: str = ""
    known_at: datetime | None = None
    purpose: str = ""

    @property
    def known(self) -> bool:
        """Say whether it need not be asked again."""
        return self.known_at is not None


# index: uq_work_order_case_id
def order_of(session: Session, scope: Scope, case_id: int) -> tuple[WorkOrder, WorkItem | None]:
    """Give the order behind a case of a scope's grids, with its item (None where it stands on a consent).

    Raises
    ------
    NotFoundError
        When the case is no order, or not for this person.
    """
    order = session.scalars(
        select(WorkOrder).where(WorkOrder.case_id == case_id, scope.over_grid(WorkOrder.grid_id))
    ).first()
    if order is None:
        raise NotFoundError("没有这张任务单，或不在您的网格。 There is no such work order in your grids.")
    return order, session.get(WorkItem, order.item_id) if order.item_id is not None else None


def subject_of(session: Session, order: WorkOrder, household_id: int | None) -> Subject:
    """Give what an order's questions are about: a household of its grid with its building, or the grid alone.

    Raises
    ------
    NotFoundError
        When the household is not in the order's grid.
    """
    if household_id is None:
        return Subject(order.grid_id)
    query = select(Household).where(Household.id == household_id, Household.grid_id == order.grid_id)
    household = session.scalars(query).first()
    if household is None:
        raise NotFoundError("这一户不在任务单的网格里。 That household is not in the order's grid.")
    return Subject(order.grid_id, household.id, household.building_id)


# indexes: ix_fact_household_id, ix_fact_building_id, ix_fact_grid_id
_KNOWN = text("""
    SELECT DISTINCT ON (f.field_code) f.field_code, f.value, f.at, f.purpose
    FROM fact f JOIN field d ON d.code = f.field_code
    WHERE f.field_code = ANY(:codes) AND f.forget_at > :now AND (
        (d.subject = 'household' AND f.household_id = :household) OR
        (d.subject = 'building' AND f.building_id = :building) OR
        (d.subject = 'grid' AND f.grid_id = :grid))
    ORDER BY f.field_code, f.at DESC, f.id DESC
""")


def questions(session: Session, item_code: str, subject: Subject, now: datetime) -> list[Question]:
    """Give an item's questions about a subject in their order; what any item was told before is filled in."""
    asked = select(Field).join(WorkField, WorkField.field_code == Field.code)
    fields = session.scalars(asked.where(WorkField.item_code == item_code).order_by(WorkField.position)).all()
    askable = [field for field in fields if _id_of(field, subject) is not None]
    rows = session.execute(
        _KNOWN,
        {
            "codes": [field.code for field in askable],
            "now": now,
            "household": subject.household_id,
            "building": subject.building_id,
            "grid": subject.grid_id,
        },
    )
    known = {code: told for code, *told in rows}
    return [Question(field, *known.get(field.code, ())) for field in askable]


def _id_of(field: Field, subject: Subject) -> int | None:
    return {
        "household": subject.household_id,
        "building": subject.building_id,
        "grid": None if subject.household_id is not None else subject.grid_id,
    }[field.subject]


def answer(
    session: Session,
    order: WorkOrder,
    item: WorkItem,
    subject: Subject,
    given: Mapping[str, str],
    *,
    account_id: int | None,
    now: datetime,
) -> int:
    """Keep the answers that are new or differ; give their number. What is known and unchanged is not stored again.

    Raises
    ------
    InputError
        When an answer does not fit its field; nothing is kept then.
    """
    asked = questions(session, item.code, subject, now)
    told = {"at": now, "account_id": account_id, "order_id": order.id, "purpose": item.name}
    new = [
        _fact(question.field, value, subject, told)
        for question in asked
        for value in [check(question.field, given.get(question.field.code, ""))]
        if value and value != question.value
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def _fact(field: Field, value: str, subject: Subject, told: Mapping[str, Any]) -> Fact:
    return Fact(
        field_code=field.code,
        household_id=subject.household_id if field.subject == "household" else None,
        building_id=subject.building_id if field.subject == "building" else None,
        grid_id=subject.grid_id if field.subject == "grid" else None,
        value=value,
        forget_at=told["at"] + timedelta(days=field.keep_days),
        **told,
    )


def check(field: Field, value: str) -> str:
    """Read one answer by its field's kind; "" where nothing was said.

    Raises
    ------
    InputError
    """
    words = value.strip()
    if not words:
        return ""
    readers = {"number": _number, "date": _date, "yes_no": _one_of(YES_NO), "choice": _one_of(field.choices)}
    if len(words) > LONGEST_ANSWER or not words.isprintable() or not readers.get(field.kind, _any)(words):
        raise InputError(
            f"“{field.name}”填得不对。 The answer to “{field.name_en}” does not fit.", field=field.code
        )
    return words


def _any(words: str) -> bool:
    return bool(words)


def _number(words: str) -> bool:
    plain = words.removeprefix("-").replace(".", "", 1)
    return plain.isascii() and plain.isdigit()


def _date(words: str) -> bool:
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return True


def _one_of(choices: Sequence[str]):  # type: ignore[no-untyped-def]
    return lambda words: words in choices


@dataclass(frozen=True)
class Door:
    """A household of an order's grid by its door, and how many of the item's questions are still open."""

    household_id: int
    name: str
    missing: int


# index: ix_household_grid_id
_DOORS = text("""
    SELECT h.id, concat_ws(' ', nullif(b.name, ''), nullif(h.room, ''), h.code),
           wanted.many - count(DISTINCT f.field_code)
    FROM household h LEFT JOIN building b ON b.id = h.building_id
    CROSS JOIN (SELECT count(*) AS many FROM work_field w JOIN field d ON d.code = w.field_code
                WHERE w.item_code = :item AND d.subject = 'household') wanted
    LEFT JOIN fact f ON f.household_id = h.id AND f.forget_at > :now
        AND f.field_code IN (SELECT field_code FROM work_field WHERE item_code = :item)
    WHERE h.grid_id = :grid GROUP BY h.id, b.name, h.room, h.code, wanted.many ORDER BY b.name, h.room, h.code LIMIT 500
""")


def doors(session: Session, order: WorkOrder, item: WorkItem, now: datetime) -> list[Door]:
    """Give the households of an order's grid; those of which all is known already need no visit for it."""
    rows = session.execute(_DOORS, {"item": item.code, "now": now, "grid": order.grid_id})
    return [Door(*row) for row in rows]


def forget(session: Session, now: datetime) -> int:
    """Erase answers whose day has come; give their number."""
    gone = session.scalars(delete(Fact).where(Fact.forget_at <= now).returning(Fact.id)).all()
    return len(gone)
