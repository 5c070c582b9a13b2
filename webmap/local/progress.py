"""Say what is being done and how long it took, so that nobody stares at a silent screen.

Before: nothing. After: every step of the demo and of the tests runs inside `step`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gis.errors import WanggeError
from webmap.local.folders import LOGS, ROOT, LocalError
from webmap.local.running import last_lines

NO_NETWORK = "could not be fetched (is the network up? is a mirror set, if you need one?)"
BEGAN = time.monotonic()


def say(text: str) -> None:
    """Print one line at once, even into a pipe."""
    print(text, flush=True)


def told(name: str, act: Callable[[], object]) -> int:
    """Do what a command is for and give its exit code: 2 and one sentence for a fault, 130 for Ctrl-C."""
    try:
        act()
    except WanggeError as fault:
        print(f"{name}: {fault.message}", file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, and after it the seconds it took and the seconds since the start."""
    say(f"→ {title} …")
    began = time.monotonic()
    yield
    now = time.monotonic()
    say(f"  done in {now - began:.1f} s ({now - BEGAN:.0f} s so far)")


def run_logged(
    command: list[str], name: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT, *, hint: str = ""
) -> None:
    """Run a command with its words going to `.wangge/log/<name>.log`.

    Raises
    ------
    LocalError
        When it cannot be run or fails: what is likely wrong (`hint`), and the log's last lines.
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
        short = " ".join([Path(command[0]).name, *command[1:]])[:80]
        what = hint or f"`{short}` failed (code {done.returncode})"
        raise LocalError(f"{what}; {last_lines(log)}")


def run_shown(command: list[str], name: str, env: Mapping[str, str]) -> None:
    """Run a command with its own progress bar on the terminal; like `run_logged` where nobody looks."""
    if not sys.stderr.isatty():
        run_logged(command, name, env)
        return
    done = subprocess.run(command, check=False, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise LocalError(f"`{' '.join(command[1:])}` failed (code {done.returncode}); its words stand above")


def warn(text: str) -> None:
    """Print one line to standard error: something is missing, but the work goes on."""
    print(f"! {text}", file=sys.stderr, flush=True)
