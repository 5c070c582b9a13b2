"""The port of the pages: find a free one on the loopback address, and wait until the pages answer on it.

Before: nothing. After: `demo` prints the address only once it works.
"""

from __future__ import annotations

import socket
import time
from http.client import HTTPConnection, HTTPException

from webmap.local.folders import LocalError
from webmap.local.processes import Child, refuse_dead

FIRST, TRIES = 8000, 100
LIMIT_S = 60
SERVER_FAULT = 500


def choose_port(wanted: int | None) -> int:
    """Give the wanted port, or 8000 or the next free one when none is wanted.

    Raises
    ------
    LocalError
        When the wanted port is in use, or none of 8000-8099 is free.
    """
    if wanted is not None and not is_free(wanted):
        raise LocalError(f"port {wanted} is in use by another program; choose one with `make demo PORT=…`")
    tried = [wanted] if wanted is not None else range(FIRST, FIRST + TRIES)
    for port in tried:
        if is_free(port):
            return port
    raise LocalError(
        f"no port from {FIRST} to {FIRST + TRIES - 1} is free; choose one with `make demo PORT=…`"
    )


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def wait_for_web(url: str, children: list[Child]) -> None:
    """Wait until the first page answers without a fault of the server.

    Raises
    ------
    LocalError
        When a process ends meanwhile, the page is faulty, or nothing answers within a minute.
    """
    deadline = time.monotonic() + LIMIT_S
    port = int(url.rpartition(":")[2])
    while (status := _status(port)) is None:
        for child in children:
            refuse_dead(child)
        if time.monotonic() > deadline:
            raise LocalError(f"the pages did not answer within {LIMIT_S} s; see {children[-1].log}")
        time.sleep(0.1)
    if status >= SERVER_FAULT:
        raise LocalError(f"the first page answers with status {status}; see {children[-1].log}")


def _status(port: int) -> int | None:
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", "/")
        return line.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        line.close()
