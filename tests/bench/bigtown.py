"""The map of 200,000 buildings and 20,000 open cases: what the page weighs, how soon it can be used, what a tile costs.

`python -m tests.bench.bigtown [VENV]` enlarges the sample town in a database of its own, serves it, and prints in one
run ours and the rivals: the same data inline in Folium, the same tiles from `tipg`. VENV is an environment with tipg
and uvicorn; without it one is made for the run. What was promised is checked: it ends with 1 when a line misses.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

from gis.staff.accounts import create
from tests.bench.big_page import measure_page
from tests.bench.big_tiles import measure_tiles
from tests.bench.reports import town, web

BUILDINGS, CASES = 200_000, 20_000
EXTENT = "SELECT ST_XMax(e) - ST_XMin(e), ST_YMax(e) - ST_YMin(e) FROM (SELECT ST_Extent(geom) e FROM grid_version) s"
COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND column_name <> 'id' AND is_generated = 'NEVER'
    ORDER BY ordinal_position
"""
MOVED = "ST_Translate({column}, k % {across} * {dx}, k / {across} * {dy})"


def enlarge(url: str) -> dict[str, int]:
    """Lay copies of the town beside it until there are enough buildings; give the numbers of rows."""
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # copies of sound rows are sound
        width, height = connection.execute(EXTENT).fetchone() or (0.0, 0.0)
        first = _count(connection, "building")
        copies = math.ceil(BUILDINGS / first) - 1
        across = math.ceil(math.sqrt(copies + 1))
        for table in ("road", "ground", "building"):
            _copy(
                connection,
                table,
                copies,
                {"code": "code || '-' || k", **_geom("geom", across, width, height)},
            )
        _copy(connection, "grid", copies, {"code": "code || '-' || k"})
        there = "(SELECT n.id FROM grid o JOIN grid n ON n.code = o.code || '-' || k WHERE o.id = t.grid_id)"
        _copy(connection, "grid_version", copies, {"grid_id": there, **_geom("geom", across, width, height)})
        known = _count(connection, '"case" WHERE closed_at IS NULL')
        each = math.ceil((CASES - known) / (copies * known))
        point = _geom("point", across, width, height)["point"]
        jitter = {"point": f"ST_Translate({point}, (random() - 0.5) * 0.004, (random() - 0.5) * 0.004)"}
        numbered = {"number": "number || '-' || k || '-' || j", "grid_id": there, **jitter}
        _copy(connection, "case", copies, numbered, each=each, only="closed_at IS NULL")
        connection.execute("UPDATE layer_version SET version = version + 1000 + (random() * 1e9)::int")
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        tables = {
            "buildings": "building",
            "grids": "grid_version",
            "open cases": '"case" WHERE closed_at IS NULL',
        }
        return {name: _count(connection, table) for name, table in tables.items()}


def _geom(column: str, across: int, width: float, height: float) -> dict[str, str]:
    return {column: MOVED.format(column=column, across=across, dx=width * 1.002, dy=height * 1.002)}


def _count(connection: psycopg.Connection[tuple[int]], table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    return row[0] if row else 0


def _copy(
    connection: psycopg.Connection[tuple[int]], table: str, copies: int, given: Mapping[str, str], *,
    each: int = 1, only: str = "true",
) -> None:  # fmt: skip
    names = [name for (name,) in connection.execute(COLUMNS, (table,)).fetchall()]
    values = [
        sql.SQL(given[name]) if name in given else sql.Identifier("t", name) for name in map(str, names)
    ]
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, generate_series(1, {copies}) k, "
            "generate_series(1, {each}) j WHERE " + only
        ).format(
            table=sql.Identifier(table), names=sql.SQL(", ").join(sql.Identifier(str(name)) for name in names),
            values=sql.SQL(", ").join(values), copies=copies, each=each,
        )
    )  # fmt: skip


def commander(url: URL) -> tuple[str, str]:
    """Make the account whose map is measured; give name and password."""
    from sqlalchemy.orm import Session

    from gis.database import open_engine

    engine = open_engine(url.render_as_string(hide_password=False))
    with Session(engine) as session, session.begin():
        area = (
            session.connection()
            .exec_driver_sql("SELECT id FROM area WHERE level = 'subdistrict'")
            .scalar_one()
        )
        _account, password = create(session, name="bigtown", role="commander", area_id=area)
    engine.dispose()
    return "bigtown", password


def main() -> None:
    """Print the figures; end with 1 when a promise is not kept."""
    venv = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with town() as (url, _points):
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        print(", ".join(f"{number} {name}" for name, number in enlarge(plain).items()), flush=True)
        account = commander(url)
        with web(url) as port:
            missed = [*measure_page(port, plain, account), *measure_tiles(port, plain, venv)]
    print("\n".join(missed) or "every promise is kept")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
