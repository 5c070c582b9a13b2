"""Get Debian's and Ubuntu's packages: installed when we are root, else unpacked into the hidden folder.

Before: `folders`, `progress`. After: `machine` asks for what it misses. No system service is ever started.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webmap.local.folders import STATE, SYSTEM, LocalError
from webmap.local.progress import NO_NETWORK, run_logged

POSTGIS = re.compile(r"^postgresql-(\d+)-postgis-3\b", re.MULTILINE)
GUARD = Path("/usr/sbin/policy-rc.d")
GUARD_TEXT = (
    "#!/bin/sh\n# Written by Wangge while it installs packages: no service starts by itself.\nexit 101\n"
)
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
PRIVATE = STATE / "apt"


def newest_postgis(options: tuple[str, ...] = ()) -> int | None:
    """Give the newest PostgreSQL version whose PostGIS the package lists offer, or None."""
    done = subprocess.run(
        ["apt-cache", *options, "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"],
        check=False, capture_output=True, text=True, env={**os.environ, **QUIET},
    )  # fmt: skip
    return max((int(version) for version in POSTGIS.findall(done.stdout)), default=None)


def offered(package: str) -> bool:
    """Say whether the package lists offer a real package of this name."""
    command = ["apt-cache", "show", "--no-all-versions", package]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **QUIET})
    return done.returncode == 0 and "snap" not in done.stdout  # Ubuntu's chromium only calls for a snap


def refresh() -> None:
    """Fetch the package lists: the system's as root, else a private copy in the hidden folder."""
    _need_apt()
    for folder in ("lists/partial", "cache/archives/partial"):
        (PRIVATE / folder).mkdir(parents=True, exist_ok=True)
    hint = f"the lists of packages {NO_NETWORK}"
    run_logged(["apt-get", *private_options(), "update"], "apt-update", QUIET, hint=hint)


def private_options() -> tuple[str, ...]:
    """Give the options that make apt work in the hidden folder; none for root."""
    if os.geteuid() == 0:
        return ()
    chosen = {"Dir::Cache": PRIVATE / "cache", "Debug::NoLocking": "true"}
    if (PRIVATE / "lists").is_dir():  # once `refresh` has fetched its own lists, they are the fresher ones
        chosen["Dir::State::lists"] = PRIVATE / "lists"
    return tuple(part for key, value in chosen.items() for part in ("-o", f"{key}={value}"))


def install(packages: list[str]) -> None:
    """Install packages as root, with nothing recommended besides and no service started.

    Raises
    ------
    LocalError
        When apt fails twice, the second time with fresh lists.
    """
    _need_apt()
    wait = ("-o", "DPkg::Lock::Timeout=300")
    command = ["apt-get", "install", "-y", "--no-install-recommends", *wait, *packages]
    with _no_service_starts():
        try:
            run_logged(command, "apt-install", QUIET)
        except LocalError:
            refresh()
            run_logged(command, "apt-install", QUIET, hint=f"{' '.join(packages)} could not be installed")


def unpack(packages: list[str], into: Path = SYSTEM) -> None:
    """Download packages, and what they need and the system lacks, and unpack them without being root.

    Parameters
    ----------
    packages : list of str
        These are unpacked even if installed; of their dependencies only those not installed.
    into : Path
        The prefix under which the packages' `/usr` and `/etc` come to lie.
    """
    _need_apt()
    archives = PRIVATE / "archives"
    shutil.rmtree(archives, ignore_errors=True)
    archives.mkdir(parents=True)
    names = sorted({*packages, *_missing_dependencies(packages)})
    run_logged(["apt-get", *private_options(), "download", *names], "apt-download", QUIET, cwd=archives)
    for archive in sorted(archives.glob("*.deb")):
        run_logged(["dpkg-deb", "-x", str(archive), str(into)], "apt-unpack", QUIET)
    shutil.rmtree(PRIVATE)
    _link_alternatives(into)


def _missing_dependencies(packages: list[str]) -> list[str]:
    command = ["apt-get", *private_options(), "-s", "install", "--no-install-recommends", *packages]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **QUIET})
    if done.returncode:
        raise LocalError(f"apt-get cannot find what {', '.join(packages)} need: {done.stderr.strip()[-300:]}")
    return [line.split()[1] for line in done.stdout.splitlines() if line.startswith("Inst ")]


def _link_alternatives(prefix: Path) -> None:
    """Make the `postgis.control` links that the package's install script would have made."""
    for control in prefix.glob("usr/share/postgresql/*/extension/*-3.control"):
        link = control.with_name(control.name.replace("-3.control", ".control"))
        if not link.exists():
            link.symlink_to(control.name)


@contextmanager
def _no_service_starts() -> Iterator[None]:
    """Keep packages from starting their services, unless the machine already has its own rule for that."""
    ours = not GUARD.exists() or GUARD.read_text(encoding="utf-8", errors="replace") == GUARD_TEXT
    if ours:
        GUARD.write_text(GUARD_TEXT, encoding="utf-8")
        GUARD.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            GUARD.unlink(missing_ok=True)


def _need_apt() -> None:
    if shutil.which("apt-get") is None:
        raise LocalError(
            "this machine has no apt-get; install PostgreSQL with PostGIS and Redis in its own way, or set "
            "WANGGE_DATABASE_URL and WANGGE_REDIS_URL to servers you have",
        )
