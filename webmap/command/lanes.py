"""The lanes of the board: one table of what each holds, and how a request is narrowed to one.

Before: the query string. After: `cases.queries`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gis.cases.queries import ORDERS, Filter, Lanes
from gis.cases.states import State
from webmap.inputs import optional_id, words_of
from webmap.layers.inputs import window

ROWS = 100
LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Lane:
    """One lane: its name in the address, its word in Chinese and English, the states or the flag it holds."""

    name: str
    word: tuple[str, str]
    states: tuple[State, ...] = ()
    late: bool = False
    soon: bool = False

    def count(self, counted: Lanes) -> int:
        """Give how many cases it holds."""
        if self.late:
            return counted.late
        if self.soon:
            return counted.soon
        states = self.states or tuple(State)
        return sum(counted.counts.get(state, 0) for state in states)


LANES = (
    Lane("", ("全部", "All")),
    Lane("late", ("逾期", "Late"), late=True),
    Lane("soon", ("将逾期", "Soon late"), soon=True),
    Lane("queued", ("未派", "Not given out"), (State.REPORTED, State.QUEUED)),
    Lane("pre_check", ("待核实", "To look at"), (State.PRE_CHECK,)),
    Lane("assigned", ("待接单", "Not accepted"), (State.ASSIGNED,)),
    Lane("accepted", ("在办", "Under way"), (State.ACCEPTED,)),
    Lane("transferred", ("转办中", "With agency"), (State.TRANSFERRED,)),
    Lane("paused", ("挂账", "On hold"), (State.PAUSED,)),
    Lane("acted", ("待核查", "To check"), (State.ACTED,)),
)


def asked(arguments: Mapping[str, str]) -> Filter:
    """Read lane, grid, member, map window, words, order and page; what is not in the tables counts as not given."""
    lane = next((one for one in LANES if one.name == arguments.get("lane", "")), LANES[0])
    order = arguments.get("order", "due")
    page = optional_id(arguments.get("page"), "page") or 0
    return Filter(
        states=lane.states,
        late=lane.late,
        soon=lane.soon,
        grid_id=optional_id(arguments.get("grid"), "grid"),
        member_id=optional_id(arguments.get("member"), "member"),
        box=window({"bbox": arguments["box"]}) if arguments.get("box") else None,
        text=words_of(arguments.get("q"), LONGEST_SEARCH),
        order=order if order in ORDERS else "due",
        limit=ROWS,
        offset=min(page, 10_000) * ROWS,
    )
