"""The search that shares cycles out among members, in compiled loops.

Before: `sharing` numbers cycles and neighbours. After: each cycle's member. A cycle goes over to a neighbour's member,
and with it what would no longer hang together with the rest; worse answers are taken at first, ever less often
(S. Kirkpatrick, 1983).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiling import compiled


@compiled
def anneal(  # noqa: C901, PLR0912, PLR0915 - one loop over arrays, compiled as a whole
    part: Any, length: Any, away: Any, first: Any, neighbour: Any, parts: int, steps: int, warm: float,
    cold: float, slack: float, weight: float, seed: int,
) -> float:  # fmt: skip
    """Move cycles between members; `part` is changed in place to the best answer, whose cost is given.

    Parameters
    ----------
    part : ndarray of int, shape (n,)
        The member of each cycle; every member's cycles hang together.
    length, away : ndarray of float, shape (n,)
        Metres of each cycle, and from the start to it.
    first, neighbour : ndarray of int
        Neighbours of cycle c are `neighbour[first[c]:first[c + 1]]`.
    slack, weight : float
        A walk longer than the mean by more than this share costs so many metres for each metre too long.
    """
    np.random.seed(seed)
    size = len(part)
    load = np.zeros(parts)
    count = np.zeros(parts, np.int64)
    near = np.full(parts, 1e18)
    for c in range(size):
        k = part[c]
        load[k] += length[c]
        count[k] += 1
        near[k] = min(near[k], away[c])
    mark = np.zeros(size, np.int64)
    queue = np.zeros(size, np.int64)
    moving = np.zeros(size, np.int64)
    stamp = 0
    cost = 1e30
    best = part.copy()
    least = 1e30
    for step in range(-1, steps):
        a = b = -1
        many = 0
        near_a = near_b = moved = 0.0
        if step >= 0:
            c = np.random.randint(size)
            if first[c + 1] == first[c]:
                continue
            v = neighbour[first[c] + np.random.randint(first[c + 1] - first[c])]
            a, b = part[c], part[v]
            if a == b or count[a] == 1:
                continue
            # the heaviest of what is left and hangs together stays, the rest goes along
            stamp += 1
            mark[c] = stamp
            end = 0
            heaviest = -1.0
            stay_from = stay_to = 0
            for at in range(first[c], first[c + 1]):
                w = neighbour[at]
                if part[w] != a or mark[w] == stamp:
                    continue
                begin = end
                mark[w] = stamp
                queue[end] = w
                end += 1
                look = begin
                weighs = 0.0
                while look < end:
                    w = queue[look]
                    look += 1
                    weighs += length[w]
                    for way in range(first[w], first[w + 1]):
                        x = neighbour[way]
                        if part[x] == a and mark[x] != stamp:
                            mark[x] = stamp
                            queue[end] = x
                            end += 1
                if weighs > heaviest:
                    heaviest = weighs
                    stay_from, stay_to = begin, end
            moving[0] = c
            many = 1
            for at in range(end):
                if at < stay_from or at >= stay_to:
                    moving[many] = queue[at]
                    many += 1
            near_b = near[b]
            for at in range(many):
                moved += length[moving[at]]
                near_b = min(near_b, away[moving[at]])
            near_a = 1e18
            for at in range(stay_from, stay_to):
                near_a = min(near_a, away[queue[at]])
        total = 0.0
        for k in range(parts):
            total += load[k] + 2 * (near_a if k == a else near_b if k == b else near[k])
        mean = total / parts
        new = total
        for k in range(parts):
            walk = load[k] + 2 * (near_a if k == a else near_b if k == b else near[k])
            if k == a:
                walk -= moved
            if k == b:
                walk += moved
            new += 0.02 * abs(walk - mean)
            if walk > mean * (1 + slack):
                new += weight * (walk - mean * (1 + slack))
        heat = warm * (cold / warm) ** (max(step, 0) / steps)
        if new <= cost or np.random.random() < np.exp((cost - new) / heat):
            cost = new
            if step >= 0:
                for at in range(many):
                    part[moving[at]] = b
                load[a] -= moved
                load[b] += moved
                count[a] -= many
                count[b] += many
                near[a], near[b] = near_a, near_b
            if cost < least - 1e-6:
                least = cost
                best[:] = part
    part[:] = best
    return least
