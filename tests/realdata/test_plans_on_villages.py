"""A draft over 7,701 villages: a split, a merge and a moved line are done, checked and put together within a second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis.files.columns import GEOMETRY
from gis.files.vectors import read_vectors

pytestmark = pytest.mark.realdata


def villages(file: Path) -> tuple[Any, list[str]]:
    """Read the villages that have ground, valid, and the town of each."""
    table = read_vectors(file, "villages")
    shapes = np.asarray(table[GEOMETRY], dtype=object)
    good = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & (shapely.get_dimensions(shapes) == 2)
    sound = shapely.make_valid(shapes[good], method="structure", keep_collapsed=False)
    return sound, table["TOWNCODE"][good].astype(str).tolist()


def test_edits_on_thousands_of_units_take_less_than_a_second(shared_data: Path) -> None:
    from tests.bench.plans import edits_timed, terrain_from

    file = shared_data / "taiwan-villages" / "villages-10t.json"
    if not file.exists():
        pytest.skip(f"{file} is absent")
    terrain = terrain_from(*villages(file))
    assert terrain.size > 7600
    edits_timed(terrain)  # warm
    taken = edits_timed(terrain)
    print({name: round(seconds, 3) for name, seconds in taken.items()})
    assert max(taken.values()) < 1.0
