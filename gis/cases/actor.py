"""Who makes a move.

Before: nothing. After: `cases.guards`, `cases.moves`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who makes a move: a resident, an account, or the program itself (`role` is then "system")."""

    role: str
    account_id: int | None = None
    member_id: int | None = None


SYSTEM = Actor("system")
