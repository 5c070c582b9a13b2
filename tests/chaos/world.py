"""Everything that runs, each part able to be killed with -9 and started again: only by its own process ids.

PostgreSQL and Redis have a folder of their own; web, worker and timetable are sessions of their own, so that a whole
one is killed by its process group.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg

from webmap.local.account import server_account
from webmap.local.folders import ROOT, servers_home
from webmap.local.postgres import Postgres
from webmap.local.redis import Redis
from webmap.local.running import anyone_in
from webmap.local.web import web_command

PATIENCE_S = 90.0
CELERY = [sys.executable, "-m", "celery", "-A"]


class World:
    """The servers and processes of one run, in one folder that is removed at the end."""

    def __init__(self, folder: Path, worker_app: str = "tasks.app:app") -> None:
        account = server_account()
        self.folder = folder
        self.home = servers_home("chaos", account, folder / "state")
        (self.home / "run").mkdir(exist_ok=True)
        account.own(self.home / "run")
        self.postgres = Postgres(self.home, account, folder / "postgres.log")
        self.redis = Redis(self.home, account, folder / "redis.log")
        self.port = _free_port()
        self.worker_app = worker_app
        self.env: dict[str, str] = {}
        self.parts: dict[str, Part] = {}
        self.servers: dict[str, subprocess.Popen[bytes]] = {}

    def start_servers(self) -> None:
        """Start PostgreSQL and Redis, whichever does not run."""
        for name, server in (("postgres", self.postgres), ("redis", self.redis)):
            started = server.start()
            if started is not None:
                self.servers[name] = started

    def start_parts(self, env: dict[str, str]) -> None:
        """Start web, worker and timetable."""
        self.env = env
        worker = [*CELERY, self.worker_app, "worker", "--concurrency", "2", "--loglevel", "WARNING"]
        beat = [*CELERY, "tasks.app:app", "beat", "--pidfile=", "--schedule", str(self.folder / "beat")]
        self.parts = {
            "web": Part("web", web_command(self.port), self),
            "worker": Part("worker", worker, self),
            "beat": Part("beat", beat, self),
        }
        for part in self.parts.values():
            part.start()
        self.wait_for_web()

    def wait_for_web(self) -> None:
        """Wait until the pages answer."""
        _wait_until(lambda: _answers(self.port), "the web workers")

    # what is killed, and how it comes back

    def kill_web(self, chance: random.Random) -> None:
        """Kill the web server with all its workers, and start it again."""
        del chance
        self.parts["web"].kill()
        self.parts["web"].start()

    def kill_web_worker(self, chance: random.Random) -> None:
        """Kill one web worker; its server starts another."""
        self.parts["web"].kill_child(chance)

    def kill_worker(self, chance: random.Random) -> None:
        """Kill the Celery worker with its processes, and start it again."""
        del chance
        self.parts["worker"].kill()
        self.parts["worker"].start()

    def kill_worker_child(self, chance: random.Random) -> None:
        """Kill one process of the Celery worker; it starts another."""
        self.parts["worker"].kill_child(chance)

    def kill_beat(self, chance: random.Random) -> None:
        """Kill the timetable, and start it again."""
        del chance
        self.parts["beat"].kill()
        self.parts["beat"].start()

    def kill_redis(self, chance: random.Random) -> None:
        """Kill Redis, throw its data away, and start it again."""
        del chance
        os.kill(self.redis.pid() or self.servers["redis"].pid, signal.SIGKILL)
        self.servers["redis"].wait()
        shutil.rmtree(self.home / "redis")
        self.start_servers()

    def kill_postgres(self, chance: random.Random) -> None:
        """Kill PostgreSQL, and start it again when its last process has gone."""
        del chance
        os.kill(self.postgres.pid() or self.servers["postgres"].pid, signal.SIGKILL)
        self.servers["postgres"].wait()
        _wait_until(lambda: not anyone_in(self.postgres.data), "PostgreSQL's processes")
        self.start_servers()

    def kill_backend(self, chance: random.Random) -> None:
        """Kill one session of PostgreSQL: the server throws all sessions out and recovers by itself."""
        query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with psycopg.connect(self.postgres.url) as line:
            pids = [pid for (pid,) in line.execute(query)]
        if pids:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(pids), signal.SIGKILL)
        _wait_until(self.database_answers, "PostgreSQL's recovery")

    def database_answers(self) -> bool:
        try:
            with psycopg.connect(self.postgres.url, connect_timeout=5) as line:
                line.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def end(self) -> None:
        """End everything and remove the folder of the servers."""
        for part in self.parts.values():
            part.kill()
        self.redis.stop()
        self.postgres.stop()
        for server in self.servers.values():
            server.wait()
        shutil.rmtree(self.home)


KILLS: dict[str, Callable[[World, random.Random], None]] = {
    "web": World.kill_web,
    "web worker": World.kill_web_worker,
    "worker": World.kill_worker,
    "worker child": World.kill_worker_child,
    "redis": World.kill_redis,
    "postgres": World.kill_postgres,
    "postgres session": World.kill_backend,
    "beat": World.kill_beat,
}


@dataclass
class Part:
    """A process of ours with its children."""

    name: str
    command: list[str]
    world: World
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        with (self.world.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env={**os.environ, **self.world.env}, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def kill_child(self, chance: random.Random) -> None:
        assert self.process is not None
        list_of = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = [int(pid) for pid in list_of.read_text().split()] if list_of.exists() else []
        if children:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as asking:
            asking.request("GET", "/privacy")
            return asking.getresponse().status == 200
    except (OSError, HTTPException):
        return False


def _wait_until(done: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {PATIENCE_S:.0f} s")
        time.sleep(0.05)
