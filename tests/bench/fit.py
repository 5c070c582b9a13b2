"""`python -m tests.bench.fit`: fit the weights of score and confidence on practice tests.

Before: `tests.bench.compounds`. After: the printed tables go into `gis.places.geocoder.score` and
`.confidence` by hand, so that a change of them is read by somebody. Score: of a query's candidates the right
one shall win (conditional logit). Confidence: is the winner right (logistic regression).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.places.geocoder import Geocoder
from gis.places.geocoder.asked import asked
from gis.places.geocoder.confidence import SIGNALS, signals
from gis.places.geocoder.descend import by_relation
from gis.places.geocoder.features import FEATURES
from gis.places.geocoder.geocoder import _elsewhere
from tests.bench.compounds import Listing, Query, build, distance_m, load
from tests.bench.geocode import RIGHT_WITHIN_M, data, places

Array = NDArray[np.float64]
NEVER_GOOD = (
    "name_sound", "name_slip", "ending_conflict", "ending_missing", "qualifier_conflict", "qualifier_missing",
    "qualifier_extra", "left_loose", "right_loose", "road_conflict", "number_conflict", "district_conflict",
    "in_road", "later", "slip_known", "left_name", "right_name", "ending_sound",
)  # fmt: skip
NEVER_BAD = (
    "name", "name_share", "length", "qualifier_agree", "road_agree", "number_agree", "number_near",
    "district_agree", "hints", "lead", "score", "lone",
)  # fmt: skip


class Case(NamedTuple):
    """A query with its compared candidates: features, which are right, where they lie."""

    features: Array
    right: NDArray[np.bool_]
    rows: list
    query: Query
    relation: list[bool]


def cases(gazetteer: Sequence[Listing], queries: Sequence[Query]) -> list[Case]:
    """Compare all queries with their candidates."""
    geocoder = Geocoder(places(gazetteer))
    out = []
    for query in queries:
        ask = asked(query.text, geocoder._source.lexicon)
        rows = [row.comparison for row in geocoder.ranked(ask)]
        if not rows:
            continue
        right = np.array(
            [
                query.answerable
                and distance_m(query, Listing("", "", "", "", row.stem.lon, row.stem.lat)) <= RIGHT_WITHIN_M
                for row in rows
            ]
        )
        relation = [by_relation(ask, row) for row in rows]
        out.append(Case(np.array([row.features for row in rows]), right, rows, query, relation))
    return out


def fit_score(train: Sequence[Case], *, decay: float = 0.3, steps: int = 500) -> Array:
    """Conditional logit with weights of the right sign."""
    usable = [case for case in train if case.right.any() and not case.right.all()]
    stacked = np.concatenate([case.features for case in usable])
    groups = np.repeat(np.arange(len(usable)), [len(case.right) for case in usable])
    right = np.concatenate([case.right for case in usable])
    low, high = _bounds(FEATURES)
    weights = np.zeros(len(FEATURES))
    momentum = np.zeros_like(weights)
    speed = np.zeros_like(weights)
    for step in range(1, steps + 1):
        logits = stacked @ weights
        top = np.full(len(usable), -np.inf)
        np.maximum.at(top, groups, logits)
        mass = np.exp(logits - top[groups])
        share = mass / np.bincount(groups, mass)[groups]
        good = mass * right
        share_good = good / np.bincount(groups, good)[groups]
        gradient = stacked.T @ (share_good - share) - decay * weights
        momentum = 0.9 * momentum + 0.1 * gradient
        speed = 0.99 * speed + 0.01 * gradient**2
        rate = 0.1 * (1 - step / steps) + 0.002
        weights += rate * (momentum / (1 - 0.9**step)) / (np.sqrt(speed / (1 - 0.99**step)) + 1e-8)
        weights = np.clip(weights, low, high)
    return weights


def fit_confidence(rows: Array, right: Array, *, decay: float = 1.0, steps: int = 3000) -> Array:
    """Logistic regression with weights of the right sign."""
    low, high = _bounds(SIGNALS)
    weights = np.zeros(rows.shape[1])
    momentum = np.zeros_like(weights)
    speed = np.zeros_like(weights)
    for step in range(1, steps + 1):
        guess = 1 / (1 + np.exp(-rows @ weights))
        gradient = rows.T @ (right - guess) - decay * weights
        momentum = 0.9 * momentum + 0.1 * gradient
        speed = 0.99 * speed + 0.01 * gradient**2
        rate = 0.05 * (1 - step / steps) + 0.001
        weights += rate * (momentum / (1 - 0.9**step)) / (np.sqrt(speed / (1 - 0.99**step)) + 1e-8)
        weights = np.clip(weights, low, high)
    return weights


def _bounds(names: Sequence[str]) -> tuple[Array, Array]:
    low = np.array([0.0 if name in NEVER_BAD else -30.0 for name in names])
    high = np.array([0.0 if name in NEVER_GOOD else 30.0 for name in names])
    return low, high


def answered(case: Case, weights: Array) -> tuple[list[float], bool]:
    """Give the signals of the winner under given weights, and whether it is right."""
    scores = case.features @ weights
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], case.rows[at].stem.number))
    first = order[0]
    home = case.rows[first].stem
    rival = next((at for at in order[1:] if _elsewhere(home, case.rows[at].stem)), None)
    row = signals(
        case.rows[first].features, float(scores[first]), None if rival is None else float(scores[rival]),
        relation=case.relation[first],
    )  # fmt: skip
    return row, bool(case.right[first])


def report(name: str, test: Sequence[Case], weights: Array, sure: Array) -> None:
    """Print what the weights reach on cases they have not seen."""
    rows = [answered(case, weights) for case in test]
    right = np.array([one for _, one in rows])
    guess = 1 / (1 + np.exp(-np.array([row for row, _ in rows]) @ sure))
    answerable = np.array([case.query.answerable for case in test])
    order = np.argsort(-guess)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    at = np.flatnonzero(precision >= PRECISION)
    reach = right[order][: at[-1] + 1].sum() / answerable.sum() if len(at) else 0.0
    auto = guess >= THRESHOLD
    print(
        f"{name:34s} first {right[answerable].mean():.4f}  auto and right {(right & auto).sum() / answerable.sum():.3f}"
        f"  of auto right {right[auto].mean():.4f}  reach at {PRECISION:.1%} {reach:.3f}",
        flush=True,
    )


def thresholds(judged: Sequence[Judged]) -> None:
    """Print what thresholds would do, each city judged by weights from the other one."""
    guess = np.array([one.guess for one in judged])
    right = np.array([one.right for one in judged])
    answerable = np.array([one.answerable for one in judged])
    for limit in (0.80, 0.85, 0.90, 0.92, 0.94, 0.95, 0.96, 0.97):
        auto = guess >= limit
        reach = (right & auto).sum() / answerable.sum()
        print(f"  auto from {limit:.2f}: {reach:.3f} of the answerable, {right[auto].mean():.4f} right")
    for low in np.arange(0, 1, 0.1):
        some = (guess >= low) & (guess < low + 0.1)
        print(f"  said {low:.1f}-{low + 0.1:.1f}: {some.sum():6d} answers, right {right[some].mean():.3f}")


class Judged(NamedTuple):
    """An answer to a query of a city that the weights have not seen."""

    guess: float
    right: bool
    answerable: bool


def practice(seed: int) -> dict[tuple[str, str, int], list[Case]]:
    """Compare the queries of all practice tests."""
    listings = load(data() / "compounds" / "fuzhou_pingdingshan_bd09.csv")
    sets = {}
    for city, site in HOMES:
        for size in SIZES:
            gazetteer, queries = build(listings, city, site, seed + size, size=size, queries=QUERIES)
            sets[city, site, size] = cases(gazetteer, queries)
    return sets


def fitted(train: Sequence[Case]) -> tuple[Array, Array]:
    """Fit score and confidence on cases."""
    weights = fit_score(train)
    rows = [answered(case, weights) for case in train]
    sure = fit_confidence(np.array([row for row, _ in rows]), np.array([float(one) for _, one in rows]))
    return weights, sure


def judged(test: Sequence[Case], weights: Array, sure: Array) -> list[Judged]:
    """Judge cases with given weights."""
    rows = [(*answered(case, weights), case.query.answerable) for case in test]
    return [Judged(float(1 / (1 + np.exp(-np.dot(row, sure)))), right, known) for row, right, known in rows]


HOMES = (("抚州", "房产超市"), ("抚州", "贝壳"), ("平顶山", "搜房"), ("平顶山", "房产超市"))
SIZES = (0, 2500, 5000)
QUERIES = 1500
PRECISION, THRESHOLD = 0.985, 0.95


def main() -> None:
    """Fit on each city, test on the other, then fit on both and print the tables."""
    sets = practice(11)
    pooled: list[Judged] = []
    for town in sorted({city for city, _, _ in sets}):
        weights, sure = fitted([case for key, some in sets.items() if key[0] != town for case in some])
        for key, some in sets.items():
            if key[0] == town:
                report(f"{key}", some, weights, sure)
                pooled += judged(some, weights, sure)
    thresholds(pooled)
    weights, sure = fitted([case for some in sets.values() for case in some])
    print({name: round(float(weight), 2) for name, weight in zip(FEATURES, weights, strict=True)})
    print(
        {
            name: round(float(weight), 2)
            for name, weight in zip(SIGNALS, sure, strict=True)
            if abs(weight) >= LEAST
        }
    )


LEAST = 0.005

if __name__ == "__main__":
    sys.exit(main())
