"""The ways a notice travels; one table from its name to the adapter that carries it."""

from tasks.channels.app import deliver as in_the_app
from tasks.channels.base import Deliver

CHANNELS: dict[str, Deliver] = {"app": in_the_app}
