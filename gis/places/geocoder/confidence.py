"""Knowing: how probable it is that the first candidate is the place that was meant.

Before: `score.py`. After: `answer.py`, which decides between auto, ask and none. A logistic regression over
the first candidate's features, its lead over the best rival elsewhere, and what in the query stays
unexplained; fitted on checked pairs, shipped as the table below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul

from gis.places.geocoder.features import FEATURES

SIGNALS = (*FEATURES, "score", "lead", "lone", "relation", "bias")
WEIGHTS: dict[str, float] = {
    "name_share": 3.83,
    "name_sound": -2.7,
    "ending_conflict": -2.65,
    "ending_missing": -0.34,
    "qualifier_conflict": -2.86,
    "qualifier_missing": -1.39,
    "qualifier_extra": -0.12,
    "left_loose": -1.23,
    "right_loose": -1.34,
    "road_agree": 2.14,
    "road_conflict": -0.41,
    "number_agree": 2.49,
    "number_near": 0.37,
    "hints": 0.2,
    "address_only": -0.47,
    "in_road": -0.6,
    "later": -1.97,
    "slip_known": -0.99,
    "name_part": -0.17,
    "left_name": -1.47,
    "right_name": -0.35,
    "ending_sound": -1.39,
    "score": 3.95,
    "lead": 2.54,
    "lone": 0.72,
    "relation": -2.63,
    "bias": -4.86,
}
AUTO_FROM = 0.95
ASK_FROM = 0.03
_ROW = [WEIGHTS.get(name, 0.0) for name in SIGNALS]
_MOST_LEAD = 6.0
_SCORE_SCALE = 15.0


def signals(features: Sequence[float], best: float, rival: float | None, *, relation: bool) -> list[float]:
    """Give the signals of an answer in the order of `SIGNALS`.

    Parameters
    ----------
    features : sequence of float
        The first candidate's, in the order of `compare.FEATURES`.
    best, rival : float, float or None
        Scores of the first candidate and of the best one elsewhere (None: there is none).
    relation : bool
        Whether the query only says what is near.
    """
    lead = _MOST_LEAD if rival is None else min(best - rival, _MOST_LEAD)
    return [*features, best / _SCORE_SCALE, lead / _MOST_LEAD, float(rival is None), float(relation), 1.0]


def confidence(row: Sequence[float]) -> float:
    """Give the probability, 0 to 1, for a row of signals."""
    logit = sum(map(mul, _ROW, row))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))
