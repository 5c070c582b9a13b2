"""Stretches of sections: joined where they meet, measured against what is to be seen.

Before: `matching`. After: `seen` tables and shares. A stretch is a section with metres from its tail.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.patrols.network.network import Floats, Places

EPSILON_M = 0.01


@dataclass(frozen=True)
class Stretches:
    """Stretches of sections.

    Attributes
    ----------
    section : ndarray of int, shape (k,)
        Sections, in order.
    from_m, to_m : ndarray of float, shape (k,)
        Metres from the section's tail; no two of a section touch.
    at_s : ndarray of float, shape (k,)
        When each was seen last.
    """

    section: Places
    from_m: Floats
    to_m: Floats
    at_s: Floats

    def length_m(self) -> float:
        """Give the length of all stretches together."""
        return float((self.to_m - self.from_m).sum())


def joined(section: Places, from_m: Floats, to_m: Floats, at_s: Floats, *, gap_m: float = 0.0) -> Stretches:
    """Join stretches of a section that overlap, touch, or lie no more than `gap_m` apart."""
    order = np.lexsort((from_m, section))
    rows: list[list[float]] = []
    for which, start, end, at in zip(
        section[order].tolist(),
        from_m[order].tolist(),
        to_m[order].tolist(),
        at_s[order].tolist(),
        strict=True,
    ):
        if rows and rows[-1][0] == which and start <= rows[-1][2] + gap_m + EPSILON_M:
            rows[-1][2] = max(rows[-1][2], end)
            rows[-1][3] = max(rows[-1][3], at)
        else:
            rows.append([which, start, end, at])
    table = np.array(rows, np.float64).reshape(-1, 4)
    return Stretches(table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3])
