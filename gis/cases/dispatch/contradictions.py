"""Whether two rules contradict each other: the same condition that the database refuses, said before it has to.

Before: `dispatch.rules`. After: loading and editing rules. Same category, same place, equally wide hours that overlap,
dates that overlap: then neither the order of precedence nor the calendar could part them fairly.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gis.cases.dispatch.rules import DAY_MIN, Rule

WEEK_MIN = 7 * DAY_MIN


def week_spans(rule: Rule) -> list[tuple[int, int]]:
    """Give the minutes of a week in which a rule holds, Monday 00:00 first, as `[from, to)`."""
    length = rule.width_min // len(rule.weekdays)
    spans = []
    for day in rule.weekdays:
        start = (int(day) - 1) * DAY_MIN + rule.from_min
        spans.append((start, min(start + length, WEEK_MIN)))
        if start + length > WEEK_MIN:
            spans.append((0, start + length - WEEK_MIN))
    return spans


def contradict(one: Rule, other: Rule) -> bool:
    """Say whether two rules cannot both be."""
    same = (one.category, one.place_level, one.place_id, one.width_min) == (
        other.category, other.place_level, other.place_id, other.width_min,
    )  # fmt: skip
    return same and _dates_meet(one, other) and _hours_meet(one, other)


def first_contradiction(rule: Rule, others: Iterable[tuple[int, Rule]]) -> Rule | None:
    """Give the first of some rules that contradicts a rule, or None."""
    return next((other for _row, other in others if contradict(rule, other)), None)


def _hours_meet(one: Rule, other: Rule) -> bool:
    return any(a < d and c < b for a, b in week_spans(one) for c, d in week_spans(other))


def _dates_meet(one: Rule, other: Rule) -> bool:
    return _before(one.begins, other.ends) and _before(other.begins, one.ends)


def _before(begins: datetime | None, ends: datetime | None) -> bool:
    return begins is None or ends is None or begins < ends
