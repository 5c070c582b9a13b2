"""What every channel is: a function that takes a notice, or says that it could not."""

from __future__ import annotations

from collections.abc import Callable

from gis.cases.models import Notice

Deliver = Callable[[Notice], None]


class ChannelError(Exception):
    """A channel did not take a notice; it is tried again later."""
