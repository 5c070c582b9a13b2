"""Names of compounds and buildings: old and new compounds, east and west parts, phases, house numbers.

Before: `buildings`. After: `addresses`, `frames`. Neighbours that share a name (东区/西区, 一期/二期) are there
on purpose: words must tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.sample.blocks import Block
from data.sample.compounds import Compound
from data.sample.names import NEW_COMPOUNDS, OLD_COMPOUNDS, SHOP_MARKS, SHOPS
from data.sample.yard import Raised

NEW_STYLES = {"tower", "high"}
NEAR_M = 320.0
PAIR_EVERY = 4
PARTS = (("东区", "西区"), ("一期", "二期"), ("南院", "北院"))
WORKS = (
    "样例机械厂",
    "样例纺织厂",
    "红星农具厂",
    "样例面粉厂",
    "城西砖瓦厂",
    "样例化肥厂",
    "样例印刷厂",
    "城西包装厂",
)


def name_compounds(compounds: list[Compound], prefix: str) -> None:
    """Give every compound its code, its name and its nicknames."""
    pools = {True: iter(_spare(NEW_COMPOUNDS)), False: iter(_spare(OLD_COMPOUNDS))}
    for number, compound in enumerate(compounds, start=1):
        compound.code = f"C{prefix}-{number:03d}"
    for number, compound in enumerate(compounds):
        if not compound.name:
            new = compound.style in NEW_STYLES
            _name(
                compound,
                next(pools[new]),
                _partner(compound, compounds) if number % PAIR_EVERY == 0 else None,
                number,
            )
    for compound in compounds:
        compound.aliases = ";".join(_aliases(compound.name))


def _spare(names: list[str]) -> Iterator[str]:
    yield from names
    yield from (f"{name[:2]}新苑" for name in names)


def _name(compound: Compound, name: str, partner: Compound | None, number: int) -> None:
    if partner is None:
        compound.name = name
        return
    first, second = PARTS[number % len(PARTS)]
    swapped = compound.gate.x < partner.gate.x if first == "东区" else compound.gate.y > partner.gate.y
    compound.name, partner.name = (name + second, name + first) if swapped else (name + first, name + second)


def _partner(compound: Compound, compounds: list[Compound]) -> Compound | None:
    """Find the nearest compound of the same age that has no name yet."""
    same = [
        other
        for other in compounds
        if other is not compound
        and not other.name
        and (other.style in NEW_STYLES) == (compound.style in NEW_STYLES)
    ]
    nearest = min(same, key=lambda other: compound.gate.distance(other.gate), default=None)
    return nearest if nearest is not None and compound.gate.distance(nearest.gate) < NEAR_M else None


def _aliases(name: str) -> Iterator[str]:
    for part in (part for pair in PARTS for part in pair if name.endswith(part)):
        base = name.removesuffix(part)
        yield from (
            f"{other.removesuffix('小区')}{part}" for other in (base, *_aliases(base)) if other != base
        )
        if base.endswith("小区"):
            yield base.removesuffix("小区") + part
    if name.endswith("家属院"):
        yield name.removesuffix("家属院") + "老院"
        yield name.removesuffix("属院") + "属楼"
    elif name.endswith("小区"):
        yield name.removesuffix("小区") + "院"
    elif name.endswith(("花园", "公寓", "家园")):
        yield name + "小区"


def name_buildings(blocks: list[Block], compounds: list[Compound], built: list[Raised], seed: int) -> None:
    """Give numbers to the houses of each compound and works, and put up the shops' signs."""
    rng = np.random.default_rng([seed, 8])
    counts: dict[str, int] = {}
    works = iter(WORKS)
    for block in blocks:
        if block.use == "works":
            block.name = next(works, "样例仓储")
    for raised in built:
        key = f"c{raised.compound}" if raised.compound >= 0 else f"b{raised.block}"
        counts[key] = counts.get(key, 0) + int(raised.kind in {"slab", "tower"} or raised.use == "factory")
        if raised.kind in {"slab", "tower"}:
            raised.name = f"{counts[key]}号楼"
        elif raised.use == "factory":
            raised.name = f"{blocks[raised.block].name}{counts[key]}号库房"
        elif raised.use == "shop":
            raised.name = f"{rng.choice(SHOP_MARKS)}{rng.choice(SHOPS)}"
