"""The likeliest way through the sections near each fix, in compiled loops.

Before: `matching` finds candidates. After: `stretches`. A hidden Markov model as in P. Newson and J. Krumm (2009): a
section far from the fix is unlikely, and so is a way between two fixes that is much longer than straight. Ways are
searched only as far as a walker may have come.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiling import compiled

NEVER = -1e17
MOST_REACHED = 4096
"""The most junctions looked at between two fixes."""


@compiled
def likeliest(  # noqa: C901, PLR0912, PLR0915 - one loop over arrays, compiled as a whole
    xy: Any, off: Any, breaks: Any, many: Any, section: Any, along: Any, away: Any, tail: Any, head: Any, length: Any,
    first: Any, other: Any, other_m: Any, other_section: Any,
) -> Any:  # fmt: skip
    """Choose a candidate for each fix and write down the stretches walked between them.

    Parameters
    ----------
    xy, off : ndarray
        Fixes and how far off they are, metres.
    breaks : ndarray of bool
        Whether nothing is known of the way to a fix from the one before.
    many, section, along, away : ndarray
        How many candidates each fix has; their sections, metres from the tail and from the fix.
    tail, head, length : ndarray
        Of each section.
    first, other, other_m, other_section : ndarray
        Neighbours of junction n are `other[first[n]:first[n + 1]]`, so many metres away along a section.

    Returns
    -------
    ndarray of shape (k, 4)
        Stretches in the order they were walked: section, from, to (metres from the tail) and the later fix.
    """
    size, width = section.shape
    nodes = len(first) - 1
    far = np.full(nodes, 1e18)
    came = np.full(nodes, -1, np.int64)
    by = np.full(nodes, -1, np.int64)
    done = np.zeros(nodes, np.bool_)
    open_ = np.zeros(MOST_REACHED, np.int64)
    score = np.full((size, width), -1e18)
    back = np.full((size, width), -1, np.int64)
    for c in range(many[0]):
        score[0, c] = -0.5 * (away[0, c] / off[0]) ** 2
    # Pass 0 finds the scores from fix to fix; pass 1 walks the chosen ways again and writes them down.
    chosen = np.full(size, -1, np.int64)
    out = np.empty((size * 4 + 16, 4))
    rows = 0
    for turn in range(2):
        if turn == 1:
            c = -1
            for t in range(size - 1, -1, -1):
                if c < 0:
                    for k in range(many[t]):
                        if score[t, k] > NEVER and (c < 0 or score[t, k] > score[t, c]):
                            c = k
                chosen[t] = c
                c = back[t, c] if c >= 0 else -1
        for t in range(1, size):
            straight = np.hypot(xy[t, 0] - xy[t - 1, 0], xy[t, 1] - xy[t - 1, 1])
            sure = 0.5 * (off[t] + off[t - 1])
            limit = 2.0 * straight + 6.0 * sure + 30.0
            beta = 4.0 + 0.6 * sure
            if turn == 0 and not breaks[t]:
                found = False
            for i in range(many[t - 1]):
                if breaks[t] or (turn == 1 and (back[t, chosen[t]] != i or chosen[t] < 0)):
                    continue
                if turn == 0 and score[t - 1, i] < NEVER:
                    continue
                s = section[t - 1, i]
                opened = 0
                reached = 0
                for side in range(2):
                    n = head[s] if side else tail[s]
                    d = length[s] - along[t - 1, i] if side else along[t - 1, i]
                    if d <= limit and d < far[n]:
                        if far[n] > -NEVER:
                            open_[reached] = n
                            reached += 1
                        far[n] = d
                        came[n] = -1
                        by[n] = -1
                while opened < reached:
                    k = -1
                    for at in range(reached):
                        if not done[open_[at]] and (k < 0 or far[open_[at]] < far[k]):
                            k = open_[at]
                    done[k] = True
                    opened += 1
                    for at in range(first[k], first[k + 1]):
                        n = other[at]
                        d = far[k] + other_m[at]
                        if d <= limit and d < far[n] and not done[n]:
                            if far[n] > -NEVER:
                                if reached >= MOST_REACHED:
                                    continue
                                open_[reached] = n
                                reached += 1
                            far[n] = d
                            came[n] = k
                            by[n] = other_section[at]
                for j in range(many[t]):
                    if turn == 1 and j != chosen[t]:
                        continue
                    z = section[t, j]
                    by_tail = far[tail[z]] + along[t, j]
                    by_head = far[head[z]] + length[z] - along[t, j]
                    way = min(by_tail, by_head)
                    direct = abs(along[t, j] - along[t - 1, i]) if z == s else 1e18
                    if min(way, direct) > limit:
                        continue
                    if turn == 0:
                        new = score[t - 1, i] - abs(min(way, direct) - straight) / beta
                        if min(way, direct) > 0 and z != s:
                            new -= 0.3
                        new -= 0.5 * (away[t, j] / off[t]) ** 2
                        if new > score[t, j]:
                            score[t, j] = new
                            back[t, j] = i
                            found = True
                        continue
                    if rows + reached + 8 >= len(out):
                        larger = np.empty((2 * len(out) + reached + 64, 4))
                        larger[:rows] = out[:rows]
                        out = larger
                    if direct <= way:
                        out[rows, 0], out[rows, 3] = s, t
                        out[rows, 1] = min(along[t, j], along[t - 1, i])
                        out[rows, 2] = max(along[t, j], along[t - 1, i])
                        rows += 1
                        continue
                    n = tail[z] if by_tail <= by_head else head[z]
                    out[rows, 0], out[rows, 3] = z, t
                    out[rows, 1] = 0.0 if n == tail[z] and by_tail <= by_head else along[t, j]
                    out[rows, 2] = along[t, j] if by_tail <= by_head else length[z]
                    rows += 1
                    while came[n] >= 0:
                        out[rows, 0], out[rows, 1], out[rows, 2], out[rows, 3] = by[n], 0.0, length[by[n]], t
                        rows += 1
                        n = came[n]
                    from_tail = tail[s] == n and (head[s] != n or along[t - 1, i] <= length[s] / 2)
                    out[rows, 0], out[rows, 3] = s, t
                    out[rows, 1] = 0.0 if from_tail else along[t - 1, i]
                    out[rows, 2] = along[t - 1, i] if from_tail else length[s]
                    rows += 1
                for at in range(reached):
                    far[open_[at]] = 1e18
                    came[open_[at]] = -1
                    done[open_[at]] = False
            if turn == 0 and (breaks[t] or not found):
                # nothing is known of how one came here: begin anew, better than nothing that came before
                best = -1e18
                for k in range(many[t - 1]):
                    best = max(best, score[t - 1, k])
                for k in range(many[t]):
                    score[t, k] = -0.5 * (away[t, k] / off[t]) ** 2
                    back[t, k] = -1
    return out[:rows]
