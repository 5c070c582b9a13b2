"""Skip what is already done: a stamp is the hash of what a step was made from.

Before: nothing. After: `venv` and `node` do their work only when their locks or their results changed.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from webmap.local.folders import STATE

STAMPS = STATE / "stamps"


def digest(*files: Path) -> str:
    """Give one hash over the files' contents, the Python that runs, and the checkout's place."""
    whole = hashlib.sha256(f"{sys.version} {sys.executable} {STATE}".encode())
    for file in files:
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def is_fresh(name: str, value: str, *results: Path) -> bool:
    """Say whether the step was done with this value, and its results are still there."""
    stamp = STAMPS / name
    done = stamp.is_file() and stamp.read_text(encoding="ascii") == value
    return done and all(result.exists() for result in results)


def put(name: str, value: str) -> None:
    """Remember that the step is done."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value, encoding="ascii")
