"""What a web process keeps of the planner's table, so that an edit is answered without doing known work again.

Before: `gis.boundaries`. After: `webmap.planning.api`. The ground as it is sent, by its count; a draft's figures, by
the layout itself and the scales they were measured with: nothing here can be out of date.
"""

from __future__ import annotations

import gzip
from threading import Lock

import orjson

# the first check of a process would bring it in, half a second while somebody waits
import scipy.sparse.csgraph  # noqa: F401
from cachetools import LRUCache, cached

from gis.boundaries.checks import Checked, check, read_limits, read_weights
from gis.boundaries.layout import Layout, Terrain
from gis.boundaries.models import BoundaryPlan
from webmap.planning import shown

PACKING = 4
"""Half the time of the usual level, for a twentieth more."""

GROUNDS, CHECKS = 4, 8
"""How many of each are kept. What they were made of is kept with them: nothing else can stand at its address then."""


def ground(terrain: Terrain, *, packed: bool) -> bytes:
    """Give the ground as JSON, packed for the way or not."""
    _, found = _packed(terrain)
    return found if packed else gzip.decompress(found)


@cached(LRUCache(GROUNDS), key=id, lock=Lock())
def _packed(terrain: Terrain) -> tuple[Terrain, bytes]:
    return terrain, gzip.compress(orjson.dumps(shown.ground(terrain)), PACKING, mtime=0)


def checked(terrain: Terrain, layout: Layout, plan: BoundaryPlan) -> Checked:
    """Measure a draft with the scales of its plan; the figures of the last few are kept."""
    return _measured(terrain, layout, orjson.dumps([plan.weights, plan.limits]))[2]


@cached(LRUCache(CHECKS), key=lambda terrain, layout, scales: (id(terrain), id(layout), scales), lock=Lock())
def _measured(terrain: Terrain, layout: Layout, scales: bytes) -> tuple[Terrain, Layout, Checked]:
    weights, limits = orjson.loads(scales)
    return terrain, layout, check(terrain, layout, read_weights(weights), read_limits(limits))
