"""What a vector tile costs: ours against tipg's, same table, same zoom, turn by turn; and that a known one is free.

Before: `bigtown` serves the large town. After: its figures. Ours are asked for the first time, so that no cache helps;
for each a statement runs and the tile crosses HTTP, as with tipg.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import quote

import psycopg
from sqlalchemy import make_url

from gis.geometry.tiles import tile_over

ZOOMS = (13, 14, 15, 16)
TILES = 30
MOST_SHARE = 0.5
MIDDLES = """
    SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Centroid(geom) p FROM building ORDER BY md5(code) LIMIT 2000) s
"""
LOOKS = """
    SELECT coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) FROM pg_stat_user_tables
    WHERE relname IN ('building', 'road', 'ground', 'grid_version', 'area_version')
"""
FLUSHED_S = 11.0


def measure_tiles(port: int, database: str, venv: Path | None) -> list[str]:
    """Print medians a zoom and the ratio; give the promises that were missed."""
    with psycopg.connect(database) as connection:
        places = connection.execute(MIDDLES).fetchall()
    missed = []
    with tipg(database, venv) as other:
        lines = {number: HTTPConnection("127.0.0.1", number) for number in (port, other)}
        for zoom in ZOOMS:
            ours, theirs = _timed(lines[port], lines[other], zoom, places)
            share = median(ours) / median(theirs)
            print(
                f"z{zoom} buildings: ours {median(ours) * 1e3:.1f} ms, tipg {median(theirs) * 1e3:.1f} ms, "
                f"share {share:.2f} of {len(ours)} tiles",
                flush=True,
            )
            missed += [f"a tile of zoom {zoom} costs {share:.2f} of tipg's"] if share > MOST_SHARE else []
    looks = known_tile(port, database, places[0])
    print(f"a tile the browser knows: 304, {looks} looks at a table of shapes")
    return [*missed, *([f"a known tile looked {looks} times"] if looks else [])]


def _timed(
    ours: HTTPConnection, theirs: HTTPConnection, zoom: int, places: list[tuple[float, float]]
) -> tuple[list[float], list[float]]:
    squares = list(dict.fromkeys(tile_over(lon, lat, zoom) for lon, lat in places))
    seconds: tuple[list[float], list[float]] = ([], [])
    more = "&properties=id,use" + (",name,floors" if zoom >= 15 else "")
    _get(ours, "/tiles/buildings/9/1/1.pbf")
    for number, one in enumerate(squares[: TILES + 3]):
        place = f"{one.zoom}/{one.column}/{one.row}"
        took = (
            _get(ours, f"/tiles/buildings/{place}.pbf"),
            _get(
                theirs, f"/collections/public.building/tiles/WebMercatorQuad/{place}?geom-column=geom{more}"
            ),
        )
        if number >= 3:
            seconds[0].append(took[0])
            seconds[1].append(took[1])
    return seconds


def _get(line: HTTPConnection, path: str) -> float:
    begin = time.perf_counter()
    line.request("GET", path, headers={"Accept-Encoding": "identity"})
    answer = line.getresponse()
    answer.read()
    assert answer.status in {200, 204}, f"{path}: {answer.status}"
    return time.perf_counter() - begin


def known_tile(port: int, database: str, place: tuple[float, float]) -> int:
    """Ask a hundred times for a tile with its mark; give how often a table of shapes was looked at."""
    one = tile_over(*place, 15)
    path = f"/tiles/base/{one.zoom}/{one.column}/{one.row}.pbf"
    line = HTTPConnection("127.0.0.1", port)
    line.request("GET", path)
    answer = line.getresponse()
    answer.read()
    mark = answer.headers["ETag"]
    with psycopg.connect(database, autocommit=True) as connection:
        before = _looks(connection)
        for _ in range(100):
            line.request("GET", path, headers={"If-None-Match": mark})
            answer = line.getresponse()
            answer.read()
            assert answer.status == 304, answer.status
        return _looks(connection) - before


def _looks(connection: psycopg.Connection[tuple[int]]) -> int:
    time.sleep(FLUSHED_S)  # a connection at rest writes its counters down after ten seconds
    row = connection.execute(LOOKS).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def tipg(database: str, venv: Path | None) -> Iterator[int]:
    """Run tipg under uvicorn on a free port of the loopback."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        programs = (venv or _made(Path(folder))) / "bin"
        environment = os.environ | {
            "DATABASE_URL": with_host(database), "TIPG_DB_SCHEMAS": '["public"]', "TIPG_DEFAULT_MINZOOM": "0",
            "TIPG_MAX_FEATURES_PER_TILE": "200000",
        }  # fmt: skip
        command = [str(programs / "uvicorn"), "tipg.main:app", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(
            [*command, "--no-access-log", "--log-level", "error"], env=environment, cwd=folder
        )
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def with_host(database: str) -> str:
    """Write a socket's folder where tipg looks for the host."""
    url = make_url(database)
    folder = str(url.query.get("host", url.host or "localhost"))
    port = url.query.get("port", url.port or 5432)
    return f"postgresql://{url.username}@{quote(folder, safe='')}:{port}/{url.database}"


def _made(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    packages = ["tipg", "uvicorn"]
    subprocess.run([str(folder / "venv" / "bin" / "pip"), "install", "-q", *packages], check=True)
    return folder / "venv"


def _wait(port: int) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        line = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            line.request("GET", "/healthz")
            line.getresponse().read()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise TimeoutError("tipg did not start")
