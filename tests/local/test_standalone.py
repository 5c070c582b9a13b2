"""The files of `webmap.local` run before anything is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

LOOK = """
import importlib, pkgutil, sys
sys.path.insert(0, {root!r})
import webmap.local
for module in pkgutil.iter_modules(webmap.local.__path__):
    importlib.import_module("webmap.local." + module.name)
files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
print(*sorted({{file for file in files if "site-packages" in file}}))
print(*sorted(name for name in sys.modules if name.startswith("gis.")))
"""


def test_they_need_the_standard_library_and_the_named_faults_only() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LOOK.format(root=str(ROOT))],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["", "gis.errors"]
