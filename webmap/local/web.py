"""The command that serves the pages: one way for the demo, the tests and the measurements.

Before: `local.folders`. After: `local.demo`, the tests' sites. In containers `deploy/Dockerfile` says the same.
"""

from __future__ import annotations

from webmap.local.venv import VENV

BIN = VENV / "bin"


def web_command(port: int, *, workers: int = 2, threads: int = 12) -> list[str]:
    """Give the command that serves on a port of the loopback.

    Granian reads requests outside Python: in front of the way in for reports this leaves a third more for the reports
    themselves than a server written in Python did. A worker that dies is started again. Of its threads live boards hold
    at most `WANGGE_LIVE_SCREENS`.
    """
    return [
        str(BIN / "granian"), "webmap.app:create_app", "--factory", "--interface", "wsgi",
        "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads),
        "--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "10", "--log-level", "error",
    ]  # fmt: skip
