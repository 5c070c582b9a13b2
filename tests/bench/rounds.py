"""`python -m tests.bench.rounds`: covering walks against the postman's bound, and tracks against the route walked.

The rival of the matching is the plain rule that a section is seen where a fix lies nearest to it. The real street
network where the third-party data is, a made-up town otherwise. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import time
from pathlib import Path

import numpy as np
import shapely

from gis.patrols.cover.checking import check
from gis.patrols.cover.plan import made_ready, plan
from gis.patrols.network.build import build
from gis.patrols.network.network import Floats, Network
from gis.patrols.network.reading import read_ways
from gis.patrols.tracks.matching import match
from gis.patrols.tracks.stretches import Stretches, joined
from tests.patrols.routes import fixes, route, truth
from tests.patrols.towns import at, town
from tests.patrols.tracks.truth import common_m

FOLDER = Path(os.environ.get("WANGGE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
MEMBERS = (1, 2, 5, 10, 20)
LEAST_FIXES = 3


def nearest(network: Network, at_s: Floats, xy: Floats) -> Stretches:
    """Call a section seen between the outermost of the fixes to which it is the nearest, if there are some."""
    del at_s
    tree = shapely.STRtree(network.lines)
    points = shapely.points(xy)
    section = tree.nearest(points)
    along = shapely.line_locate_point(network.lines[section], points)
    seen = [at for at in np.unique(section) if (section == at).sum() >= LEAST_FIXES]
    ends = [(along[section == at].min(), along[section == at].max()) for at in seen]
    table = np.array(ends).reshape(-1, 2)
    return joined(np.array(seen, np.int64), table[:, 0], table[:, 1], np.zeros(len(seen)))


def judged(
    network: Network, noise_m: float, every_s: float, *, alike_s: float = 0.0, seeds: int = 5
) -> list[float]:
    """Give the shares rightly and wrongly called seen, ours and the plain rule's, in parts of what was seen."""
    sums = np.zeros(5)
    for seed in range(seeds):
        steps = route(network, 8000, seed)
        real = truth(network, steps)
        track = fixes(network, steps, noise_m=noise_m, every_s=every_s, seed=seed, alike_s=alike_s)
        for column, rule in ((0, match), (2, nearest)):
            found = rule(network, *track)
            right = common_m(real, found)
            sums[column : column + 2] += right, found.length_m() - right
        sums[4] += real.length_m()
    return [100 * share / sums[4] for share in sums[:4]]


def main(arguments: list[str] | None = None) -> None:
    """Print both tables; with `--quick` fewer members, one track each and fewer fixes."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rounds", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args(arguments or []).quick
    path = FOLDER / "shenzhen-futian" / "streets.graphml"
    if path.is_file():
        network, place = build(read_ways(path)), (114.03, 22.54)
    else:
        print(f"no third-party data at {FOLDER}; a made-up town instead")
        network, place = town(40, 30), at(2400, 1800)
    ready = made_ready(network, *place)
    print("members  longest/mean  length/bound  walked again km  CPU s")
    for members in MEMBERS[::2] if quick else MEMBERS:
        began = time.process_time()
        found = plan(ready, members=members, seconds=12)
        walked = check(ready.network, ready.start, found)
        total = sum(walk.length_m for walk in walked)
        again = (total - ready.network.length_m[ready.network.wanted].sum()) / 1000
        print(
            f"{members:7d}  {found.uneven:12.4f}  {total / found.least_m:12.4f}  {again:15.1f}  "
            f"{time.process_time() - began:5.1f}",
            flush=True,
        )
    print("noise m  every s  strays s  seen %  wrong %  nearest: seen %  wrong %")
    for alike_s in (0.0, 20.0):
        for noise_m, every_s in itertools.product((5.0, 10.0, 20.0), (1.0, 5.0)):
            ours = judged(network, noise_m, every_s, alike_s=alike_s, seeds=1 if quick else 5)
            print(
                f"{noise_m:7g}  {every_s:7g}  {alike_s:8g}  {ours[0]:6.2f}  {ours[1]:7.2f}  "
                f"{ours[2]:15.2f}  {ours[3]:7.2f}",
                flush=True,
            )
    steps = route(network, 130_000 if quick else 650_000, 1)
    at_s, xy = fixes(network, steps, noise_m=10, every_s=1, seed=1)
    began, clock = time.process_time(), time.perf_counter()
    match(network, at_s, xy)
    print(f"{len(at_s)} fixes: {time.process_time() - began:.1f} s CPU, {time.perf_counter() - clock:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
