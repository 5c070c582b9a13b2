"""The one retry policy: what failed for a while is tried again, ever more slowly, and in the end given up visibly.

Before: nothing. After: `tasks.app` (tasks), `cases.delivery` (notices), `cases.poison` (what fails again and again).
"""

from __future__ import annotations

from datetime import timedelta

FIRST_S = 10
LONGEST_S = 3600
MOST_ATTEMPTS = 8
"""With these three numbers a thing is tried for about forty minutes before it is given up."""


def wait(attempts: int, asked_s: float = 0) -> timedelta:
    """Give how long to wait after the given number of failed attempts.

    Parameters
    ----------
    attempts : int
        How many attempts have failed, from 1.
    asked_s : float
        What the other side asked for (Retry-After), in seconds; the longer of both counts, up to an hour.

    Returns
    -------
    timedelta
        10 s, 20 s, 40 s … doubled each time, an hour at most.
    """
    own_s = FIRST_S * 2 ** min(max(attempts, 1) - 1, 20)
    return timedelta(seconds=min(max(own_s, asked_s), LONGEST_S))


def given_up(attempts: int) -> bool:
    """Say whether a thing that failed so often is left to a person."""
    return attempts >= MOST_ATTEMPTS
