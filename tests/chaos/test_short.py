"""The short form of chaos: a few hundred reports, four kills, on servers of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(400)
def test_nothing_is_lost_while_everything_is_killed() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WANGGE_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--short"],
        check=False, cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "320 reports answered" in done.stdout
    assert "4 kills" in done.stdout
    assert "NOTHING LOST" in done.stdout
