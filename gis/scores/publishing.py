"""Which counts may be public: none of one to four, and none from which such a one can be worked out.

Before: `figures`. After: the public page of figures. A small count is withheld; so is as much beside it as is needed
that nobody gets it back by subtracting what is shown - from the total of the communities, or one set from the set that
holds it (20 due and 18 done would tell the 2). Pure: counts in, names of the withheld ones out.

The method is that of cell suppression in tables (see the handbooks of statistical offices on disclosure control): the
shown counts and the sums between them are linear equations; a withheld count is safe when they leave it free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 5
LEAST_HIDDEN = 10
"""What is withheld of one sum comes to at least so much: several withheld ones say nothing about each other."""
NOTHING = 1e-9

Cell = tuple[str, str]
"""A set's name and a unit's key; "" is the whole."""

NESTED = (
    ("filed", "reported"),
    ("handled", "should_handle"),
    ("handled_on_time", "handled"),
    ("closed", "handled"),
    ("closed", "should_close"),
    ("closed_on_time", "closed"),
    ("reworked", "handled"),
    ("sent_back", "dispatched"),
    ("never_sent_back", "dispatched"),
    ("dispatched_on_time", "should_dispatch"),
    ("member_filed", "member_reported"),
    ("member_reported", "reported"),
    ("verified_on_time", "should_verify"),
    ("checked_on_time", "should_check"),
    ("missed", "seen_on_rounds"),
    ("repeated", "filed_or_merged"),
    ("filed", "filed_or_merged"),
    ("answers_resolved", "answers"),
    ("closed_on_time", "should_close"),
    ("handled_on_time", "should_handle"),
)
"""Sets of which the first lies in the second: their difference is a count too."""
SAME = (("should_handle", "should_close"),)
"""Two names for one set."""


@dataclass(frozen=True)
class Sum:
    """`whole` is the sum of `parts`."""

    whole: Cell
    parts: tuple[Cell, ...]


def small(count: int) -> bool:
    """Say whether a count is more than none and fewer than five."""
    return 0 < count < FEWEST


def sums_of(counts: Mapping[Cell, int]) -> list[Sum]:
    """Give the sums that hold between some counts: units in the whole, and sets in sets with their difference."""
    names = dict.fromkeys(name for name, _ in counts)
    units = [Sum((name, ""), tuple(cell for cell in counts if cell[0] == name and cell[1])) for name in names]
    held = [
        Sum((large, ""), ((inner, ""), (f"{large} without {inner}", "")))
        for inner, large in (*NESTED, *SAME)
        if (inner, "") in counts and (large, "") in counts
    ]
    return [one for one in units if one.whole in counts and one.parts] + held


def withheld(counts: Mapping[Cell, int]) -> frozenset[Cell]:
    """Say which counts are not shown.

    Parameters
    ----------
    counts : mapping of Cell to int
        Everything that would be shown, wholes and parts.

    Returns
    -------
    frozenset of Cell
        The small ones, and those that would give them away. No small count, and no small difference of two sets, can
        be worked out from the others.
    """
    sums = sums_of(counts)
    whole = dict(counts) | _differences(counts, sums)
    kept = {cell for cell, count in whole.items() if small(count) or cell not in counts}
    safe = {cell for cell, count in whole.items() if small(count)}
    while (giving := _giving_away(whole, sums, kept, safe)) is not None:
        more = _next(whole, giving, kept)
        if more is None:
            break  # nothing is shown any more
        kept.add(more)
    return frozenset(kept & set(counts))


def _differences(counts: Mapping[Cell, int], sums: Iterable[Sum]) -> dict[Cell, int]:
    return {
        one.parts[1]: counts[one.whole] - counts[one.parts[0]]
        for one in sums
        if one.parts[1:] and one.parts[1] not in counts
    }


def _giving_away(
    whole: Mapping[Cell, int], sums: Sequence[Sum], kept: set[Cell], safe: set[Cell]
) -> list[Sum] | None:
    """Give the sums in which a small count is still to be found, or None when none is."""
    exposed = found(sums, kept) & safe
    if exposed:
        near = [one for one in sums if exposed & {one.whole, *one.parts}]
        return near if any(_shown(one, kept) for one in near) else list(sums)
    thin = [one for one in sums if _thin(one, whole, kept, safe)]
    return thin or None


def _thin(one: Sum, whole: Mapping[Cell, int], kept: set[Cell], safe: set[Cell]) -> bool:
    """Say whether so little of a sum is withheld that its size tells the parts."""
    hidden = [cell for cell in one.parts if cell in kept]
    if one.whole in kept or not safe.intersection(hidden):
        return False
    return sum(whole[cell] for cell in hidden) < LEAST_HIDDEN and bool(_shown(one, kept))


def _shown(one: Sum, kept: set[Cell]) -> list[Cell]:
    return [cell for cell in (one.whole, *one.parts) if cell not in kept]


def _next(whole: Mapping[Cell, int], sums: Sequence[Sum], kept: set[Cell]) -> Cell | None:
    """Choose what is withheld next: the smallest part that is not nothing, a whole only when there is no part."""
    parts = {cell for one in sums for cell in one.parts if cell not in kept and whole[cell]}
    wholes = {cell for one in sums for cell in (one.whole, *one.parts) if cell not in kept}
    chosen = parts or wholes
    return min(chosen, key=lambda cell: (whole[cell], cell)) if chosen else None


def found(sums: Sequence[Sum], kept: Iterable[Cell]) -> set[Cell]:
    """Give the withheld counts that follow from the shown ones: those which the equations leave no freedom."""
    columns = {cell: at for at, cell in enumerate(kept)}
    rows = np.zeros((len(sums), len(columns)))
    for row, one in zip(rows, sums, strict=True):
        for cell, sign in ((one.whole, 1.0), *((part, -1.0) for part in one.parts)):
            if cell in columns:
                row[columns[cell]] += sign
    if not columns:
        return set()
    _, sizes, right = np.linalg.svd(rows)
    rank = int((sizes > NOTHING).sum())
    free = right[rank:]
    return {cell for cell, at in columns.items() if not np.abs(free[:, at]).max(initial=0.0) > NOTHING}
