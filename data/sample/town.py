"""The sample town 样例街道, made from a seed: one call gives all its tables.

Before: nothing; every module of this folder is called from here, in the order in which a town comes to be.
After: `write` puts it into files, the loader into the database.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from data.sample import frames
from data.sample.addresses import give_addresses
from data.sample.blocks import Block, make_blocks
from data.sample.buildings import build_town
from data.sample.cases import make_cases
from data.sample.compound_names import name_buildings, name_compounds
from data.sample.compounds import Compound
from data.sample.grids import GridPlan, community_of, make_grids, number_grids
from data.sample.ground import Patch, make_ground
from data.sample.households import Flat, settle
from data.sample.members import Staff, make_staff
from data.sample.organisation import Row, organisation_rows
from data.sample.places import place_rows
from data.sample.roads import Road, make_roads, name_streets
from data.sample.rounds import Round, Stop, Ways, make_rounds, make_visits
from data.sample.spots import make_spots
from data.sample.streets import Street, draw_streets
from data.sample.terrain import make_terrain
from data.sample.where import GridAt
from data.sample.yard import Raised
from data.sample.zones import make_zones

SUBDISTRICT = "990102001"
TODAY = date(2026, 11, 22)
STOPS_A_GRID = 40


@dataclass(frozen=True)
class Town:
    """All tables of a town; shapes are longitude and latitude (EPSG:4490), times are ISO texts at +08:00.

    Every attribute is one table and, once written, one file. Codes join them: a building's `compound_code`, an
    entrance's and a household's `building_code`, a posting's `member_code` and `grid_code`, and so on.

    Attributes
    ----------
    boundaries : level, code, name, parent_code, kind, geometry
        From the city to the grid, and the micro-grids of the first community. Grids tile their community,
        communities the subdistrict, vertex by vertex.
    compounds : code, name, aliases (split by ;), address, geometry
    buildings : code, name, compound_code, road, house_number, floors, use, geometry
        `road` is the village's name where houses are numbered by village.
    entrances : building_code, name, lon, lat
    households : code, building_code, entrance, floor, room, lon, lat
    roads : code, name, highway, oneway, bridge, geometry
        Cut at every junction and at both ends of a bridge.
    ground : kind (water, green, field, square, rail), name, geometry
    places : code, name, kind, address, lon, lat, source, since
    organisations : code, name, kind, parent_code, area_code, grid_code, office_phone, office_hours
    members : code, name, phone, organisation_code, skills (split by ;), means
    postings : member_code, grid_code, role, valid_from, valid_to (empty: open)
    shifts : member_code, starts_at, ends_at, kind (duty, leave)
    rounds : code, member_code, grid_code, starts_at, ends_at, state, stops (JSON), geometry
    visits : household_code, member_code, at
    cases : reported_at, text, category, true_grid_code, true_place, lon, lat, channel, state, moves (JSON), rating
        `true_place` is the code of a building, compound, place or road; it, the pin and the grid are empty
        where the words name no place. `state` is the last move.
    """

    boundaries: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    entrances: pd.DataFrame
    households: pd.DataFrame
    roads: gpd.GeoDataFrame
    ground: gpd.GeoDataFrame
    places: pd.DataFrame
    organisations: pd.DataFrame
    members: pd.DataFrame
    postings: pd.DataFrame
    shifts: pd.DataFrame
    rounds: gpd.GeoDataFrame
    visits: pd.DataFrame
    cases: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give all tables by name, in the order in which they can be loaded."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def write(self, folder: Path) -> list[Path]:
        """Write every table into a folder: GeoJSON where there are shapes, CSV (UTF-8) elsewhere."""
        from data.sample.write import write_town

        return write_town(self.tables(), folder)


@dataclass(frozen=True)
class Plan:
    """The town as drawn and built, in metres."""

    blocks: list[Block]
    compounds: list[Compound]
    built: list[Raised]
    codes: list[str]
    flats: list[Flat]
    grids: list[GridPlan]
    roads: list[Road]
    patches: list[Patch]


def make_town(seed: int = 1, *, scale: int = 1, today: date = TODAY) -> Town:
    """Make the sample town.

    Parameters
    ----------
    seed : int
        The same seed gives the same tables, row by row.
    scale : int
        How many copies lie side by side, each a subdistrict of its own with its own codes (990102001,
        990102002, …); for benchmarks. 67 copies are 200,000 buildings, and have 20,000 open cases.
    today : date
        The day of the story: shifts, rounds, visits and cases lie around it.

    Returns
    -------
    Town
    """
    from data.sample.tiles import OPEN_WHEN_TILED, lay_tiles

    plan = draw_plan(seed)
    town = _tables(plan, seed, today, still_open=150 if scale == 1 else OPEN_WHEN_TILED)
    return town if scale == 1 else Town(**lay_tiles(town.tables(), scale, SUBDISTRICT))


def draw_plan(seed: int) -> Plan:
    """Draw and build the town, in metres."""
    terrain, zones = make_terrain(seed), make_zones(seed)
    streets = name_streets(draw_streets(terrain, zones, seed), zones)
    blocks = make_blocks(terrain, zones, streets, seed)
    compounds, built = build_town(blocks, zones, streets, seed)
    name_compounds(compounds, SUBDISTRICT)
    name_buildings(blocks, compounds, built, seed)
    give_addresses(blocks, compounds, built, streets, seed)
    flats = settle(built, seed)
    grids = _divide(blocks, community_of(blocks, terrain, streets), built, flats, streets)
    codes = [f"B{SUBDISTRICT}-{number:04d}" for number in range(1, len(built) + 1)]
    patches = make_ground(terrain, blocks, compounds, built, seed)
    return Plan(
        blocks, compounds, built, codes, flats, grids, make_roads(terrain, streets, compounds), patches
    )


def _divide(
    blocks: list[Block], communities: list[str], built: list[Raised], flats: list[Flat], streets: list[Street]
) -> list[GridPlan]:
    homes = np.bincount([built[flat.building].block for flat in flats], minlength=len(blocks))
    grids = make_grids(blocks, communities, homes.tolist(), streets)
    number_grids(grids, SUBDISTRICT)
    return sorted(grids, key=lambda grid: grid.code)


def _tables(plan: Plan, seed: int, today: date, *, still_open: int) -> Town:
    places = place_rows(plan.blocks, plan.built, plan.grids, SUBDISTRICT)
    organisations = organisation_rows(plan.grids, plan.compounds, plan.built, SUBDISTRICT, SUBDISTRICT)
    staff = make_staff([row for row in organisations if row["grid_code"]], today, seed)
    households = frames.household_frame(plan.flats, plan.built, plan.codes, SUBDISTRICT)
    boundaries = frames.boundary_frame(plan.blocks, plan.grids, SUBDISTRICT)
    return Town(
        boundaries=boundaries,
        compounds=frames.compound_frame(plan.compounds),
        buildings=frames.building_frame(plan.built, plan.codes, plan.compounds),
        entrances=frames.entrance_frame(plan.built, plan.codes),
        households=households,
        roads=frames.road_frame(plan.roads, SUBDISTRICT),
        ground=frames.ground_frame(plan.patches),
        places=frames.with_points(places),
        organisations=pd.DataFrame(organisations),
        members=pd.DataFrame(staff.members),
        postings=pd.DataFrame(staff.postings),
        shifts=pd.DataFrame(staff.shifts),
        rounds=frames.round_frame(_rounds(plan, staff, today, seed), SUBDISTRICT),
        visits=_visits(plan, staff, households, today, seed),
        cases=_cases(plan, places, boundaries, today, seed, still_open=still_open),
    )


def _grid_of_block(plan: Plan) -> dict[int, str]:
    return {index: grid.code for grid in plan.grids for index in grid.blocks}


def _rounds(plan: Plan, staff: Staff, today: date, seed: int) -> list[Round]:
    grid_of = _grid_of_block(plan)
    stops: dict[str, list[Stop]] = {}
    for raised in plan.built:
        label = (plan.compounds[raised.compound].name if raised.compound >= 0 else "") + raised.name
        stop = Stop(raised.doors[0].x, raised.doors[0].y, label or raised.road + raised.number)
        stops.setdefault(grid_of[raised.block], []).append(stop)
    return make_rounds(Ways(plan.roads), stops, staff.of_grid, today, seed)


def _visits(plan: Plan, staff: Staff, households: pd.DataFrame, today: date, seed: int) -> pd.DataFrame:
    grid_of = _grid_of_block(plan)
    grids = [grid_of[plan.built[flat.building].block] for flat in plan.flats]
    codes = households["code"].tolist()
    rows = make_visits(grids, staff.of_grid, today, seed)
    return pd.DataFrame(
        [
            {"household_code": codes[index], "member_code": m, "at": when.isoformat()}
            for index, m, when in rows
        ]
    )


def _cases(
    plan: Plan, places: list[Row], boundaries: gpd.GeoDataFrame, today: date, seed: int, *, still_open: int
) -> pd.DataFrame:
    roads = [(f"R{SUBDISTRICT}-{number:04d}", road) for number, road in enumerate(plan.roads, start=1)]
    grids = boundaries[boundaries["level"] == "grid"]
    grid_at = GridAt(grids["code"].tolist(), list(grids.geometry))
    spots = make_spots(plan.built, plan.codes, plan.compounds, roads, places)
    return make_cases(spots, grid_at, today, seed, still_open=still_open)
