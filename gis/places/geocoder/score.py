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
    "name": 3.77,
    "name_share": 5.55,
    "name_sound": -7.94,
    "name_slip": -1.3,
    "ending_conflict": -4.4,
    "ending_missing": -2.76,
    "qualifier_agree": 0.47,
    "qualifier_conflict": -5.37,
    "qualifier_missing": -2.73,
    "left_loose": -1.43,
    "right_loose": -3.05,
    "road_agree": 4.96,
    "road_conflict": -1.83,
    "number_agree": 3.59,
    "number_near": 0.09,
    "number_conflict": -0.43,
    "district_conflict": -1.64,
    "hints": 3.04,
    "length": 4.43,
    "address_only": -1.15,
    "in_road": -3.46,
    "later": -5.26,
    "slip_known": -1.83,
    "name_part": -2.62,
    "left_name": -0.41,
    "ending_sound": -2.12,
}
_ROW = [WEIGHTS.get(name, 0.0) for name in FEATURES]


def score(features: Sequence[float]) -> float:
    """Add up the weighted features of a candidate."""
    return sum(map(mul, _ROW, features))
