"""The demo's own processes: started one by one, watched, and ended in order, each by its own id.

Before: `servers` has PostgreSQL and Redis up. After: `demo` waits in `watch` until it is told to stop.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from webmap.local.folders import LOGS, ROOT, LocalError
from webmap.local.progress import say
from webmap.local.running import LARGEST_LOG_BYTES, last_lines

PATIENCE_S = 15  # how long a process may take to finish its work before it is ended by force


@dataclass(frozen=True)
class Child:
    """A process we started: what it is called on the screen, and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


def start_child(name: str, command: list[str], env: Mapping[str, str], log: Path | None = None) -> Child:
    """Start a process that Ctrl-C in our terminal does not reach, so that we can end all in order.

    If we are killed ourselves, the kernel sends it SIGTERM: no web server is left behind without its demo.
    """
    LOGS.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = log or LOGS / f"demo-{name}.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".old"))
    guard = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*guard, *command],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(name, process, log)


def watch(children: list[Child], extra: Callable[[], str | None]) -> None:
    """Wait for ever; return never.

    Raises
    ------
    LocalError
        When a process ends by itself; the sentence names it, its exit code and its log. `extra` is asked too
        and gives the sentence for what else has ended, or None.
    """
    while True:
        for child in children:
            refuse_dead(child)
        said = extra()
        if said:
            raise LocalError(said)
        time.sleep(0.5)


def refuse_dead(child: Child) -> None:
    """Raise `LocalError` when a process has ended by itself."""
    code = child.process.poll()
    if code is not None:
        raise LocalError(f"{child.name} ended by itself (code {code}); {last_lines(child.log)}")


def stop_child(child: Child) -> None:
    """Ask a process to finish, wait, and end it and what it started by force when it does not."""
    if child.process.poll() is None:
        say(f"  stopping {child.name} …")
        child.process.send_signal(signal.SIGTERM)
        try:
            child.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            say(f"  {child.name} has not finished within {PATIENCE_S} s and is ended by force")
    _end_session(child)


def _end_session(child: Child) -> None:
    """Kill what is left in the process's own session: its group has the process's id, and nobody else's."""
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()
