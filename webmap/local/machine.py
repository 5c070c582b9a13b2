"""What the machine itself must have: PostgreSQL with PostGIS, Redis, a wheel of pip, a browser for tests.

Before: `apt`, `programs`. After: `venv` and `servers` find their programs in place.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from webmap.local import apt, printing
from webmap.local.folders import SYSTEM, LocalError
from webmap.local.programs import find_postgres, find_redis
from webmap.local.progress import step, warn

OLDEST_PYTHON = (3, 11)
BROWSER = ("chromium", "fonts-noto-cjk")


def need_python() -> None:
    """Raise `LocalError` when this Python is too old."""
    if sys.version_info < OLDEST_PYTHON:
        raise LocalError(
            f"Python 3.11 or newer is needed, and {sys.executable} is {sys.version.split()[0]}; "
            "install a newer one and call `make PYTHON=/path/to/python3.11 …`",
        )


def need_servers() -> None:
    """Install or unpack PostgreSQL with PostGIS, and Redis, unless they are there or addresses are set."""
    lacks_postgres = not os.environ.get("WANGGE_DATABASE_URL") and find_postgres() is None
    lacks_redis = not os.environ.get("WANGGE_REDIS_URL") and find_redis() is None
    if not (lacks_postgres or lacks_redis):
        return
    with step(f"getting PostgreSQL with PostGIS and Redis ({_manner()}); about a minute"):
        packages = _postgres_packages() if lacks_postgres else []
        _get(packages + (["redis-server", "redis-tools"] if lacks_redis else []))
    if find_postgres() is None and lacks_postgres:
        raise LocalError("the packages are in place, but no PostgreSQL with PostGIS is found among them")


def need_printing() -> None:
    """Install or unpack what prints reports as PDF; where it cannot be had, say so and go on without."""
    packages = printing.missing()
    if not packages:
        return
    try:
        with step(f"getting what prints reports ({_manner('printing')})"):
            _get(_offered(packages), printing.PREFIX)
    except LocalError as fault:
        warn(f"reports cannot be printed as PDF here: {fault.message}")


def need_browser() -> None:
    """Install Chromium and Chinese fonts for the browser tests; say what will be skipped where it cannot be."""
    missing = [name for name in BROWSER if not _has(name)]
    if not missing:
        return
    if os.geteuid() != 0:
        warn(
            f"{' and '.join(missing)} missing; as root `make test` installs them. Browser tests are skipped."
        )
        return
    with step(f"installing {' and '.join(missing)} for the browser tests"):
        wanted = _offered(missing)
        if wanted != missing:
            warn("this system offers Chromium only as a snap; browser tests are skipped")
        if wanted:
            apt.install(wanted)


def pip_command() -> list[str]:
    """Give a command that is pip: the system's, or a wheel of pip run in place, fetched if need be.

    Debian parts pip and `venv` from Python; a wheel of pip works without either of them installed.
    """
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if _pip_wheel() is None:
        with step(f"getting pip ({_manner()})"):
            _get(["python3-pip-whl"])
    wheel = _pip_wheel()
    if wheel is None:
        raise LocalError(f"{sys.executable} has no pip; install pip for it (Debian: python3-pip)")
    return [sys.executable, str(wheel / "pip")]


def _pip_wheel() -> Path | None:
    own = Path(os.__file__).parent / "ensurepip" / "_bundled"
    folders = (own, Path("/usr/share/python-wheels"), SYSTEM / "usr/share/python-wheels")
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))), None)


def _manner(folder: str = "system") -> str:
    return "apt-get as root" if os.geteuid() == 0 else f"without root, unpacked into .wangge/{folder}"


def _get(packages: list[str], into: Path = SYSTEM) -> None:
    if os.geteuid() == 0:
        apt.install(packages)
        return
    try:
        apt.unpack(packages, into)
    except LocalError:
        apt.refresh()
        apt.unpack(packages, into)


def _postgres_packages() -> list[str]:
    version = apt.newest_postgis(apt.private_options())
    if version is None:
        apt.refresh()
        version = apt.newest_postgis(apt.private_options())
    if version is None:
        raise LocalError(
            "the package lists of this machine offer no PostGIS; add its universe/main section, "
            "or set WANGGE_DATABASE_URL to a server with PostGIS",
        )
    server = [f"postgresql-{version}", f"postgresql-client-{version}"]
    return [*server, f"postgresql-{version}-postgis-3", f"postgresql-{version}-postgis-3-scripts"]


def _offered(packages: list[str]) -> list[str]:
    if not all(apt.offered(name) for name in packages):
        apt.refresh()
    return [name for name in packages if apt.offered(name)]


def _has(package: str) -> bool:
    if package == "chromium":
        return shutil.which("chromium") is not None
    return printing.has_chinese()
