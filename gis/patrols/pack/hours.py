"""A day without its breaks: the clock of work stands still while people rest.

Before: nothing. After: `problem`, `exact`, `search`. Work time is the time of the day less the breaks before it; what
is walked may be interrupted by a break, what is done at a stop may not.
"""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Hours:
    """Breaks in order and apart, each from-to in seconds of the day."""

    breaks: tuple[Span, ...] = ()

    @classmethod
    def without(cls, breaks: tuple[Span, ...]) -> Hours:
        """Make a day without some breaks; those that overlap or touch become one."""
        joined: list[Span] = []
        for start, end in sorted(span for span in breaks if span[1] > span[0]):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        return cls(tuple(joined))

    def work(self, time: int) -> int:
        """Give the work time of a time of the day; inside a break, that of its beginning."""
        return time - sum(min(max(time - start, 0), end - start) for start, end in self.breaks)

    def clock(self, work: int, *, leaving: bool = False) -> int:
        """Give the time of the day of a work time: after the break that lies on it, or before when leaving."""
        time = work
        for start, end in self.breaks:
            if time > start or (time == start and not leaving):
                time += end - start
        return time

    def beginnings(self, hours: tuple[Span, ...] | None, stay_s: int, shift: Span) -> tuple[Span, ...]:
        """Give when a stop may begin, in work time: within its hours and the shift, over before the next break.

        Both ends are inclusive; what lasts longer than a stretch between breaks has none there. Nothing takes less
        than a second, so that what begins at the moment of a break begins after it.
        """
        found = []
        for start, end in self._stretches(shift):
            for opens, closes in hours if hours is not None else (shift,):
                first, last = max(start, opens), min(end - max(stay_s, 1), closes)
                if first <= last:
                    found.append((self.work(first), self.work(last)))
        return _joined(found)

    def _stretches(self, shift: Span) -> list[Span]:
        edges = [shift[0]]
        for start, end in self.breaks:
            if end > shift[0] and start < shift[1]:
                edges += [max(start, shift[0]), min(end, shift[1])]
        edges.append(shift[1])
        return list(zip(edges[::2], edges[1::2], strict=True))


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Join spans that overlap."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def begin(spans: tuple[Span, ...], work: int) -> int | None:
    """Give the first moment from `work` on at which a stop may begin, or None when all its hours are over."""
    return next((max(work, start) for start, end in spans if work <= end), None)
