"""Pairing an even number of places at least total cost, with a proof.

Before: places and costs between them. After: `postman` walks each pair's way twice. Edmonds' formulation as a linear
programme (J. Edmonds, Maximum matching and a polyhedron with 0,1-vertices, 1965): every place in one pair, and every
odd set of places with at least one pair leading out; odd sets are found where an answer breaks them, pairs are taken
in where their reduced cost says that they would help. What comes out of the programme bounds every pairing from below.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.errors import InputError

Floats = NDArray[np.float64]
Pairs = NDArray[np.int64]

NEAREST = 12
"""Pairs looked at from the first are those of a place with so many nearest others; the rest come in by price."""

EPSILON = 1e-7
BROKEN = 1e-6
LONGEST_S = 12.0
"""Then the pairing is settled among the pairs in hand, with the bound that is proven by then."""

THRESHOLDS = (0.0, 0.1, 0.3, 0.49)


@dataclass(frozen=True)
class Pairing:
    """Pairs, their total cost, and a cost below which no pairing can be."""

    pairs: list[tuple[int, int]]
    cost: float
    least: float


class Programme:
    """The linear programme as it grows: a column a pair, a row a place, then a row an odd set."""

    def __init__(self, cost: Floats) -> None:
        make: Any = highspy.Highs
        self.cost = cost
        self.size = len(cost)
        self.pairs: Pairs = np.empty((0, 2), np.int64)
        self.sets: list[NDArray[np.bool_]] = []
        self.solver: Any = make()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        for _ in range(self.size):
            self.solver.addRow(1.0, 1.0, 0, np.empty(0, np.int32), np.empty(0))

    def add_pairs(self, pairs: Pairs) -> None:
        """Add columns."""
        for one, other in pairs.tolist():
            rows = [one, other] + [
                self.size + at for at, inside in enumerate(self.sets) if inside[one] != inside[other]
            ]
            self.solver.addCol(
                float(self.cost[one, other]), 0.0, highspy.kHighsInf, len(rows),
                np.array(rows, np.int32), np.ones(len(rows)),
            )  # fmt: skip
        self.pairs = np.vstack([self.pairs, pairs])

    def add_set(self, inside: NDArray[np.bool_]) -> None:
        """Add the row of an odd set: at least one pair leads out of it."""
        out = np.flatnonzero(inside[self.pairs[:, 0]] != inside[self.pairs[:, 1]]).astype(np.int32)
        self.solver.addRow(1.0, highspy.kHighsInf, len(out), out, np.ones(len(out)))
        self.sets.append(inside)

    def solve(self) -> tuple[Floats, Floats, float]:
        """Give the shares of the pairs, the prices of the rows and the cost."""
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise InputError("The junctions cannot be paired; the network does not hang together.")
        found = self.solver.getSolution()
        cost = float(self.solver.getInfo().objective_function_value)
        return np.array(found.col_value), np.array(found.row_dual), cost

    def reduced(self, prices: Floats) -> Floats:
        """Give every possible pair's reduced cost; no pair with itself."""
        found = self.cost - prices[: self.size, None] - prices[None, : self.size]
        for inside, price in zip(self.sets, prices[self.size :], strict=True):
            if abs(price) > EPSILON:
                found[np.ix_(inside, ~inside)] -= price
                found[np.ix_(~inside, inside)] -= price
        np.fill_diagonal(found, np.inf)
        return found


def cheapest_pairs(
    cost: Floats, tell: Callable[[str], None] | None = None, *, longest_s: float = LONGEST_S
) -> Pairing:
    """Pair places so that the total cost is least.

    Parameters
    ----------
    cost : ndarray of float, shape (n, n)
        Symmetric, finite where two places may be paired; n even.
    tell : callable, optional
        Told how it goes.

    Returns
    -------
    Pairing
        `least` equals `cost` where the pairing is proven to be the cheapest, up to rounding.

    Raises
    ------
    InputError
        The number of places is odd, or they cannot be paired.
    """
    size = len(cost)
    if size % 2:
        raise InputError(f"{size} places cannot be paired; their number must be even.")
    if not size:
        return Pairing([], 0.0, 0.0)
    programme = Programme(cost)
    programme.add_pairs(_first_pairs(cost))
    shares, least = _bounded(programme, tell, longest_s)
    chosen = [(int(one), int(other)) for one, other in programme.pairs[shares > 1 - BROKEN]]
    if len(chosen) * 2 != size:
        chosen = _exchanged(cost, _rounded(programme, shares))
    total = float(sum(cost[pair] for pair in chosen))
    return Pairing(chosen, total, min(least, total))


