"""What is to be served: pieces of way with two ends, their price and load, and the ways between the ends.

Before: `reading` makes one from a file, the rounds from roads and doors. After: `solve`. Shapes are gone here: only
numbers are left, in whatever unit the caller counts, usually minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
FORWARD, BACKWARD = 0, 1


@dataclass(frozen=True)
class Problem:
    """Pieces of way, each to be served once in either direction, by rounds from `start` to `end`.

    A street whose two sides are seen apart is two pieces; a door is a piece whose two ends are one place; a one-way
    piece has an infinite cost in the direction that is not allowed.

    Attributes
    ----------
    tail, head : ndarray of int, shape (pieces,)
        Places where each piece begins and ends when it is served forward.
    cost : ndarray of float, shape (pieces, 2)
        What serving costs, forward and backward.
    load : ndarray of float, shape (pieces,)
        What serving takes of a round's capacity, not negative.
    between : ndarray of float, shape (places, places)
        The cheapest way from place to place without serving; finite where it is needed.
    start, end : int
        Places where every round begins and ends.
    capacity : float
        The most load of one round.
    longest : float
        The most cost of one round, ways without service included.
    rounds : int or None
        How many rounds there may be at most; None: as many as it takes.
    worth : ndarray of float, shape (pieces,), or None
        What it costs to leave a piece out; None: nothing may be left out.

    Raises
    ------
    InputError
        When shapes do not fit each other, or a piece fits into no round.
    """

    tail: Places
    head: Places
    cost: Floats
    load: Floats
    between: Floats
    start: int = 0
    end: int = 0
    capacity: float = np.inf
    longest: float = np.inf
    rounds: int | None = None
    worth: Floats | None = field(default=None)

    def __post_init__(self) -> None:
        count, places = len(self.tail), len(self.between)
        if self.head.shape != (count,) or self.cost.shape != (count, 2) or self.load.shape != (count,):
            raise InputError(f"{count} pieces of way need as many ends, loads and pairs of costs.")
        if self.between.shape != (places, places) or np.isnan(self.between).any():
            raise InputError("The ways between places must be a square table of numbers.")
        ends = [*self.tail.tolist(), *self.head.tolist(), self.start, self.end]
        if min(ends) < 0 or max(ends) >= places:
            raise InputError(
                f"A piece of way ends at a place that is none of the {places} in the table of ways."
            )
        if (self.load < 0).any() or np.isnan(self.load).any() or np.isnan(self.cost).any():
            raise InputError("Loads must be numbers and not negative; costs must be numbers.")
        self._refuse_what_never_fits()

    def _refuse_what_never_fits(self) -> None:
        alone = np.minimum(
            self.between[self.start, self.tail] + self.cost[:, 0] + self.between[self.head, self.end],
            self.between[self.start, self.head] + self.cost[:, 1] + self.between[self.tail, self.end],
        )
        never = np.flatnonzero((self.load > self.capacity) | ~np.isfinite(alone) | (alone > self.longest))
        if self.worth is None and never.size:
            raise InputError(
                f"Piece {never[0] + 1} fits into no round: its load is {self.load[never[0]]:g} of at most "
                f"{self.capacity:g}, a round to it alone costs {alone[never[0]]:g} of at most {self.longest:g}.",
                pieces=never.tolist(),
            )

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return len(self.tail)


def problem_of(
    ends: Sequence[tuple[int, int]],
    costs: Sequence[float],
    loads: Sequence[float],
    between: Floats,
    *,
    depot: int = 0,
    capacity: float = np.inf,
    rounds: int | None = None,
) -> Problem:
    """Make a problem of pieces that cost the same in both directions, with rounds that end where they begin."""
    pairs = np.asarray(ends, dtype=np.int64).reshape(-1, 2)
    cost = np.asarray(costs, dtype=np.float64)
    return Problem(
        tail=pairs[:, 0].copy(),
        head=pairs[:, 1].copy(),
        cost=np.stack([cost, cost], axis=1),
        load=np.asarray(loads, dtype=np.float64),
        between=between,
        start=depot,
        end=depot,
        capacity=capacity,
        rounds=rounds,
    )
