"""`python3 -m webmap.local.demo`: everything on this machine, from nothing to a town on a map; `make demo`.

Before: a checkout and a Python. After: an address in a browser. Ctrl-C ends all of it, in order.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from gis.errors import WanggeError
from webmap.local import machine, node, printing, searches, servers, stopping, venv
from webmap.local.folders import ROOT, STATE, LocalError, existing_home
from webmap.local.port import choose_port, wait_for_web
from webmap.local.processes import Child, start_child, stop_child, watch
from webmap.local.progress import run_logged, run_shown, say, step
from webmap.local.secrets_file import local_secrets
from webmap.local.stamps import digest
from webmap.local.web import web_command

BIN = venv.VENV / "bin"
STOP_ORDER = ("web", "beat", "worker")


def demo(port: int | None) -> None:
    """Run the demo until it is told to stop.

    Parameters
    ----------
    port : int or None
        The port of the pages on 127.0.0.1; None takes 8000 or the next free one.

    Raises
    ------
    LocalError
        When something is missing or ends by itself; what had been started is ended first.
    """
    machine.need_python()
    with ExitStack() as started:
        started.enter_context(only_one())
        _prepare()
        env = _servers(started)
        env |= local_secrets() | printing.surroundings() | _addresses(choose_port(port))
        _fill(env)
        children = _start(started, env)
        _greet(env)
        watch(children, _silent_server)


def _prepare() -> None:
    machine.need_servers()
    machine.need_printing()
    venv.ready()
    searches.ready()
    node.ready()


def _servers(started: ExitStack) -> dict[str, str]:
    with step("starting a private PostgreSQL and Redis"):
        # Registered before they start: what came up is ended even if the other did not.
        started.callback(_stop_servers)
        addresses, _ = servers.start("demo")
    return addresses


def _stop_servers() -> None:
    say("  stopping Redis and PostgreSQL …")
    servers.stop("demo")


def _addresses(port: int) -> dict[str, str]:
    return {
        "WANGGE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WANGGE_UPLOAD_FOLDER": os.environ.get("WANGGE_UPLOAD_FOLDER", str(STATE / "uploads")),
    }


def _fill(env: Mapping[str, str]) -> None:
    """Migrate and load the town, unless our own database had both done by these same files.

    The mark lies beside the data and goes with them; a database that the caller named is always asked.
    """
    home = existing_home("demo")
    mark = home / "filled" if home and servers.DATABASE not in os.environ else None
    made_by = digest(*sorted(ROOT.glob("migrations/**/*.py")))
    if mark and mark.is_file() and mark.read_text(encoding="ascii") == made_by:
        return
    _migrate_and_load(env)
    if mark:
        mark.write_text(made_by, encoding="ascii")


def _migrate_and_load(env: Mapping[str, str]) -> None:
    with step("bringing the tables up to date"):
        run_logged(_wangge("migrate"), "demo-migrate", env)
    with step("loading the sample town, if there is none yet"):
        run_shown(_wangge("sample", "load", "--if-empty"), "demo-sample", env)


def _start(started: ExitStack, env: Mapping[str, str]) -> list[Child]:
    """Start web and, once it answers, worker and timetable: together they would only wait for each other."""
    children: list[Child] = []
    started.callback(_stop_children, children)
    with step("starting web, worker and timetable"):
        for name, command in _commands(env).items():
            children.append(start_child(name, command, env))
            if name == "web":
                wait_for_web(env["WANGGE_PUBLIC_URL"], children)
    return children


def _stop_children(children: list[Child]) -> None:
    """End web first, so that nothing new comes in, then the timetable; the worker finishes what it began."""
    for child in sorted(children, key=lambda child: STOP_ORDER.index(child.name)):
        stop_child(child)


def _commands(env: Mapping[str, str]) -> dict[str, list[str]]:
    schedule = STATE / "beat"
    schedule.mkdir(exist_ok=True)
    celery = [str(BIN / "celery"), "-A", "tasks.app:app"]
    port = env["WANGGE_PUBLIC_URL"].rpartition(":")[2]
    return {
        "web": web_command(int(port)),
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"],
        "beat": [*celery, "beat", "--schedule", str(schedule / "schedule"), "--pidfile=", "--loglevel", "INFO"],
    }  # fmt: skip


def _greet(env: Mapping[str, str]) -> None:
    with step("making sign-ins for this demo"):
        accounts = _accounts(env)
    say(f"\nWangge runs at  {env['WANGGE_PUBLIC_URL']}\n")
    say("Sign-ins made for this demo, with random passwords:")
    for row in accounts:
        say(f"  {row['name']:<20} {row['password']:<24} {row['role_zh']}  {row['start_page']}")
    say(
        f"\nLogs: {STATE / 'log'}.  Stop with Ctrl-C (or `kill {os.getpid()}`); the data stay for the next start."
    )


def _accounts(env: Mapping[str, str]) -> list[dict[str, str]]:
    done = subprocess.run(
        _wangge("demo-accounts"),
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **env},
    )
    if done.returncode:
        raise LocalError(f"the sign-ins could not be made: {done.stderr.strip()[-300:]}")
    accounts: list[dict[str, str]] = json.loads(done.stdout)
    return accounts


def _wangge(*arguments: str) -> list[str]:
    return [str(venv.PYTHON), "-m", "webmap.cli", *arguments]


def _silent_server() -> str | None:
    """Give a sentence when a private server has ended by itself, else None."""
    dead = servers.not_running("demo")
    return f"{dead[0]} ended by itself; see its log in {STATE / 'log'}" if dead else None


@contextmanager
def only_one() -> Iterator[None]:
    """Let one demo run from a checkout, and tell the second where the first is."""
    STATE.mkdir(exist_ok=True)
    with (STATE / "demo.running").open("a+", encoding="utf-8") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            mark.seek(0)
            raise LocalError(f"a demo runs from {ROOT} already (process {mark.read().strip()})") from fault
        mark.truncate(0)
        mark.write(str(os.getpid()))
        mark.flush()
        yield


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and run; Ctrl-C is the ordinary end and gives 0, a fault one sentence and 1."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument(
        "--port", type=int, help="port of the pages on 127.0.0.1 (default: 8000 or the next free)"
    )
    asked = parser.parse_args(arguments)
    stopping.listen()
    began = time.monotonic()
    try:
        demo(asked.port)
    except KeyboardInterrupt:
        say(f"\nStopped after {time.monotonic() - began:.0f} s; the data are kept in {STATE}.")
        return 0
    except WanggeError as fault:
        print(f"\ndemo: {fault.message}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
