"""Start, recognise and end one server process by its own id, never by its name.

Before: `account`. After: `postgres` and `redis` say what to start and how to tell that it answers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from webmap.local.account import Account
from webmap.local.folders import LocalError

LARGEST_LOG_BYTES = 10_000_000
LONGEST_LINE = 200  # characters of a log that are worth repeating on the screen


def works_in(pid: int, folder: Path) -> bool:
    """Say whether the process lives and works in the folder, so that a reused id is never taken for ours."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False


def pid_in(file: Path, folder: Path) -> int | None:
    """Give the id in a pid file if that process lives and works in the folder, else None."""
    try:
        pid = int(file.read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if works_in(pid, folder) else None


def anyone_in(folder: Path) -> bool:
    """Say whether any process works in the folder."""
    pids = (int(entry) for entry in os.listdir("/proc") if entry.isdigit())  # noqa: PTH208 - names only
    return any(works_in(pid, folder) for pid in pids)


def start(
    command: list[str],
    *,
    folder: Path,
    account: Account,
    log: Path,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server in its folder, apart from the caller's terminal, writing to its log.

    A log of more than 10 MB is set aside as `*.old` first, so that logs never fill the disk.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".old"))
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            **account.popen_options(),
        )


def wait_until(
    answers: Callable[[], bool], server: subprocess.Popen[bytes], *, name: str, log: Path, limit_s: float = 60
) -> None:
    """Wait until a started server answers.

    Raises
    ------
    LocalError
        When it ends before it answers, or is silent for `limit_s` seconds; the sentence names its log.
    """
    deadline = time.monotonic() + limit_s
    while not answers():
        if server.poll() is not None:
            raise LocalError(f"{name} ended while starting (code {server.returncode}); {last_lines(log)}")
        if time.monotonic() > deadline:
            stop(server.pid, still_there=lambda: server.poll() is None, name=name, sign=signal.SIGKILL)
            raise LocalError(f"{name} did not answer within {limit_s:.0f} s; {last_lines(log)}")
        time.sleep(0.05)


def stop(
    pid: int,
    *,
    still_there: Callable[[], bool],
    name: str,
    sign: signal.Signals = signal.SIGTERM,
    limit_s: float = 60,
) -> None:
    """Send the signal and wait until the process has gone; raise `LocalError` when it has not in time."""
    os.kill(pid, sign)
    deadline = time.monotonic() + limit_s
    while still_there():
        if time.monotonic() > deadline:
            raise LocalError(f"{name} (process {pid}) has not ended {limit_s:.0f} s after {sign.name}")
        time.sleep(0.02)


def last_lines(log: Path, count: int = 3) -> str:
    """Give the last lines of a log in one piece, with where to read the rest."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    tail = " / ".join(line.strip()[:LONGEST_LINE] for line in text.splitlines()[-count:])
    return f"its log {log} ends: {tail or '(empty)'}"
