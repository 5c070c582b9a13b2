"""The weight of each element: what agreement is worth and what a conflict costs.

Before: `compare.py`. After: `confidence.py` turns the best score and its lead into a probability.
The table is fitted by `python -m tests.bench.geocode fit`; its numbers are log-odds of a candidate being
the right one among its rivals.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

from gis.places.geocoder.features import FEATURES

WEIGHTS: dict[str, float] = {
    "name": 3.34,
    "name_share": 5.57,
    "name_sound": -8.53,
    "name_slip": -0.96,
    "ending_conflict": -4.3,
    "ending_missing": -2.57,
    "qualifier_agree": 0.82,
    "qualifier_conflict": -6.32,
    "qualifier_missing": -2.76,
    "qualifier_extra": -0.84,
    "left_loose": -1.71,
    "right_loose": -3.05,
    "road_agree": 5.15,
    "road_conflict": -1.72,
    "number_agree": 3.79,
    "number_near": 0.09,
    "number_conflict": -0.13,
    "district_conflict": -1.72,
    "hints": 2.89,
    "length": 4.31,
    "address_only": -1.4,
    "in_road": -3.25,
    "later": -4.4,
    "slip_known": -2.04,
    "name_part": -2.63,
    "left_name": -0.29,
    "ending_sound": -1.95,
}
_ROW = [WEIGHTS.get(name, 0.0) for name in FEATURES]


def score(features: Sequence[float]) -> float:
    """Add up the weighted features of a candidate."""
    return float(sum(map(mul, _ROW, features)))
