"""A private Redis: in its own folder, reached through a socket only, keeping what it was told on disk.

Before: `programs`, `running`. After: `servers` starts and ends it beside PostgreSQL.
"""

from __future__ import annotations

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from webmap.local.account import Account
from webmap.local.folders import LocalError
from webmap.local.programs import find_redis
from webmap.local.running import pid_in, start, stop, wait_until


@dataclass(frozen=True)
class Redis:
    """One private Redis: `home/redis` holds the data, `home/run` the socket."""

    home: Path
    account: Account
    log: Path
    durable: bool = True

    @property
    def socket(self) -> Path:
        """Give the path of the socket."""
        return self.home / "run" / "redis.sock"

    @property
    def url(self) -> str:
        """Give the address in redis-py's form; `gis.settings` respells it for Celery and the rate limiter."""
        return f"unix://{quote(str(self.socket))}?db=0"

    def pid(self) -> int | None:
        """Give the server's process id if it runs, else None."""
        return pid_in(self.home / "run" / "redis.pid", self.home / "redis")

    def start(self) -> subprocess.Popen[bytes] | None:
        """Start the server unless it runs and wait until it answers; None when it ran already.

        Raises
        ------
        LocalError
            When there is no Redis program, or the server does not come up.
        """
        program = find_redis()
        if program is None:
            raise LocalError(
                "Redis is not on this machine; `make demo` and `make test` install it, "
                "or set WANGGE_REDIS_URL to a server you have",
            )
        if self.pid() is not None:
            return None
        folder = self.home / "redis"
        folder.mkdir(exist_ok=True)
        self.account.own(folder)
        command = [program.path, *self._options()]
        server = start(command, folder=folder, account=self.account, log=self.log, env=program.env)
        wait_until(self._answers, server, name="Redis", log=self.log)
        return server

    def stop(self) -> None:
        """End the server and wait until its data are on disk; do nothing when it does not run."""
        pid = self.pid()
        if pid is not None:
            stop(pid, still_there=lambda: self.pid() == pid, name="Redis")

    def _options(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home / "redis"),
            "pidfile": str(self.home / "run" / "redis.pid"),
            "daemonize": "no",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",  # a full queue is better than one that drops tasks
        }
        return [part for key, value in settings.items() for part in (f"--{key}", value)]

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(2)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False
