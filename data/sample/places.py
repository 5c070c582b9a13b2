"""Named places: shops, schools, clinics, markets, parks, the station, offices, and what people call a corner.

Before: `buildings`, `addresses`. After: `frames`, and the geocoder's gazetteer.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapely import Point

from data.sample.blocks import WANTED, Block
from data.sample.grids import COMMUNITIES, GridPlan
from data.sample.names import NICKNAMES
from data.sample.organisation import Row
from data.sample.yard import Raised

PUBLIC = {"school", "clinic", "market", "park", "station", "office"}
SINCE = {"map": "2025-03-01", "member": "2026-05-18"}


def place_rows(blocks: list[Block], built: list[Raised], grids: list[GridPlan], prefix: str) -> list[Row]:
    """Give the places with their point in metres under x and y."""
    rows = [*_institutions(blocks, built), *_stations(grids, built), *_shops(built), *_nicknames(blocks)]
    return [{"code": f"P{prefix}-{number:04d}", **row} for number, row in enumerate(rows, start=1)]


def _institutions(blocks: list[Block], built: list[Raised]) -> Iterator[Row]:
    for block in blocks:
        if block.name and block.use in {*PUBLIC, "square", "works"}:
            kind = block.use if block.use in PUBLIC else ("park" if block.use == "square" else "office")
            address = next(
                (raised.road + raised.number for raised in built if raised.block == block.index), ""
            )
            yield _row(block.name, kind, address, block.lot.representative_point())


def _stations(grids: list[GridPlan], built: list[Raised]) -> Iterator[Row]:
    """Put each community's service station into a shop near the community's middle."""
    for key, name in COMMUNITIES.items():
        mine = [index for grid in grids if grid.community == key for index in grid.blocks]
        shops = [raised for raised in built if raised.block in mine and raised.use == "shop"]
        middle = Point(
            *(sum(c) / len(shops) for c in zip(*((s.doors[0].x, s.doors[0].y) for s in shops), strict=True))
        )
        chosen = min(shops, key=lambda shop: shop.doors[0].distance(middle))
        chosen.use, chosen.name = "office", f"{name}党群服务站"
        yield _row(chosen.name, "office", chosen.road + chosen.number, chosen.doors[0])


def _shops(built: list[Raised]) -> Iterator[Row]:
    for raised in built:
        if raised.use == "shop" and raised.name:
            yield _row(raised.name, "shop", raised.road + raised.number, raised.doors[0])


def _nicknames(blocks: list[Block]) -> Iterator[Row]:
    """Put the nicknames on the ground: on the block they are about, or the block they lie in."""
    about = {(x, y): block for _, name, x, y, *_ in WANTED for block in blocks if block.name == name}
    for name, x, y in NICKNAMES:
        block = about.get((x, y))
        at = block.lot.representative_point() if block else Point(x, y)
        yield _row(name, "nickname", "", at, source="member")


def _row(name: str, kind: str, address: str, at: Point, *, source: str = "map") -> Row:
    return {
        "name": name,
        "kind": kind,
        "address": address,
        "x": at.x,
        "y": at.y,
        "source": source,
        "since": SINCE[source],
    }
