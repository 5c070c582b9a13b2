"""The classes of a coloured map: five with about as many grids in each, never one value in two classes.

Before: nothing (pure). After: `webmap.layers.figures`; the legend shows each class with its limits and its count.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

CLASSES = 5


@dataclass(frozen=True)
class Class:
    """One class: the smallest and the largest value in it, and how many values it holds."""

    low: float
    high: float
    count: int


def quantiles(values: Iterable[float], classes: int = CLASSES) -> list[Class]:
    """Divide values into classes of about equal counts; equal values always share one.

    Parameters
    ----------
    values : iterable of float
        At least none; any order.
    classes : int
        The most classes wanted, at least one.

    Returns
    -------
    list of Class
        By value; fewer than wanted when values repeat, none without values. A value on the line between two classes
        belongs to the lower one, whose `high` it is.
    """
    ordered = sorted(values)
    if not ordered:
        return []
    highs = sorted({ordered[-(-len(ordered) * step // classes) - 1] for step in range(1, classes + 1)})
    members: list[list[float]] = [[] for _ in highs]
    for value in ordered:
        members[bisect_left(highs, value)].append(value)
    return [Class(group[0], group[-1], len(group)) for group in members]
