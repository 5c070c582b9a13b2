"""`python3 -m webmap.local.checks`: everything that must hold, on private servers of its own; `make test`.

Before: a checkout and a Python. After: exit code 0 only if every check passed; pytest runs last.
"""

from __future__ import annotations

import os
import subprocess
import sys

from gis.errors import WanggeError
from webmap.local import machine, node, printing, searches, servers, stopping, venv
from webmap.local.folders import ROOT
from webmap.local.progress import say, step, warn
from webmap.local.secrets_file import local_secrets

BIN = venv.VENV / "bin"
STYLE = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import directions": ["lint-imports"],
}
TESTS = {"pytest": ["pytest", "-n", "2"]}
EVERYTHING = STYLE | TESTS


def prepare(*, browser: bool) -> None:
    """Install what is missing: servers, the environment, the pages' scripts, and a browser if asked."""
    machine.need_python()
    machine.need_servers()
    machine.need_printing()
    if browser:
        machine.need_browser()
    venv.ready()
    searches.ready()
    node.ready()


def run_checks(checks: dict[str, list[str]], env: dict[str, str]) -> list[str]:
    """Run every check, also after one has failed, and give the names of those that failed."""
    failed = []
    for name, command in checks.items():
        with step(name):
            whole = [str(BIN / command[0]), *command[1:]]
            done = subprocess.run(
                whole, check=False, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL
            )
        if done.returncode:
            failed.append(name)
            warn(f"{name} failed (code {done.returncode})")
    return failed


def everything() -> list[str]:
    """Prepare, start the servers, run all checks, end the servers if this run started them."""
    prepare(browser=True)
    env = local_secrets() | printing.surroundings()
    with step("starting the test servers"):
        addresses, started = servers.start("test")
    try:
        return run_checks(EVERYTHING, env | addresses)
    finally:
        if started:
            servers.stop("test")


def style() -> list[str]:
    """Run the checks that need no server, once the environment is there."""
    machine.need_python()
    venv.ready()
    return run_checks(STYLE, {})


def main() -> int:
    """Run `everything`, or `style` when called with that word; 0 only if all passed."""
    stopping.listen()
    try:
        failed = style() if sys.argv[1:] == ["style"] else everything()
    except WanggeError as fault:
        print(f"test: {fault.message}", file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        print("test: stopped before the end", file=sys.stderr, flush=True)
        return 130
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
