"""Report to assigned over HTTP against its floor: one prepared statement that inserts a row and finds the polygon.

`python -m tests.bench.reports` makes a database of its own on WANGGE_DATABASE_URL, starts two web workers on a free
port of this machine, and lets floor and web take turns. It prints ratios; nothing is asserted.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.orm import Session

from gis.database import open_engine
from migrations.run import migrate
from webmap.commands.sample import load_town
from webmap.local.web import web_command

ROUNDS = 3
SECONDS = 6.0
CONNECTIONS = 8
WORKERS = 2
THREADS = 8
POINTS = """
    SELECT ST_X(p.geom), ST_Y(p.geom)
    FROM grid_version v, ST_Dump(ST_GeneratePoints(v.geom, 8, 7)) AS p WHERE v.kind <> 'micro' ORDER BY random()
"""
FLOOR = """
    INSERT INTO floor (body, point, grid_id)
    SELECT %s, p.point, (
        SELECT v.grid_id FROM grid_version v
        WHERE ST_Covers(v.geom, p.point) AND v.valid @> now() AND v.kind <> 'micro' ORDER BY v.grid_id LIMIT 1)
    FROM (SELECT ST_SetSRID(ST_MakePoint(%s, %s), 4490) AS point) p
"""

Points = list[tuple[float, float]]


@contextmanager
def town() -> Iterator[tuple[URL, Points]]:
    """Give a database with the sample town, and eight points in each of its grids."""
    server = make_url(os.environ["WANGGE_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"wangge_bench_{uuid4().hex[:8]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = server.set(database=name)
    engine = open_engine(url.render_as_string(hide_password=False))
    migrate(engine)
    os.environ |= _secrets(url)
    with Session(engine) as session:
        load_town(session, scale=1, seed=1, say=_quiet)
        session.execute(
            text(
                "CREATE TABLE floor (id bigserial PRIMARY KEY, body text, point geometry(Point, 4490), grid_id bigint)"
            )
        )
        points = [(lon, lat) for lon, lat in session.execute(text(POINTS))]
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    try:
        yield url, points
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def _secrets(url: URL) -> dict[str, str]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return {"WANGGE_DATABASE_URL": plain, "WANGGE_SECRET_KEY": "bench" * 10, "WANGGE_DATA_KEY": "bench" * 10}


def _quiet(what: str, done: int, total: int) -> None:
    del what, done, total


@contextmanager
def web(url: URL) -> Iterator[int]:
    """Run two web workers on a free port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | _secrets(url) | {"WANGGE_REPORT_LIMIT": "1000000 per minute"}
    process = subprocess.Popen(web_command(port, workers=WORKERS, threads=THREADS), env=environment)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the web workers did not start")


def floor_once(url: str, points: Points, seconds: float, *, bare: bool = False) -> float:
    """Give the statements a second of one connection; each in a transaction that is committed, or bare."""
    done, end = 0, time.perf_counter() + seconds
    with psycopg.connect(url, prepare_threshold=0, autocommit=bare) as connection:
        begin = time.perf_counter()
        while time.perf_counter() < end:
            lon, lat = points[done % len(points)]
            connection.execute(FLOOR, ("路口的路灯坏了，晚上很黑", lon, lat))
            connection.commit()
            done += 1
        return done / (time.perf_counter() - begin)


def floor(url: str, points: Points, connections: int) -> float:
    """Give the statements a second of several connections, each in a process of its own."""
    if connections == 1:
        return floor_once(url, points, SECONDS)
    with ProcessPoolExecutor(connections) as pool:
        rates = pool.map(floor_once, [url] * connections, [points] * connections, [SECONDS] * connections)
        return sum(rates)


def reports(port: int, points: Points, connections: int) -> tuple[float, list[float], dict[str, int]]:
    """Give the reports a second over HTTP, their latencies in seconds, and answers other than 201."""
    command = [
        sys.executable,
        "-m",
        "tests.bench.load",
        "127.0.0.1",
        str(port),
        str(connections),
        str(SECONDS),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=json.dumps(points))
    outcome = json.loads(done.stdout)
    return len(outcome["latencies_s"]) / SECONDS, outcome["latencies_s"], outcome["others"]


def main() -> None:
    with town() as (url, points), web(url) as port:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        reports(port, points, CONNECTIONS)  # warm
        rates: dict[str, list[float]] = {"bare 1": [], "floor 1": [], "floor 4": [], "web 8": []}
        latencies: list[float] = []
        for _ in range(ROUNDS):
            rates["bare 1"].append(floor_once(plain, points, SECONDS, bare=True))
            rates["floor 1"].append(floor(plain, points, 1))
            rates["floor 4"].append(floor(plain, points, 4))
            rate, times, others = reports(port, points, CONNECTIONS)
            rates["web 8"].append(rate)
            latencies += times
            if others:
                print(f"answers other than 201: {others}")
    middle = {name: statistics.median(values) for name, values in rates.items()}
    latencies.sort()
    print(
        f"report to assigned over HTTP, {WORKERS} workers, {CONNECTIONS} connections, median of {ROUNDS} rounds"
    )
    for name, rate in middle.items():
        print(f"  {name:8} {rate:8.0f} /s")
    print(
        f"  p50 {latencies[len(latencies) // 2] * 1000:.1f} ms,"
        f" p99 {latencies[len(latencies) * 99 // 100] * 1000:.1f} ms"
    )
    print(f"  share of one connection without transactions {middle['web 8'] / middle['bare 1']:.2f}")
    print(f"  share of the floor of one connection  {middle['web 8'] / middle['floor 1']:.2f}")
    print(f"  share of the floor of four connections {middle['web 8'] / middle['floor 4']:.2f}")


if __name__ == "__main__":
    main()
