"""`python3 -m webmap.local.clean`: end the private servers and remove what was made in the checkout.

Before: any of the other commands. After: the checkout is as it was cloned.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from webmap.local import servers
from webmap.local.demo import only_one
from webmap.local.folders import PURPOSES, ROOT, STATE, existing_home
from webmap.local.progress import told
from webmap.local.vendor import PACKAGES, VENDOR
from webmap.local.venv import VENV

CACHES = (
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
    "wangge.egg-info",
)


def clean() -> None:
    """End every private server of this checkout, then remove its data and everything that was installed."""
    with only_one():
        for purpose in PURPOSES:
            servers.stop(purpose)
            _remove(existing_home(purpose))
        for folder in (STATE, VENV, PACKAGES, VENDOR, *(ROOT / name for name in CACHES)):
            _remove(folder)


def _remove(folder: Path | None) -> None:
    if folder is not None and folder.is_dir():
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(told("clean", clean))
