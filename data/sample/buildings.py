"""All buildings of the town, block by block.

Before: `blocks`. After: `addresses` gives them streets and numbers, `households` people's doors.
"""

from __future__ import annotations

import numpy as np

from data.sample.blocks import Block
from data.sample.compounds import Compound, build_compound
from data.sample.houses import build_old, build_village
from data.sample.streets import Street
from data.sample.works import PLANS, build_institution, build_works
from data.sample.yard import Raised
from data.sample.zones import Zones

HOMES_IN_WORKS = 2
BUILDINGS = 3_000


def build_town(
    blocks: list[Block], zones: Zones, streets: list[Street], seed: int
) -> tuple[list[Compound], list[Raised]]:
    """Build on every lot; give the compounds and the buildings, each building knowing its block."""
    rng = np.random.default_rng([seed, 5])
    _lodge_workers(blocks)
    compounds: list[Compound] = []
    built: list[Raised] = []
    for block in blocks:
        if block.use == "homes":
            compound, homes = build_compound(block, len(compounds), streets, rng)
            if any(home.compound == len(compounds) for home in homes):
                compounds.append(compound)
            built += homes
        else:
            built += _other(block, zones, rng)
    return compounds, _thinned(built, rng)


def _thinned(built: list[Raised], rng: np.random.Generator) -> list[Raised]:
    """Leave village courts empty until the wanted number of buildings is left."""
    farms = [index for index, raised in enumerate(built) if raised.kind == "farm"]
    extra = min(max(0, len(built) - BUILDINGS), len(farms))
    gone = set(rng.choice(farms, size=extra, replace=False).tolist())
    return [raised for index, raised in enumerate(built) if index not in gone]


def _lodge_workers(blocks: list[Block]) -> None:
    """Turn the smallest works lots into workers' housing."""
    works = sorted((b for b in blocks if b.use == "works"), key=lambda block: block.lot.area)
    for block in works[:HOMES_IN_WORKS]:
        block.use = "homes"


def _other(block: Block, zones: Zones, rng: np.random.Generator) -> list[Raised]:
    if block.use == "old":
        return build_old(block, rng)
    if block.use == "village":
        return build_village(block, zones, rng)
    if block.use in {"works", "granary"}:
        return build_works(block, rng, store=block.use == "granary")
    return build_institution(block, rng) if block.use in PLANS else []
