"""The worker with the lossy outbox: `python -m tests.chaos --lossy outbox` runs it, and must end in LOST."""

from __future__ import annotations

from gis.cases import outbox
from tasks.app import app
from tests.chaos.lossy import forgetful

__all__ = ["app"]

outbox.hand_out = forgetful
