"""Tracks are cleaned and matched: what was walked is called seen, what was not is not."""

from __future__ import annotations

import numpy as np
import pytest

from gis.errors import InputError
from gis.patrols.network.build import build
from gis.patrols.network.network import Network
from gis.patrols.network.ways import ways_of
from gis.patrols.tracks.cleaning import clean, noise_of
from gis.patrols.tracks.matching import match
from gis.patrols.tracks.stretches import joined
from tests.patrols.routes import fixes, route, truth
from tests.patrols.towns import line, town
from tests.patrols.tracks.truth import common_m


@pytest.fixture(scope="module")
def network() -> Network:
    return town(20, 15)


@pytest.mark.parametrize(
    ("noise", "least", "most"),
    [
        ((5.0, 1.0, 0.0), 0.99, 0.01), ((10.0, 1.0, 0.0), 0.99, 0.01), ((10.0, 5.0, 0.0), 0.99, 0.01),
        ((20.0, 1.0, 0.0), 0.98, 0.02), ((20.0, 5.0, 0.0), 0.98, 0.02), ((10.0, 2.0, 15.0), 0.98, 0.02),
        ((20.0, 2.0, 15.0), 0.97, 0.04),
    ],
)  # fmt: skip
def test_a_walked_route_is_seen(
    network: Network, noise: tuple[float, float, float], least: float, most: float
) -> None:
    noise_m, every_s, alike_s = noise
    right = wrong = whole = 0.0
    for seed in range(4):
        steps = route(network, 5000, seed)
        real = truth(network, steps)
        given = fixes(network, steps, noise_m=noise_m, every_s=every_s, seed=seed, alike_s=alike_s)
        found = match(network, *given)
        common = common_m(real, found)
        right, wrong, whole = right + common, wrong + found.length_m() - common, whole + real.length_m()
    assert right / whole >= least
    assert wrong / whole <= most


def test_half_a_street_is_half_seen() -> None:
    network = build(ways_of([line((0, 0), (400, 0)), line((0, 30), (400, 30))]))
    at_s = np.arange(0, 160.0)
    xy = network.nodes[network.tail[0]] + np.column_stack([at_s * 1.25, np.ones(len(at_s))])
    found = match(network, at_s, xy)
    assert found.section.tolist() == [0]
    assert found.from_m[0] == pytest.approx(0, abs=10)
    assert found.to_m[0] == pytest.approx(200, abs=15)


def test_nothing_in_a_long_gap_is_seen() -> None:
    network = build(ways_of([line((x, 0), (x + 100, 0)) for x in range(0, 2000, 100)]))
    at_s = np.concatenate([np.arange(0, 200.0), np.arange(1400, 1600.0)])
    xy = network.nodes[network.tail[0]] + np.column_stack([at_s * 1.25, np.zeros(len(at_s))])
    found = match(network, at_s, xy)
    assert found.length_m() == pytest.approx(500, abs=60)


def test_jumps_repetitions_and_disorder_are_cleaned() -> None:
    at_s = np.arange(0, 300.0)
    xy = np.column_stack([at_s * 1.3, np.zeros(300)])
    spoilt = xy.copy()
    spoilt[50] += 500
    spoilt[120] = np.nan
    order = np.random.default_rng(1).permutation(300)
    found = clean(np.append(at_s[order], at_s[:20]), np.vstack([spoilt[order], spoilt[:20]]))
    assert (np.diff(found.at_s) > 0).all()
    assert np.abs(found.xy[:, 1]).max() < 1
    assert len(found) == 298


def test_a_few_fixes_elsewhere_are_a_jump_even_where_they_agree() -> None:
    at_s = np.arange(0, 300.0)
    xy = np.column_stack([at_s * 1.3, np.where((at_s >= 100) & (at_s < 110), 400.0, 0.0)])
    assert len(clean(at_s, xy)) == 290


def test_what_lies_in_a_short_gap_is_seen_where_there_is_one_way() -> None:
    network = build(ways_of([line((x, 0), (x + 100, 0)) for x in range(0, 1000, 100)]))
    at_s = np.concatenate([np.arange(0, 200.0), np.arange(400, 600.0)])
    xy = network.nodes[network.tail[0]] + np.column_stack([at_s * 1.25, np.zeros(len(at_s))])
    assert match(network, at_s, xy).length_m() == pytest.approx(750, abs=20)


def test_a_walk_into_a_dead_end_and_back_is_seen_and_a_passed_one_is_not() -> None:
    network = build(ways_of([line((0, 0), (300, 0)), line((100, 0), (100, 60)), line((200, 0), (200, 60))]))
    corners = np.array([(0, 0), (100, 0), (100, 60), (100, 0), (300, 0)], float)
    reach = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    at_s = np.arange(0, reach[-1] / 1.3, 2.0)
    xy = np.column_stack([np.interp(at_s * 1.3, reach, axis) for axis in corners.T])
    xy += np.random.default_rng(2).normal(0, 8, xy.shape) + network.nodes[network.tail[0]]
    assert match(network, at_s, xy).length_m() == pytest.approx(360, abs=20)


def test_a_telephone_that_wakes_up_elsewhere_is_believed_after_some_fixes() -> None:
    at_s = np.arange(0, 200.0)
    xy = np.column_stack([at_s * 1.3, np.where(at_s < 100, 0.0, 5000.0)])
    assert (clean(at_s, xy).xy[:, 1] > 4000).sum() > 5


def test_noise_is_estimated() -> None:
    random = np.random.default_rng(3)
    at_s = np.arange(0, 2000.0)
    for noise in (5.0, 10.0, 20.0):
        xy = np.column_stack([at_s * 1.3, np.zeros(2000)]) + random.normal(0, noise, (2000, 2))
        assert noise_of(at_s, xy) == pytest.approx(noise, rel=0.1)


@pytest.mark.parametrize("many", [0, 1, 2])
def test_hardly_any_fixes_see_nothing(network: Network, many: int) -> None:
    found = match(network, np.arange(many, dtype=float), np.zeros((many, 2)))
    assert found.length_m() == pytest.approx(0, abs=1)


def test_fixes_far_from_every_way_see_nothing(network: Network) -> None:
    at_s = np.arange(0, 100.0)
    assert match(network, at_s, np.full((100, 2), 1e6)).length_m() == 0


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="do not fit"):
        clean(np.zeros(3), np.zeros((2, 2)))


def test_stretches_are_joined_and_measured() -> None:
    made = joined(
        np.array([1, 0, 0, 0]), np.array([5.0, 0, 8, 30]), np.array([9.0, 10, 20, 40]), np.arange(4.0)
    )
    assert made.section.tolist() == [0, 0, 1]
    assert made.from_m.tolist() == [0, 30, 5]
    assert made.to_m.tolist() == [20, 40, 9]
    assert common_m(
        made, joined(np.array([0]), np.array([15.0]), np.array([35.0]), np.zeros(1))
    ) == pytest.approx(10)
