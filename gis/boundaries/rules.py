"""The rules of redrawing as one table: each answers with its breaches, what, where and how much.

Before: `measures`. After: the planner's table, the report of a proposal, adoption (no hard breach). The numbers
R04 to R10 are those of the standard list of rules for redrawing; limits are those found in practice and can be set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.measures import Figures, Units


@dataclass(frozen=True)
class Limits:
    """How much is allowed.

    Attributes
    ----------
    deviation : float
        Of a part's workload from an equal share, as a share of it (R08).
    households : tuple of float, optional
        Fewest and most in a part (R07); by default not asked.
    compact_warn, compact_hard : float
        Least Polsby-Popper before a warning and before a breach (R09).
    along : float
        Least share of the new lines that should follow barriers, where there are any (R06).
    walking_min : float, optional
        Longest way through a part on foot, minutes.
    """

    deviation: float = 0.15
    households: tuple[float, float] | None = None
    compact_warn: float = 0.2
    compact_hard: float = 0.1
    along: float = 0.0
    walking_min: float | None = None


@dataclass(frozen=True)
class Breach:
    """What breaks a rule.

    Attributes
    ----------
    rule : str
        The rule's number.
    hard : bool
        Whether it forbids adoption.
    part : int
        Where, a part from 0; -1 for the plan as a whole.
    what : str
        A stable word for it, the key of the sentence on the screen.
    size, limit : float
        How much there is, and how much is allowed.
    """

    rule: str
    hard: bool
    part: int
    what: str
    size: float
    limit: float


@dataclass(frozen=True)
class Plan:
    """A plan before the rules: units, for each its part, the figures, the limits."""

    units: Units
    part: NDArray[np.intp]
    figures: Figures
    limits: Limits


@dataclass(frozen=True)
class Rule:
    """One rule: its number, what it says, and the question it asks of a plan."""

    number: str
    says: str
    asks: Callable[[Plan], Iterator[Breach]]


def _in_use(plan: Plan) -> Iterator[Breach]:
    for p in np.flatnonzero(plan.figures.units == 0).tolist():
        yield Breach("R02", True, p, "empty", 0.0, 1.0)


def _compounds(plan: Plan) -> Iterator[Breach]:
    """Name each compound that lies in several parts; once, with how many."""
    group = plan.units.group
    if group is None:
        return
    for g in np.unique(group[group >= 0]):
        holders = np.unique(plan.part[group == g])
        if len(holders) > 1:
            yield Breach("R05", False, int(holders[0]), "compound-shared", float(len(holders)), 1.0)


def _barriers(plan: Plan) -> Iterator[Breach]:
    cut_m, along_m = plan.figures.cut_m, plan.figures.barrier_m
    if plan.limits.along > 0.0 and cut_m > 0.0 and along_m / cut_m < plan.limits.along:
        yield Breach("R06", False, -1, "line-off-barriers", along_m / cut_m, plan.limits.along)


def _households(plan: Plan) -> Iterator[Breach]:
    if plan.limits.households is None or "households" not in plan.figures.counts:
        return
    fewest, most = plan.limits.households
    for p, many in enumerate(plan.figures.counts["households"].tolist()):
        if many < fewest:
            yield Breach("R07", False, p, "too-few-households", many, fewest)
        elif many > most:
            yield Breach("R07", False, p, "too-many-households", many, most)


def _workload(plan: Plan) -> Iterator[Breach]:
    for p, away in enumerate(plan.figures.deviation.tolist()):
        if abs(away) > plan.limits.deviation:
            yield Breach(
                "R08", False, p, "too-heavy" if away > 0 else "too-light", away, plan.limits.deviation
            )


def _walking(plan: Plan) -> Iterator[Breach]:
    most = plan.limits.walking_min
    if most is None or "walking_min" not in plan.figures.counts:
        return
    for p, minutes in enumerate(plan.figures.counts["walking_min"].tolist()):
        if minutes > most:
            yield Breach("R08", False, p, "too-far-to-walk", minutes, most)


def _compactness(plan: Plan) -> Iterator[Breach]:
    for p, compact in enumerate(plan.figures.polsby_popper.tolist()):
        if compact < plan.limits.compact_hard:
            yield Breach("R09", True, p, "not-compact", compact, plan.limits.compact_hard)
        elif compact < plan.limits.compact_warn:
            yield Breach("R09", False, p, "hardly-compact", compact, plan.limits.compact_warn)


def _contiguity(plan: Plan) -> Iterator[Breach]:
    for p in np.flatnonzero(plan.figures.pieces > 1).tolist():
        yield Breach("R10", True, p, "in-pieces", float(plan.figures.pieces[p]), 1.0)


RULES = (
    Rule("R02", "Every part has ground.", _in_use),
    Rule("R05", "A compound is kept whole.", _compounds),
    Rule("R06", "Lines follow rivers, railways and main roads.", _barriers),
    Rule("R07", "A part has a number of households one member can know.", _households),
    Rule("R08", "Work is even.", _workload),
    Rule("R08", "A part can be walked in the time there is.", _walking),
    Rule("R09", "A part is compact.", _compactness),
    Rule("R10", "A part is in one piece.", _contiguity),
)


def breaches(plan: Plan) -> list[Breach]:
    """Ask all rules.

    Returns
    -------
    list of Breach
        Hard ones first, then in the order of the rules and the parts.
    """
    found = [breach for rule in RULES for breach in rule.asks(plan)]
    return sorted(found, key=lambda breach: not breach.hard)
