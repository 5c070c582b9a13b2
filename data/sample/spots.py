"""Places as people say them: a spot has its true point and several ways of naming it.

Before: buildings, compounds and places with their names, `crossings`. After: `cases` picks a spot for a complaint.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from data.sample.compounds import Compound
from data.sample.crossings import Spot, road_spots
from data.sample.names import numeral
from data.sample.organisation import Row
from data.sample.roads import Road
from data.sample.yard import Raised

NAMED = {"school", "clinic", "market", "park", "station", "office", "nickname"}


def make_spots(
    built: list[Raised],
    codes: list[str],
    compounds: list[Compound],
    roads: list[tuple[str, Road]],
    places: list[Row],
) -> dict[str, list[Spot]]:
    """Give the spots by kind (flat, home, shop, crossing and so on)."""
    spots: dict[str, list[Spot]] = defaultdict(list)
    named = [_named(row) for row in places if row["kind"] in NAMED]
    for spot in chain(
        (
            spot
            for raised, code in zip(built, codes, strict=True)
            for spot in _of_building(raised, code, compounds)
        ),
        (_compound(compound) for compound in compounds),
        road_spots(roads),
        named,
    ):
        spots[spot.kind].append(spot)
    return dict(spots)


def _of_building(raised: Raised, code: str, compounds: list[Compound]) -> Iterator[Spot]:
    door = f"{raised.road}{raised.number}"
    if raised.kind in {"slab", "tower"}:
        yield from _flats(raised, code, compounds[raised.compound])
    elif raised.kind == "farm":
        yield _at_door("home", raised, code, (door, f"{door}院"))
        yield _at_door(
            "village", raised, code, (door, f"{door}门前", f"{door}旁边", f"{door}门口的路上", f"{door}附近")
        )
    elif raised.use == "shop" and raised.name:
        name = raised.name
        words = f"{door}{name}", f"{raised.road}的{name}门口", f"{door}{name}门口", f"{name}（{door}）"
        yield _at_door("shop", raised, code, words)
    elif raised.kind == "house":
        yield _at_door("home", raised, code, (door, f"{door}院", f"{door}大杂院"))
    if raised.road and raised.kind in {"row", "house"}:
        places = door, f"{door}门口", f"{door}附近", f"{door}门前", f"{door}旁", f"样例街道{door}"
        yield _at_door("road", raised, code, places)


def _at_door(kind: str, raised: Raised, code: str, words: tuple[str, ...]) -> Spot:
    return Spot(kind, raised.doors[0].x, raised.doors[0].y, code, words)


def _flats(raised: Raised, code: str, compound: Compound) -> Iterator[Spot]:
    for unit, at in enumerate(raised.doors, start=1):
        words = _flat_words(raised, unit, compound)
        yield Spot("flat", at.x, at.y, code, words)
        if raised.kind == "tower":
            yield Spot("tower", at.x, at.y, code, words)


def _flat_words(raised: Raised, unit: int, compound: Compound) -> tuple[str, ...]:
    number, name, floor = int(raised.name.removesuffix("号楼")), compound.name, min(raised.floors, 5)
    nick = compound.aliases.split(";")[0] or name
    full = f"{name}{number}号楼{unit}单元"
    return (
        full, full, f"{name}{number}栋{unit}单元", f"{name}{number}号楼", f"{name}{number}幢{unit}单元",
        f"{name}{numeral(number)}号楼{numeral(unit)}单元", f"{nick}{number}号楼{unit}单元",
        f"{compound.address}{full}", f"{name}{number}-{unit}-{floor}0{1 + unit % 2}", f"我们{full}",
        f"样例街道{compound.address}{name}{number}号楼", f"{name}的{number}号楼{unit}单元{floor}楼",
    )  # fmt: skip


def _compound(compound: Compound) -> Spot:
    name, nick = compound.name, compound.aliases.split(";")[0] or compound.name
    words = (
        name, f"{name}大门口", f"{name}院里", f"{name}里面", f"{nick}门口", f"{compound.address}{name}", f"我们{name}",
    )  # fmt: skip
    at = compound.inner.interpolate(0.6, normalized=True)
    return Spot("compound", at.x, at.y, compound.code, words)


def _named(row: Row) -> Spot:
    name = str(row["name"])
    kind, words = "landmark", (f"{name}门口", f"{name}旁边", name, f"{name}那儿", f"{name}附近")
    if row["kind"] == "nickname":
        kind, words = "nickname", (f"{name}那儿", f"{name}旁边", name, f"{name}底下那块", f"{name}跟前")
    return Spot(kind, float(str(row["x"])), float(str(row["y"])), str(row["code"]), words)
