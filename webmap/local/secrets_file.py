"""The secrets of the local demo: random, made once, readable by their owner only, never in the repository.

Before: nothing. After: `demo` and `tests` put them into the environment of the programs they start.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from webmap.local.folders import STATE

FILE = STATE / "secrets.env"
NAMES = ("WANGGE_SECRET_KEY", "WANGGE_DATA_KEY")


def local_secrets(file: Path = FILE) -> dict[str, str]:
    """Give the secrets by name: the environment's, else the file's, else new ones, kept in the file.

    Notes
    -----
    Whoever loses WANGGE_DATA_KEY loses the encrypted columns with it: keep the file as long as the data.
    """
    kept = _read(file)
    missing = {name: secrets.token_urlsafe(48) for name in NAMES if name not in kept}
    if missing:
        _write(file, kept | missing)
    return {name: os.environ.get(name) or (kept | missing)[name] for name in NAMES}


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _write(file: Path, values: dict[str, str]) -> None:
    """Write beside the file and move it there: it is never half-written, and never readable by others."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.writelines(f"{name}={value}\n" for name, value in values.items())
    new.replace(file)
