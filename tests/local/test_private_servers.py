"""Real private servers: they survive being killed, keep Chinese, and touch nobody else's."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from webmap.local.account import server_account
from webmap.local.folders import LocalError, servers_home
from webmap.local.postgres import Postgres
from webmap.local.redis import Redis


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    account = server_account()
    home = servers_home("chaos", account, tmp_path / "state")
    (home / "run").mkdir()
    account.own(home / "run")
    yield home
    shutil.rmtree(home)


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_postgres_keeps_what_was_committed_when_it_is_killed(home: Path, tmp_path: Path) -> None:
    postgres = Postgres(home, server_account(), tmp_path / "log")
    first = postgres.start()
    assert first is not None
    assert postgres.start() is None, "a server that runs is not started again"
    with psycopg.connect(postgres.url, autocommit=True) as line:
        line.execute("create table kept as select 7 as value")
    kill(postgres.pid())
    first.wait()
    second = postgres.start()
    assert second is not None
    with psycopg.connect(postgres.url) as line:
        assert line.execute("select value from kept").fetchone() == (7,)
    postgres.stop()
    postgres.stop()
    assert second.wait() == 0
    assert postgres.pid() is None


def test_postgres_is_safe_private_and_knows_chinese(home: Path, tmp_path: Path) -> None:
    postgres = Postgres(home, server_account(), tmp_path / "log")
    process = postgres.start()
    assert process is not None
    with psycopg.connect(postgres.url, autocommit=True) as line:
        line.execute("create extension postgis; create extension pg_trgm")
        asked = "select current_setting('fsync'), current_setting('listen_addresses'), "
        found = line.execute(asked + "cardinality(show_trgm('幸福小区5栋'))").fetchone()
        assert found == ("on", "", 7)
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            line.execute("select '样例居民'::integer")
    postgres.stop()
    assert process.wait() == 0
    assert "样例居民" not in statements(tmp_path / "log"), "rows of residents stay out of the log"
    assert home.stat().st_mode & 0o777 == 0o700


def statements(log: Path) -> str:
    """Give the log's lines that repeat a statement or its details."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if "STATEMENT" in line or "DETAIL" in line)


def test_postgres_starts_though_a_stranger_has_its_old_process_id(home: Path, tmp_path: Path) -> None:
    postgres = Postgres(home, server_account(), tmp_path / "log")
    first = postgres.start()
    assert first is not None
    mark = postgres.data / "postmaster.pid"
    old = mark.read_text(encoding="ascii").split("\n", 1)[1]
    kill(postgres.pid())
    first.wait()
    mark.write_text(f"{os.getppid()}\n{old}", encoding="ascii")
    assert postgres.pid() is None
    second = postgres.start()
    assert second is not None
    postgres.stop()
    assert second.wait() == 0


def test_a_server_that_cannot_start_says_why(home: Path, tmp_path: Path) -> None:
    postgres = Postgres(home, server_account(), tmp_path / "log")
    process = postgres.start()
    assert process is not None
    postgres.stop()
    process.wait()
    with (postgres.data / "postgresql.conf").open("a", encoding="ascii") as settings:
        settings.write("max_wal_senders = many\n")
    with pytest.raises(LocalError, match=r"PostgreSQL ended while starting .*max_wal_senders"):
        postgres.start()


def test_redis_keeps_what_it_was_told_when_it_is_killed(home: Path, tmp_path: Path) -> None:
    server = Redis(home, server_account(), tmp_path / "log")
    first = server.start()
    assert first is not None
    with redis.from_url(server.url) as line:
        line.set("kept", "7")
    kill(server.pid())
    first.wait()
    second = server.start()
    assert second is not None
    with redis.from_url(server.url) as line:
        assert line.get("kept") == b"7"
        assert line.config_get("port")["port"] == "0"
    server.stop()
    assert second.wait() == 0
    assert server.pid() is None


def test_stopping_takes_no_second_longer_than_the_server_needs(home: Path, tmp_path: Path) -> None:
    server = Redis(home, server_account(), tmp_path / "log")
    process = server.start()
    assert process is not None
    began = time.monotonic()
    server.stop()
    process.wait()
    assert time.monotonic() - began < 5
