"""Proposals inside a draft: each community by itself, together in one draft; names of new grids never meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gis.boundaries import edits
from gis.boundaries.checks import check
from gis.boundaries.layout import Part, Terrain, apply, today
from gis.boundaries.proposals import Ask, propose
from gis.errors import InputError
from tests.boundaries.test_edits import terrain


def two_communities() -> Terrain:
    """The left half is one community with one grid, the right half another; both grids have the same name."""
    ground = terrain()
    parts = (Part(0, 10, "A", "第一网格", 7), Part(1, 11, "B", "第一网格", 8))
    return replace(ground, community=np.where(ground.today == 0, 7, 8), parts=parts)


def test_every_community_is_shared_out_by_itself() -> None:
    ground = two_communities()
    said: list[float] = []
    offers = propose(ground, today(ground), np.ones(36), Ask((), 6, seconds=2.0), said.append)
    assert said == sorted(said)
    for offer in offers:
        assert len(set(offer.label)) == 6
        assert offer.whole
        layout = apply(today(ground), edits.lay(ground, today(ground), np.array(offer.label), offer.names))
        assert np.bincount(layout.part).tolist() == [6] * 6
        assert not [fault for fault in check(ground, layout).faults if fault.breach.rule in {"R03", "R10"}]


def test_fewer_grids_than_communities_cannot_be() -> None:
    ground = two_communities()
    with pytest.raises(InputError, match="2 个社区"):
        propose(ground, today(ground), np.ones(36), Ask((), 1, seconds=1.0), lambda _share: None)


def test_a_proposal_keeps_to_the_banks_where_nobody_gets_across() -> None:
    ground = terrain()
    pairs = ground.units.graph.pairs
    row = pairs // 6
    # a river between the lower two rows and the upper four
    closed = (row.min(axis=1) == 1) & (row.max(axis=1) == 2)
    ground = replace(ground, closed=closed)
    offers = propose(ground, today(ground), np.ones(36), Ask((), 3, seconds=2.0), lambda _share: None)
    south = np.arange(36) < 12
    for offer in offers:
        label = np.array(offer.label)
        assert not set(label[south].tolist()) & set(label[~south].tolist())
