"""What every channel is: a function that takes a parcel and gives a receipt, or says what kind of failure it was.

Before: `gis.cases.delivery`. After: the adapters. The sentences of failures never repeat what the other side said, nor
an address: they are kept in the database and shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gis.cases.delivery import Parcel
from gis.errors import WanggeError

LONGEST_S = 10.0
"""The longest that one sending may take, from the first packet to the last."""


@dataclass(frozen=True)
class Receipt:
    """The receiver has it; `reference` is the receiver's own number for it, when it gives one."""

    reference: str = ""


class ChannelError(WanggeError):
    """A channel did not take a parcel."""

    code = "channel"


class TemporaryError(ChannelError):
    """Not taken, and later it may be; `asked_s` is how long the other side asks us to wait."""

    def __init__(self, message: str, *, asked_s: float = 0) -> None:
        super().__init__(message)
        self.asked_s = asked_s


class PermanentError(ChannelError):
    """Not taken, and never will be as it is."""


class UnknownError(ChannelError):
    """Nobody knows whether it was taken; it is sent again under the same key."""


@dataclass(frozen=True)
class Channel:
    """One way: how to send, and whether this town has set it up."""

    send: Callable[[Parcel], Receipt]
    set_up: Callable[[], bool] = lambda: True
