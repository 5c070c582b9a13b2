"""`python3 -m webmap.local.servers`: the private PostgreSQL and Redis of one purpose, as a pair.

Before: `postgres`, `redis`. After: the Makefile, the demo and the tests' conftest ask here for addresses.
Where WANGGE_DATABASE_URL or WANGGE_REDIS_URL is set, that server is used and none is started in its place.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gis.errors import WanggeError
from webmap.local import stopping
from webmap.local.account import server_account
from webmap.local.folders import LOGS, PURPOSES, STATE, existing_home, servers_home
from webmap.local.postgres import Postgres
from webmap.local.redis import Redis

DATABASE, REDIS = "WANGGE_DATABASE_URL", "WANGGE_REDIS_URL"
Server = Postgres | Redis


def pair(purpose: str, home: Path) -> dict[str, Server]:
    """Give the servers of one purpose by the variable that names them, less those set by the caller."""
    account, durable = server_account(), purpose != "test"
    both: dict[str, Server] = {
        DATABASE: Postgres(home, account, LOGS / f"{purpose}-postgres.log", durable),
        REDIS: Redis(home, account, LOGS / f"{purpose}-redis.log", durable),
    }
    return {name: server for name, server in both.items() if not os.environ.get(name)}


def start(purpose: str) -> tuple[dict[str, str], list[subprocess.Popen[bytes]]]:
    """Start what does not run yet.

    Parameters
    ----------
    purpose : str
        One of `folders.PURPOSES`.

    Returns
    -------
    addresses : dict of str to str
        WANGGE_DATABASE_URL and WANGGE_REDIS_URL.
    started : list of subprocess.Popen
        The processes that this call started; empty when all ran already.
    """
    with _alone(purpose):
        home = _home(purpose)
        servers = pair(purpose, home)
        started = [process for server in servers.values() if (process := server.start())]
        return _addresses(servers), started


def stop(purpose: str) -> None:
    """End the servers of one purpose, Redis first; do nothing where none run."""
    home = existing_home(purpose)
    if home is not None:
        with _alone(purpose):
            for server in reversed(pair(purpose, home).values()):
                server.stop()


def run(purpose: str, command: list[str]) -> int:
    """Run a command with the servers up and give its exit code; end the servers if this call started them."""
    addresses, started = start(purpose)
    try:
        return subprocess.run(command, check=False, env={**os.environ, **addresses}).returncode
    finally:
        if started:
            stop(purpose)


def status(purpose: str) -> list[str]:
    """Tell in one line a server whether it runs."""
    home = existing_home(purpose)
    lines = [f"{name}: set by you" for name in (DATABASE, REDIS) if os.environ.get(name)]
    for server in pair(purpose, home).values() if home else []:
        pid = server.pid()
        lines.append(
            f"{type(server).__name__} in {home}: {f'runs (process {pid})' if pid else 'does not run'}"
        )
    return lines or [f"no servers for {purpose} were ever started here"]


def not_running(purpose: str) -> list[str]:
    """Name the private servers of one purpose that do not run; those set by the caller do not count."""
    home = existing_home(purpose)
    servers = pair(purpose, home).values() if home else []
    return [type(server).__name__ for server in servers if server.pid() is None]


def _addresses(servers: dict[str, Server]) -> dict[str, str]:
    given = {name: os.environ[name] for name in (DATABASE, REDIS) if os.environ.get(name)}
    return given | {name: server.url for name, server in servers.items()}


def _home(purpose: str) -> Path:
    account = server_account()
    home = servers_home(purpose, account)
    run = home / "run"
    run.mkdir(exist_ok=True)
    account.own(run)
    return home


@contextmanager
def _alone(purpose: str) -> Iterator[None]:
    """Let one caller at a time start or end the servers of a purpose."""
    STATE.mkdir(exist_ok=True)
    with (STATE / f"{purpose}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and do one thing; a fault is one sentence and exit code 2."""
    parser = argparse.ArgumentParser(prog="python3 -m webmap.local.servers", description=__doc__)
    parser.add_argument("act", choices=("start", "stop", "status", "env", "run"))
    parser.add_argument("--for", dest="purpose", choices=PURPOSES, default="test")
    parser.epilog = "After `run` and ` -- ` comes the command to run while the servers are up."
    given, command = _split(sys.argv[1:] if arguments is None else arguments)
    asked = parser.parse_args(given)
    if (asked.act == "run") != bool(command):
        parser.error("`run`, and only `run`, takes a command after ` -- `")
    try:
        return _do(asked.act, asked.purpose, command)
    except KeyboardInterrupt:
        return 130
    except WanggeError as fault:
        print(f"servers: {fault.message}", file=sys.stderr)
        return 2


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Part the arguments at the first `--`: ours, and the command to run."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _do(act: str, purpose: str, command: list[str]) -> int:
    if act == "run":
        return run(purpose, command)
    if act == "stop":
        stop(purpose)
    elif act == "status":
        print("\n".join(status(purpose)))
    else:
        addresses = start(purpose)[0] if act == "start" else _addresses(pair(purpose, _home(purpose)))
        print("\n".join(f"{name}={address}" for name, address in addresses.items()))
    return 0


if __name__ == "__main__":
    stopping.listen()
    sys.exit(main())
