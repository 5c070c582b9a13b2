"""A private PostgreSQL: one cluster in its own folder, reached through a socket that only its owner may pass.

Before: `programs`, `running`. After: `servers` starts and ends it beside Redis.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from webmap.local.account import Account
from webmap.local.folders import LocalError
from webmap.local.programs import PostgresPrograms, find_postgres
from webmap.local.running import anyone_in, pid_in, start, stop, wait_until

NAME = "wangge"  # of the database and of its owner
SMALL_SHARED_MEMORY_BYTES = 256 * 2**20

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    # Rows of residents must not reach the log: no statements, and no DETAIL lines with a row's values.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# Only for servers whose data may be lost with the power, never for a demo somebody works in.
QUICK_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """One private cluster: `home/postgres` holds the data, `home/run` the socket."""

    home: Path
    account: Account
    log: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """Give the folder of the cluster's data."""
        return self.home / "postgres"

    @property
    def url(self) -> str:
        """Give the address of the database `wangge` as any PostgreSQL client takes it."""
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self.home / 'run'))}"

    def pid(self) -> int | None:
        """Give the server's process id if it runs, else None."""
        return pid_in(self.data / "postmaster.pid", self.data)

    def start(self) -> subprocess.Popen[bytes] | None:
        """Make the cluster if there is none, start it unless it runs, and wait until it answers.

        Returns
        -------
        subprocess.Popen or None
            The started process, or None when it ran already.

        Raises
        ------
        LocalError
            When no PostgreSQL of the cluster's version is found, or the server does not come up.
        """
        programs = self._programs()
        server = None
        if self.pid() is None:
            self._make_cluster(programs)
            self._forget_dead_server()
            server = self._launch(programs)
        self._make_database(programs)
        return server

    def stop(self) -> None:
        """End the server and wait until its data are safe; do nothing when it does not run."""
        pid = self.pid()
        if pid is not None:  # SIGINT is PostgreSQL's fast shutdown: sessions end, nothing committed is lost
            stop(pid, still_there=lambda: self.pid() == pid, name="PostgreSQL", sign=signal.SIGINT)

    def _programs(self) -> PostgresPrograms:
        mark = self.data / "PG_VERSION"
        version = int(mark.read_text(encoding="ascii")) if mark.exists() else None
        programs = find_postgres(version)
        if programs is None:
            which = f"PostgreSQL {version}" if version else "a PostgreSQL"
            raise LocalError(
                f"{which} with PostGIS is not on this machine (needed for {self.data}); `make demo` and "
                "`make test` install it, or set WANGGE_DATABASE_URL to a server you have",
            )
        return programs

    def _make_cluster(self, programs: PostgresPrograms) -> None:
        """Make the data folder beside its place and move it there, so that half of one is never used."""
        if self.data.exists():
            return
        new = self.home / "postgres.new"
        shutil.rmtree(new, ignore_errors=True)
        # Locale C would make trigram search drop every Chinese character; C.UTF-8 keeps them.
        options = [
            f"--pgdata={new}",
            f"--username={NAME}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        self._run(programs, "initdb", *options, *([] if self.durable else ["--no-sync"]))
        new.rename(self.data)

    def _forget_dead_server(self) -> None:
        """Remove a dead server's pid file, lest a stranger that has its process id now bars ours."""
        if not anyone_in(self.data):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self, programs: PostgresPrograms) -> subprocess.Popen[bytes]:
        run = self.home / "run"
        settings = {
            **SETTINGS,
            **({} if self.durable else QUICK_SETTINGS),
            "unix_socket_directories": str(run),
        }
        if _shared_memory_is_small():
            settings["dynamic_shared_memory_type"] = "mmap"
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command = [programs.path("postgres"), "-D", str(self.data), *options]
        server = start(command, folder=self.data, account=self.account, log=self.log, env=programs.env)
        wait_until(lambda: self._answers(programs), server, name="PostgreSQL", log=self.log)
        return server

    def _answers(self, programs: PostgresPrograms) -> bool:
        command = [programs.path("pg_isready"), "-q", "-h", str(self.home / "run"), "-U", NAME]
        done = subprocess.run(command, check=False, env={**os.environ, **programs.env})
        return done.returncode == 0

    def _make_database(self, programs: PostgresPrograms) -> None:
        where = ["-h", str(self.home / "run"), "-U", NAME]
        question = f"select 1 from pg_database where datname = '{NAME}'"
        if not self._run(programs, "psql", *where, "-d", "postgres", "-Atc", question).strip():
            self._run(programs, "createdb", *where, NAME)

    def _run(self, programs: PostgresPrograms, name: str, *arguments: str) -> str:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [programs.path(name), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.home,
            env={**os.environ, **programs.env},
            **self.account.popen_options(),
        )
        if done.returncode:
            raise LocalError(f"{name} failed in {self.home}: {done.stderr.strip()[-500:]}")
        return done.stdout


def _shared_memory_is_small() -> bool:
    """Say whether /dev/shm is too small for parallel queries, as it is in many containers."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - the system's own mount is asked, nothing is written
    except OSError:
        return True
    return room.f_frsize * room.f_blocks < SMALL_SHARED_MEMORY_BYTES
