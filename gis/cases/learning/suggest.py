"""Proposing a category for words: what was learned, or the keywords of the table while nothing was; a person decides.

Before: `history`, `cases.reference`. After: the report form, the queue and the case page show it. A report that comes
without a category still gets one by the keyword rules (`cases.reference`), as its page says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases.learning.history import current
from gis.cases.learning.linear import MOST_PROPOSED
from gis.cases.models import CaseType
from gis.cases.reference import OTHER, case_types

SHORTEST = 4
"""Fewer signs say nothing yet."""
LEAST_PROBABLE = 0.08
"""What is less probable is not worth reading."""
MOST_READ = 12
"""Proposals asked of the model, so that three are left when some are no longer in force."""


@dataclass(frozen=True)
class Suggested:
    """A category that words may belong to; `probability` is None where only keywords spoke."""

    code: str
    name: str
    name_en: str
    probability: float | None
    words: tuple[str, ...]


def suggest(session: Session, text: str, now: datetime) -> list[Suggested]:
    """Propose up to three categories in force for some words, the likeliest first; nothing for hardly any words."""
    if len(text.strip()) < SHORTEST:
        return []
    types = {row.code: row for row in case_types(session, now)}
    kept = current(session)
    if kept is None:
        return by_keywords(list(types.values()), text)
    proposed = kept.model.propose(text, MOST_READ)
    return [
        _suggested(types[one.label], one.probability, one.words)
        for one in proposed
        if one.label in types and one.probability >= LEAST_PROBABLE
    ][:MOST_PROPOSED]


def by_keywords(types: list[CaseType], text: str) -> list[Suggested]:
    """Propose the categories whose keywords stand in the words, the most letters first; one letter is no word."""
    said = {row.code: tuple(word for word in row.keywords if word in text) for row in types}
    rows = [row for row in types if sum(map(len, said[row.code])) > 1 and row.code != OTHER]
    rows.sort(key=lambda row: (-sum(map(len, said[row.code])), row.code))
    return [_suggested(row, None, said[row.code]) for row in rows[:MOST_PROPOSED]]


def _suggested(row: CaseType, probability: float | None, words: tuple[str, ...]) -> Suggested:
    return Suggested(row.code, row.name, row.name_en, probability, words)
