"""Find the server programs: the system's own, or those unpacked into the checkout's hidden folder.

Before: `folders`. After: `postgres` and `redis` run them; `machine` installs what is not found.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from webmap.local.folders import SYSTEM


@dataclass(frozen=True)
class PostgresPrograms:
    """One PostgreSQL with PostGIS: its version, the folder of its programs, what they need around them."""

    version: int
    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> str:
        """Give the full path of one program."""
        return str(self.folder / name)


@dataclass(frozen=True)
class RedisProgram:
    """A Redis server and what it needs around it."""

    path: str
    env: dict[str, str] = field(default_factory=dict)


def find_postgres(version: int | None = None, unpacked: Path = SYSTEM) -> PostgresPrograms | None:
    """Find the newest PostgreSQL that has PostGIS, or exactly the one of `version`; None when there is none.

    The system's own come first; then those in `unpacked`, which need to be told where their libraries are.
    """
    for prefix in (Path("/"), unpacked):
        found = [v for v in _versions_with_postgis(prefix) if version in (None, v)]
        if found:
            folder = prefix / f"usr/lib/postgresql/{max(found)}/bin"
            return PostgresPrograms(max(found), folder, _surroundings(prefix))
    return None


def find_redis(unpacked: Path = SYSTEM) -> RedisProgram | None:
    """Find `redis-server` (or `valkey-server`) on the system, then in `unpacked`; None when there is none."""
    for name in ("redis-server", "valkey-server"):
        own = shutil.which(name, path="/usr/bin:/usr/sbin:/usr/local/bin")
        if own:
            return RedisProgram(own)
    # The package's `redis-server` is a link to `redis-check-rdb`: one program under several names.
    path = unpacked / "usr/bin/redis-server"
    return RedisProgram(str(path), _surroundings(unpacked)) if path.exists() else None


def _versions_with_postgis(prefix: Path) -> list[int]:
    folders = (prefix / "usr/lib/postgresql").glob("[0-9]*")
    versions = [int(folder.name) for folder in folders if (folder / "bin/postgres").exists()]
    share = prefix / "usr/share/postgresql"
    return [v for v in versions if (share / str(v) / "extension/postgis.control").exists()]


def _surroundings(prefix: Path) -> dict[str, str]:
    if prefix == Path("/"):
        return {}
    libraries = sorted({str(file.parent) for file in prefix.glob("usr/lib/**/*.so*")})
    return {"LD_LIBRARY_PATH": ":".join(libraries), "PROJ_DATA": str(prefix / "usr/share/proj")}
