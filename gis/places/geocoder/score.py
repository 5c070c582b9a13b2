"""The weight of each element: what agreement is worth and what a conflict costs.

Before: `compare.py`. After: `confidence.py` turns the best score and its lead into a probability.
The table is fitted by `python -m tests.bench.geocode fit`; its numbers are log-odds of a candidate being
the right one among its rivals.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

from gis.places.geocoder.compare import FEATURES

WEIGHTS: dict[str, float] = {
    "name": 5.0,
    "name_share": 6.0,
    "name_sound": -1.5,
    "name_slip": -1.0,
    "ending_conflict": -1.5,
    "ending_missing": -0.2,
    "qualifier_agree": 1.5,
    "qualifier_conflict": -3.0,
    "qualifier_missing": -0.7,
    "qualifier_extra": -0.7,
    "left_loose": -0.8,
    "right_loose": -0.8,
    "road_agree": 1.5,
    "road_conflict": -0.7,
    "number_agree": 2.0,
    "number_near": 0.5,
    "number_conflict": -0.3,
    "district_agree": 0.5,
    "district_conflict": -1.0,
    "hints": 1.5,
    "length": 3.0,
    "address_only": 0.5,
}
_ROW = [WEIGHTS[name] for name in FEATURES]


def score(features: Sequence[float]) -> float:
    """Add up the weighted features of a candidate."""
    return sum(map(mul, _ROW, features))
