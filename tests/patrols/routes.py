"""Made-up tracks for tests: a route through a network, and fixes along it with noise, gaps and jumps."""

from __future__ import annotations

import numpy as np
import shapely

from gis.patrols.network.network import Floats, Network
from gis.patrols.tracks.stretches import Stretches, joined


def route(network: Network, length_m: float, seed: int) -> list[tuple[int, bool]]:
    """Walk from junction to junction, rather on than back, as somebody does who looks at streets."""
    random = np.random.default_rng(seed)
    ways: dict[int, list[int]] = {}
    for section in np.flatnonzero(network.wanted & (network.tail != network.head)).tolist():
        ways.setdefault(int(network.tail[section]), []).append(section)
        ways.setdefault(int(network.head[section]), []).append(section)
    node = int(random.choice(sorted(ways)))
    passed: dict[int, int] = {}
    steps: list[tuple[int, bool]] = []
    walked = 0.0
    while walked < length_m:
        options = ways[node]
        last = steps[-1][0] if steps else -1
        weight = np.array([0.02 if at == last else 0.3 ** passed.get(at, 0) + 1e-3 for at in options])
        section = int(random.choice(options, p=weight / weight.sum()))
        backward = int(network.tail[section]) != node
        node = int((network.tail if backward else network.head)[section])
        passed[section] = passed.get(section, 0) + 1
        steps.append((section, backward))
        walked += float(network.length_m[section])
    return steps


def truth(network: Network, steps: list[tuple[int, bool]]) -> Stretches:
    """Give what the route has seen."""
    section = np.array(sorted({at for at, _ in steps}), np.int64)
    return joined(section, np.zeros(len(section)), network.length_m[section], np.zeros(len(section)))


def fixes(
    network: Network,
    steps: list[tuple[int, bool]],
    *,
    noise_m: float,
    every_s: float,
    seed: int,
    spoil: bool = True,
    alike_s: float = 0.0,
) -> tuple[Floats, Floats]:
    """Give times (s) and places (m) along a route at 1.3 m/s; where spoilt, with gaps, jumps, and out of order.

    Half of the noise strays for about `alike_s` seconds, as a telephone's does between houses.
    """
    random = np.random.default_rng(seed)
    corners = np.vstack(
        [shapely.get_coordinates(network.lines[at])[:: -1 if backward else 1] for at, backward in steps]
    )
    reach = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    at_s = np.arange(0, reach[-1] / 1.3, every_s)
    xy = np.column_stack([np.interp(at_s * 1.3, reach, axis) for axis in corners.T])
    noise = random.normal(0, noise_m, xy.shape)
    if alike_s:
        noise = (noise + straying(random.normal(0, noise_m, xy.shape), every_s / alike_s)) / np.sqrt(2)
    xy += noise
    if not spoil:
        return at_s, xy
    jumped = random.random(len(xy)) < 0.004
    xy[jumped] += random.normal(0, 300, (int(jumped.sum()), 2))
    keep = np.ones(len(xy), bool)
    for start in random.uniform(0, at_s[-1], max(1, int(at_s[-1] / 600))):
        keep &= ~((at_s >= start) & (at_s < start + 30))
    order = random.permutation(int(keep.sum()))
    return at_s[keep][order], xy[keep][order]


def straying(noise: Floats, pull: float) -> Floats:
    """Give noise as wide as some noise in hand that forgets by `pull` from one row to the next."""
    kept = np.exp(-pull)
    found = noise.copy()
    for at in range(1, len(found)):
        found[at] = kept * found[at - 1] + np.sqrt(1 - kept**2) * noise[at]
    return found
