"""The Python environment `.venv`, filled from the lock by uv, every file checked against its hash.

Before: `machine` finds pip. After: the demo and the tests run `.venv/bin/python`. uv itself, and setuptools,
which makes the `wangge` command, lie in `.wangge/uv` beside it, from a lock of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from webmap.local.folders import ROOT, STATE
from webmap.local.machine import pip_command
from webmap.local.progress import NO_NETWORK, run_logged, step
from webmap.local.stamps import digest, is_fresh, put

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK, UV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-uv.lock"
UV_HOME = STATE / "uv"
UV = UV_HOME / "bin" / "uv"


def ready() -> None:
    """Make the environment, or bring it in step with the lock; do nothing when it is.

    Raises
    ------
    LocalError
        When a package cannot be fetched or its hash does not fit; the sentence names the log.
    """
    value = digest(LOCK, UV_LOCK, ROOT / "pyproject.toml")
    if is_fresh("venv", value, PYTHON, VENV / "bin" / "wangge"):
        return
    _get_uv()
    with step("filling the Python environment .venv from requirements.lock"):
        if not PYTHON.exists():
            _uv("uv-venv", "venv", "--clear", "--python", sys.executable, str(VENV))
        _uv("uv-sync", "pip", "sync", "--require-hashes", str(LOCK))
        _uv("uv-install", "pip", "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    put("venv", value)


def install_hashed(lock: Path, target: Path) -> None:
    """Install a small lock with pip into a folder of its own; the folder appears only when it is whole."""
    new = target.with_name(target.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary", ":all:"]
    command = [*pip_command(), "install", *options, "--require-hashes", "--target", str(new), "-r", str(lock)]
    run_logged(command, f"pip-{target.name}", hint=f"the packages of {lock.name} {NO_NETWORK}")
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)


def _get_uv() -> None:
    value = digest(UV_LOCK)
    if not is_fresh("uv", value, UV):
        with step("getting uv, which installs Python packages fast"):
            install_hashed(UV_LOCK, UV_HOME)
        put("uv", value)


def _uv(log: str, *arguments: str) -> None:
    # The build runs in .venv's Python and finds setuptools in uv's folder; nothing unlocked is fetched.
    env = {"VIRTUAL_ENV": str(VENV), "PYTHONPATH": str(UV_HOME), "UV_PYTHON_DOWNLOADS": "never", **index()}
    hint = f"the packages of {LOCK.name} {NO_NETWORK}"
    run_logged([str(UV), "--quiet", *arguments], log, env, hint=hint)


def index() -> dict[str, str]:
    """Let uv use the package index that this machine's pip is set to, for uv does not read pip's settings."""
    if "UV_DEFAULT_INDEX" in os.environ:
        return {}
    command = [*pip_command(), "config", "get", "global.index-url"]
    asked = subprocess.run(command, check=False, capture_output=True, text=True)
    address = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return {"UV_DEFAULT_INDEX": address} if address else {}
