"""What is known of a track: how fast one goes and how much its fixes tell.

Before: `cleaning`. After: `steps`; `learning` knows better once a walk is found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.patrols.tracks.cleaning import Fixes

USUAL_M_S, SLOWEST_M_S, FASTEST_M_S = 1.25, 0.5, 12.0
OVER_S = 40.0
"""Over so many seconds the speed is looked at: noise counts little then."""


@dataclass(frozen=True)
class Pace:
    """What is known of a track.

    Attributes
    ----------
    speed_m_s : float
        Metres a second while walking.
    wide : float
        How many times as far off the fixes are as they say.
    weight : float
        How much one of many fixes tells beside one that errs by itself, 0 to 1.
    """

    speed_m_s: float
    wide: float = 1.0
    weight: float = 1.0

    def like(self, other: Pace) -> bool:
        """Say whether two differ so little that it does not matter."""
        parts = ((self.speed_m_s, other.speed_m_s), (self.wide, other.wide), (self.weight, other.weight))
        return all(
            abs(one / two - 1) < allowed for (one, two), allowed in zip(parts, (0.1, 0.1, 0.3), strict=True)
        )


def guessed(fixes: Fixes) -> Pace:
    """Guess the speed from places so many seconds apart, less what noise adds to their distance."""
    later = np.searchsorted(fixes.at_s, fixes.at_s + OVER_S)
    one = np.flatnonzero(later < len(fixes))
    other = later[one]
    took = fixes.at_s[other] - fixes.at_s[one]
    square = ((fixes.xy[other] - fixes.xy[one]) ** 2).sum(axis=1)
    square -= 2 * (fixes.off_m[one] ** 2 + fixes.off_m[other] ** 2)
    speed = (np.sqrt(np.maximum(square, 0.0)) / took)[took < 2 * OVER_S]
    speed = speed[speed > SLOWEST_M_S / 2]
    usual = float(np.median(speed)) if len(speed) else USUAL_M_S
    return Pace(float(np.clip(usual, SLOWEST_M_S, FASTEST_M_S)))
