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
    "name": 3.02,
    "name_share": 6.01,
    "name_sound": -9.11,
    "name_slip": -1.07,
    "ending_conflict": -4.54,
    "ending_missing": -2.62,
    "qualifier_agree": 1.69,
    "qualifier_conflict": -6.59,
    "qualifier_missing": -3.65,
    "qualifier_extra": -1.0,
    "left_loose": -2.43,
    "right_loose": -2.48,
    "road_agree": 4.46,
    "road_conflict": -1.88,
    "number_agree": 4.4,
    "number_near": 0.26,
    "district_conflict": -1.83,
    "hints": 2.86,
    "length": 4.64,
    "address_only": -1.25,
    "in_road": -3.0,
    "later": -4.89,
    "slip_known": -2.17,
    "name_part": -2.5,
    "left_name": -1.08,
    "right_name": -0.09,
    "ending_sound": -1.17,
}
_ROW = [WEIGHTS.get(name, 0.0) for name in FEATURES]


def score(features: Sequence[float]) -> float:
    """Add up the weighted features of a candidate."""
    return float(sum(map(mul, _ROW, features)))
