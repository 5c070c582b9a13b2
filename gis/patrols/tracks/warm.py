"""`python -m gis.patrols.tracks.warm`: match a track of a few metres, so that the matching is compiled and kept.

Before: a fresh checkout. After: the first track that comes in is matched at once.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis.patrols.network.build import build
from gis.patrols.network.ways import ways_of
from gis.patrols.tracks.matching import match


def warm() -> float:
    """Walk along a made-up street of some 300 m; give the metres that were seen."""
    street = shapely.LineString([(116.300, 39.9), (116.302, 39.9), (116.304, 39.9)])
    network = build(ways_of([street]))
    at_s = np.arange(0.0, 200.0, 5.0)
    return float(match(network, at_s, network.nodes[0] + np.column_stack([at_s, 0.0 * at_s])).length_m())


if __name__ == "__main__":
    warm()
