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
    "name": 3.44,
    "name_share": 5.64,
    "name_sound": -8.63,
    "name_slip": -1.37,
    "ending_conflict": -4.26,
    "ending_missing": -2.56,
    "qualifier_agree": 0.86,
    "qualifier_conflict": -6.53,
    "qualifier_missing": -2.79,
    "qualifier_extra": -0.87,
    "left_loose": -1.44,
    "right_loose": -3.03,
    "road_agree": 5.27,
    "road_conflict": -1.73,
    "number_agree": 3.78,
    "number_near": 0.07,
    "number_conflict": -0.16,
    "district_conflict": -1.75,
    "hints": 2.92,
    "length": 4.38,
    "address_only": -1.31,
    "in_road": -3.33,
    "later": -4.45,
    "slip_known": -1.54,
    "name_part": -2.57,
    "left_name": -0.41,
    "ending_sound": -1.93,
}
_ROW = [WEIGHTS.get(name, 0.0) for name in FEATURES]


def score(features: Sequence[float]) -> float:
    """Add up the weighted features of a candidate."""
    return float(sum(map(mul, _ROW, features)))
