"""Minutes from metres and floors: how fast one goes by each means, and how long stairs and lifts take.

Before: lengths and floors. After: rounds and covering walks count in minutes.
"""

from __future__ import annotations

from gis.errors import InputError

SPEED_KMH = {"foot": 4.5, "bike": 10.0, "ebike": 15.0}
"""Usual speeds with looking around: below what one can do."""

SECONDS_A_FLOOR = 20.0
"""Up or down one flight at an easy pace."""

LIFT_WAIT_S, LIFT_SECONDS_A_FLOOR = 30.0, 3.0


def minutes(length_m: float, *, means: str = "foot", speed_kmh: float | None = None) -> float:
    """Give the minutes a length takes.

    Raises
    ------
    InputError
        The means is not known, or the speed is not above 0.
    """
    if speed_kmh is None and means not in SPEED_KMH:
        raise InputError(f"{means!r} is no means of going; choose one of {', '.join(SPEED_KMH)}.")
    speed = SPEED_KMH[means] if speed_kmh is None else speed_kmh
    if not speed > 0:
        raise InputError(f"The speed {speed:g} km/h must be above 0.")
    return length_m / 1000.0 / speed * 60.0


def floor_of(words: str) -> int:
    """Read a floor as it is written (`3`, `B1`, `3层`, `三` is not read): the ground floor where it is unknown."""
    text = words.strip().upper().removesuffix("层").removesuffix("F").removesuffix("楼")
    below = text.startswith(("B", "-"))
    digits = text.lstrip("B-")
    return (-1 if below else 1) * int(digits) if digits.isascii() and digits.isdigit() and int(digits) else 1


def stairs_min(floor: int, *, lift: bool = False) -> float:
    """Give the minutes from a building's door up to a floor and down again; floor 1 is the ground, -1 below it."""
    flights = abs(floor - 1) if floor > 0 else abs(floor)
    if not flights:
        return 0.0
    on_foot = flights * SECONDS_A_FLOOR
    by_lift = LIFT_WAIT_S + flights * LIFT_SECONDS_A_FLOOR
    return 2 * (min(on_foot, by_lift) if lift else on_foot) / 60.0
