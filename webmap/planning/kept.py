"""What a web process keeps of the planner's table, so that an edit is answered without doing known work again.

Before: `gis.boundaries`. After: `webmap.planning.api`. The ground as it is sent, by its count; a draft's figures, by
the layout itself and the scales they were measured with: nothing here can be out of date.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import orjson

# the first check of a process would bring it in, half a second while somebody waits
import scipy.sparse.csgraph  # noqa: F401

from gis.boundaries.checks import Checked, check, read_limits, read_weights
from gis.boundaries.layout import Layout, Terrain
from gis.boundaries.models import BoundaryPlan
from webmap.planning import shown

PACKING = 4
"""Half the time of the usual level, for a twentieth more."""

V = TypeVar("V")


@dataclass
class Shelf(Generic[V]):
    """The last few things by key; each with what must be the same object for it to count."""

    most: int
    rows: OrderedDict[Hashable, tuple[object, V]] = field(default_factory=OrderedDict)

    def get(self, key: Hashable, of: object) -> V | None:
        """Give what is kept under a key, if it was made of just this object."""
        found = self.rows.get(key)
        return found[1] if found is not None and found[0] is of else None

    def put(self, key: Hashable, of: object, value: V) -> V:
        """Keep something, and forget the oldest."""
        self.rows[key] = (of, value)
        self.rows.move_to_end(key)
        while len(self.rows) > self.most:
            self.rows.popitem(last=False)
        return value


_grounds: Shelf[bytes] = Shelf(4)
_checks: Shelf[Checked] = Shelf(8)


def ground(terrain: Terrain, *, packed: bool) -> bytes:
    """Give the ground as JSON, packed for the way or not."""
    found = _grounds.get(id(terrain), terrain)
    if found is None:
        told = gzip.compress(orjson.dumps(shown.ground(terrain)), PACKING, mtime=0)
        found = _grounds.put(id(terrain), terrain, told)
    return found if packed else gzip.decompress(found)


def checked(terrain: Terrain, layout: Layout, plan: BoundaryPlan) -> Checked:
    """Measure a draft with the scales of its plan; the figures of the last few are kept."""
    key = (id(terrain), id(layout), orjson.dumps([plan.weights, plan.limits]))
    found = _checks.get(key, layout)
    if found is None:
        found = check(terrain, layout, read_weights(plan.weights), read_limits(plan.limits))
        _checks.put(key, layout, found)
    return found
