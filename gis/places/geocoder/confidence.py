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
    "name_share": 3.08,
    "name_sound": -1.65,
    "ending_conflict": -2.58,
    "ending_missing": -0.35,
    "qualifier_agree": 0.29,
    "qualifier_conflict": -2.95,
    "qualifier_missing": -0.85,
    "left_loose": -1.06,
    "right_loose": -1.93,
    "road_agree": 1.91,
    "road_conflict": -0.68,
    "number_agree": 2.03,
    "number_near": 0.49,
    "number_conflict": -0.11,
    "hints": 0.15,
    "address_only": -1.51,
    "in_road": -1.21,
    "later": -0.89,
    "slip_known": -0.69,
    "name_part": -0.35,
    "left_name": -0.77,
    "ending_sound": -1.85,
    "score": 5.52,
    "lead": 1.95,
    "lone": 0.67,
    "relation": -2.19,
    "bias": -4.52,
}
AUTO_FROM = 0.965
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
