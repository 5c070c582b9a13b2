"""Learning from the town's own past cases, and keeping what was learned in the database with its figures.

Before: `judge`, `keeping`. After: `wangge learn categories` calls `learn_town`; `suggest` asks `current`. The body is
checked against its hash before it is read. It holds single signs, pairs of signs and their weights, no case and no
person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.cases.learning.judge import Learned, learn
from gis.cases.learning.keeping import as_bytes, from_bytes
from gis.cases.learning.linear import Model
from gis.cases.likeness_models import CategoryModel
from gis.cases.models import Case, CaseType
from gis.cases.reference import OTHER, case_types
from gis.cases.states import State
from gis.errors import ConflictError

MOST_A_CATEGORY = 400
"""The newest closed cases of each category that are learned from: what a category means changes with time."""


@dataclass(frozen=True)
class Kept:
    """The model in use, with what is known of it."""

    model: Model
    made_at: datetime
    texts: int
    accuracy: float


# index: none; a walk over the closed cases, asked by the command only
def past_cases(session: Session) -> tuple[list[str], list[str]]:
    """Give words and category codes of closed cases, the newest of each category.

    其他诉求 says nothing and is left out. Only cases that one person handled and another
    checked are learned from.
    """
    rank = func.row_number().over(partition_by=CaseType.code, order_by=Case.closed_at.desc())
    query = (
        select(Case.text, CaseType.code, rank.label("rank"))
        .join(CaseType, CaseType.id == Case.case_type_id)
        .where(Case.state == State.CLOSED, CaseType.code != OTHER)
        .subquery()
    )
    rows = session.execute(select(query.c.text, query.c.code).where(query.c.rank <= MOST_A_CATEGORY)).all()
    return [row[0] for row in rows], [row[1] for row in rows]


def hints(types: Sequence[CaseType]) -> dict[str, str]:
    """Give what the table of categories says of each: its name, its keywords."""
    return {row.code: " ".join([row.name, row.name_en, *row.keywords]) for row in types}


def learn_town(session: Session, now: datetime) -> Learned:
    """Learn from the town's own past cases and keep the model.

    Raises
    ------
    InputError
        When there are too few closed cases; keyword rules go on then.
    """
    texts, codes = past_cases(session)
    learned = learn(texts, codes, hints=hints(case_types(session, now)))
    keep(session, learned, now, source="cases", texts=len(texts))
    return learned


def keep(session: Session, learned: Learned, now: datetime, *, source: str, texts: int) -> CategoryModel:
    """Put a model into use; those from before stay beside it, for comparison."""
    body = as_bytes(learned.model, told(learned, now, source=source, texts=texts))
    row = CategoryModel(
        made_at=now,
        source=source,
        texts=texts,
        labels=len(learned.model.labels),
        accuracy=learned.judged.accuracy,
        macro_f1=learned.judged.macro_f1,
        judged=learned.judged.as_json(),
        sha256=hashlib.sha256(body).hexdigest(),
        body=body,
    )
    session.add(row)
    session.flush()
    return row


def told(learned: Learned, now: datetime, *, source: str, texts: int) -> dict[str, Any]:
    """Say what is to be known beside a model: when, from what, how many, how good."""
    return {
        "made_at": now.isoformat(),
        "source": source,
        "texts": texts,
        "themes": learned.with_themes,
        "judged": learned.judged.as_json(),
    }


_kept: dict[int, Kept] = {}
"""The one model this process has read, by its id."""


# index: pk_category_model
def current(session: Session) -> Kept | None:
    """Give the newest model, read once a process; None when nothing was learned yet.

    Raises
    ------
    ConflictError
        When its bytes are not those that were written.
    """
    newest = session.scalar(select(func.max(CategoryModel.id)))
    if newest is None:
        return None
    if newest not in _kept:
        kept = _read(session.get_one(CategoryModel, newest))
        _kept.clear()
        _kept[newest] = kept
    return _kept[newest]


def _read(row: CategoryModel) -> Kept:
    if hashlib.sha256(row.body).hexdigest() != row.sha256:
        raise ConflictError(
            "类别模型与它的校验值不符，请重新运行 wangge learn categories。"
            " The category model does not match its hash; run wangge learn categories again.",
            model=row.id,
        )
    return Kept(from_bytes(row.body)[0], row.made_at, row.texts, row.accuracy)
