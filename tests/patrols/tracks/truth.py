"""How much of a walk was found: what two sets of stretches have in common.

Before: `gis.patrols.tracks.stretches`. After: the tests of tracks and `bench/rounds`.
"""

from __future__ import annotations

from gis.patrols.tracks.stretches import Stretches


def common_m(one: Stretches, other: Stretches) -> float:
    """Give the length that two sets of stretches have in common, metres."""
    total, at = 0.0, 0
    ours = list(zip(one.section.tolist(), one.from_m.tolist(), one.to_m.tolist(), strict=True))
    for which, start, end in zip(
        other.section.tolist(), other.from_m.tolist(), other.to_m.tolist(), strict=True
    ):
        while at < len(ours) and (ours[at][0], ours[at][2]) < (which, start):
            at += 1
        here = at
        while here < len(ours) and ours[here][0] == which and ours[here][1] < end:
            total += max(0.0, min(end, ours[here][2]) - max(start, ours[here][1]))
            here += 1
    return total
