"""Say what is being done and how long it took, so that nobody stares at a silent screen.

Before: nothing. After: every step of the demo and of the tests runs inside `step`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from webmap.local.folders import LOGS, ROOT, LocalError
from webmap.local.running import last_lines

BEGAN = time.monotonic()


def say(text: str) -> None:
    """Print one line at once, even into a pipe."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, and after it the seconds it took and the seconds since the start."""
    say(f"→ {title} …")
    began = time.monotonic()
    yield
    now = time.monotonic()
    say(f"  done in {now - began:.1f} s ({now - BEGAN:.0f} s so far)")


def run_logged(command: list[str], name: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a command with its words going to `.wangge/log/<name>.log`.

    Raises
    ------
    LocalError
        When it cannot be run or fails; the sentence ends with the log's last lines.
    """
    LOGS.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = LOGS / f"{name}.log"
    with log.open("w", encoding="utf-8") as out:
        print("$", *command, file=out, flush=True)
        try:
            done = subprocess.run(
                command,
                check=False,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        except OSError as fault:
            raise LocalError(f"cannot run {command[0]}: {fault.strerror}") from fault
    if done.returncode:
        raise LocalError(f"`{' '.join(command[:3])} …` failed (code {done.returncode}); {last_lines(log, 4)}")


def warn(text: str) -> None:
    """Print one line to standard error: something is missing, but the work goes on."""
    print(f"! {text}", file=sys.stderr, flush=True)
