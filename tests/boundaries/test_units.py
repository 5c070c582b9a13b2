"""Planning units tile their ground exactly, and no building lies in two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from click.testing import CliRunner

from data.sample import make_town
from gis.boundaries.units import UnitSet, make_units
from gis.geometry.coverage import faults
from gis.geometry.measure import area_m2
from webmap.commands.plan_units import units as command

GROUND = shapely.box(116.300, 39.900, 116.304, 39.903)
ROAD = np.array([shapely.LineString([(116.302, 39.89), (116.302, 39.91)])], dtype=object)


def house(x: float, y: float, wide: float = 0.0003, high: float = 0.0002) -> Any:
    return shapely.box(116.3 + x, 39.9 + y, 116.3 + x + wide, 39.9 + y + high)


def holds(made: UnitSet, ground: Any, buildings: Any) -> None:
    """Check what must be true of all units, on whatever ground."""
    assert shapely.is_valid(made.shapes).all()
    assert shapely.coverage_is_valid(made.shapes)
    assert faults(made.shapes, [str(i) for i in range(len(made.shapes))]) == []
    assert abs(area_m2(made.shapes).sum() - area_m2(ground)) < 1.0
    inner = shapely.intersection(buildings, ground)
    for i, unit in enumerate(made.unit.tolist()):
        outside = inner[i] if unit < 0 else shapely.difference(inner[i], made.shapes[unit])
        assert area_m2(outside) < 0.5


def test_a_road_through_a_building_is_bent_around_it() -> None:
    buildings = np.array([house(0.0018, 0.001), house(0.0005, 0.001), house(0.0032, 0.001)], dtype=object)
    made = make_units(GROUND, ROAD, buildings)
    holds(made, GROUND, buildings)
    assert len(made.shapes) == 2
    assert made.unit.tolist() == [0, 0, 1]


def test_buildings_that_overlap_count_as_one() -> None:
    buildings = np.array([house(0.0018, 0.001), house(0.0020, 0.0011), house(0.0021, 0.001)], dtype=object)
    made = make_units(GROUND, ROAD, buildings)
    holds(made, GROUND, buildings)
    assert len(set(made.unit.tolist())) == 1


def test_a_full_block_is_split_between_its_buildings() -> None:
    buildings = np.array(
        [house(0.0002 + 0.0006 * i, 0.0005 + 0.0008 * j) for i in range(3) for j in range(3)]
    )
    made = make_units(GROUND, ROAD, buildings, most_buildings=5)
    holds(made, GROUND, buildings)
    assert len(made.shapes) == 10
    assert len(set(made.unit.tolist())) == 9
    left = made.shapes[made.unit]
    assert area_m2(left).max() < 3 * area_m2(left).min()


def test_a_building_over_the_ground_s_line_counts_with_what_is_inside() -> None:
    buildings = np.array([house(-0.0001, 0.001), house(0.01, 0.01)], dtype=object)
    made = make_units(GROUND, ROAD, buildings)
    holds(made, GROUND, buildings)
    assert made.unit.tolist() == [0, -1]


def test_ground_without_buildings_is_cut_too() -> None:
    assert len(make_units(GROUND, ROAD, np.array([], dtype=object)).shapes) == 2


def test_a_made_up_town_keeps_every_building_whole() -> None:
    town = make_town()
    areas = town.boundaries
    ground = areas.loc[areas["level"] == "community"].geometry.iloc[0]
    buildings = np.asarray(town.buildings.geometry, dtype=object)
    buildings = buildings[shapely.intersects(buildings, ground)]
    banks = shapely.boundary(np.asarray(town.ground.geometry[town.ground["kind"] == "water"], dtype=object))
    made = make_units(
        ground, np.concatenate([np.asarray(town.roads.geometry, dtype=object), banks]), buildings
    )
    holds(made, ground, buildings)
    assert len(made.shapes) > 20


@pytest.mark.realdata
def test_real_streets_and_buildings(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "shanghai-bund" / "bund.gpkg"
    buildings = gpd.read_file(source, layer="buildings").geometry.to_numpy()
    # with corners along its lines: the shortest way between far corners is no parallel, and would enclose other ground
    ground = shapely.segmentize(shapely.box(121.482, 31.2275, 121.50, 31.2455), 0.0002)
    gpd.GeoDataFrame(geometry=[ground], crs=4326).to_file(tmp_path / "ground.gpkg")
    out = tmp_path / "units.gpkg"
    asked = ["--ground", str(tmp_path / "ground.gpkg"), "--roads", str(source), "--roads-layer", "roads",
             "--buildings", str(source), "--buildings-layer", "buildings", "-o", str(out)]  # fmt: skip
    assert CliRunner().invoke(command, asked).exit_code == 0
    written = gpd.read_file(out)
    shapes = written.geometry.to_numpy()
    assert ((written["walking_min"] > 0) == (written["buildings"] > 0)).all()
    assert shapely.coverage_is_valid(shapes)
    assert abs(area_m2(shapes).sum() - area_m2(ground)) < 1.0
    inner = shapely.intersection(shapely.make_valid(buildings), ground)
    building, unit = shapely.STRtree(shapes).query(inner, predicate="intersects")
    in_both = area_m2(shapely.intersection(inner[building], shapes[unit])) > 0.5
    assert np.bincount(building[in_both]).max() == 1