def _rounded(programme: Programme, shares: Floats) -> list[tuple[int, int]]:
    """Take pairs by their shares, the largest first, and pair what is left by cost."""
    price = programme.cost.max() * (2.0 - shares)
    cost = programme.cost + programme.cost.max() * 2
    one, other = programme.pairs.T
    cost[one, other] = cost[other, one] = np.minimum(cost[one, other], price)
    return _greedy(cost + np.diag(np.full(programme.size, np.inf)))


def _exchanged(cost: Floats, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Let two pairs exchange partners as long as that is cheaper."""
    a, b = np.array(pairs, np.int64).T.copy()
    better = True
    while better:
        better = False
        for at in range(len(a)):
            now = cost[a[at], b[at]] + cost[a, b]
            for mine, theirs in ((a, b), (b, a)):
                gain = now - cost[a[at], mine] - cost[b[at], theirs]
                gain[at] = 0.0
                best = int(np.argmax(gain))
                if gain[best] > BROKEN:
                    first, second = mine[best], theirs[best]
                    a[best], b[best], b[at] = b[at], second, first
                    better = True
                    break
    return list(zip(a.tolist(), b.tolist(), strict=True))


def _bounded(
    programme: Programme, tell: Callable[[str], None] | None, longest_s: float
) -> tuple[Floats, float]:
    """Add odd sets and pairs until neither helps."""
    until, number = time.perf_counter() + longest_s, 0
    while True:
        shares, prices, least = programme.solve()
        number += 1
        if tell is not None:
            tell(f"pairing {programme.size} junctions: round {number}, {least:.0f} m")
        # once it is late only pairs come in: then what the programme costs is a bound
        broken = [] if time.perf_counter() > until else _broken_sets(programme, shares)
        for inside in broken:
            programme.add_set(inside)
        if broken:
            continue
        cheaper = _cheaper(programme, prices)
        if not len(cheaper):
            return shares, least
        programme.add_pairs(cheaper)


def _first_pairs(cost: Floats) -> Pairs:
    """Give the pairs of near places, and one pairing of all so that there is an answer to begin with."""
    size = len(cost)
    off = cost + np.diag(np.full(size, np.inf))
    many = min(NEAREST, size - 1)
    near = np.argpartition(off, many - 1, axis=1)[:, :many]
    pairs = {(min(a, b), max(a, b)) for a, row in enumerate(near.tolist()) for b in row}
    pairs |= set(_greedy(off))
    return np.array(sorted(pair for pair in pairs if np.isfinite(cost[pair])), np.int64).reshape(-1, 2)


def _greedy(off: Floats) -> list[tuple[int, int]]:
    one, other = np.triu_indices(len(off), 1)
    free = np.ones(len(off), bool)
    pairs = []
    for at in np.argsort(off[one, other], kind="stable").tolist():
        a, b = int(one[at]), int(other[at])
        if free[a] and free[b]:
            free[a] = free[b] = False
            pairs.append((a, b))
            if len(pairs) * 2 == len(off):
                break
    return pairs


def _broken_sets(programme: Programme, shares: Floats) -> list[NDArray[np.bool_]]:
    """Find odd sets out of which less than one pair leads: pieces of what hangs together by large shares."""
    found: dict[bytes, NDArray[np.bool_]] = {}
    for threshold in THRESHOLDS:
        used = programme.pairs[shares > threshold + EPSILON]
        links = coo_array((np.ones(len(used)), used.T), shape=(programme.size, programme.size))
        number, piece = connected_components(links, directed=False)
        size = np.bincount(piece, minlength=number)
        leads_out = piece[programme.pairs[:, 0]] != piece[programme.pairs[:, 1]]
        flow = np.zeros(number)
        for side in (0, 1):
            np.add.at(flow, piece[programme.pairs[leads_out, side]], shares[leads_out])
        for which in np.flatnonzero((size % 2 == 1) & (size > 1) & (flow < 1 - BROKEN)):
            inside = piece == which
            found.setdefault(inside.tobytes(), inside)
    return list(found.values())


def _cheaper(programme: Programme, prices: Floats) -> Pairs:
    """Find pairs that are not in the programme and would make it cheaper, the best few of each place."""
    reduced = programme.reduced(prices)
    reduced[programme.pairs[:, 0], programme.pairs[:, 1]] = np.inf
    one, other = np.nonzero(np.triu(reduced, 1) < -BROKEN)
    order = np.argsort(reduced[one, other])[: 20 * programme.size]
    return np.column_stack([one[order], other[order]]).astype(np.int64)
