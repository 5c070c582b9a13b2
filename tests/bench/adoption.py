"""Adopting a plan that moves 10,000 households and 1,000 open cases while 50 reports a second keep arriving.

`python -m tests.bench.adoption` makes a database of its own on WANGGE_DATABASE_URL. It prints how long the one
transaction took and how every report fared: none may fail, none may have two owners or nobody, each must be on the side
of the line that was in force when it came. A short form is a test.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from gis.boundaries import ground, plans, queries
from gis.boundaries.adopt import AHEAD, Adopted, adopt, sweep
from gis.boundaries.plans import By
from gis.cases import journey
from gis.database import open_engine
from migrations.run import migrate
from tests import make
from tests.boundaries.town import roads
from tests.make import Town

WIDTH, HEIGHT = 16, 8
THREADS = 4
PICTURE = "\n".join("A" * (WIDTH // 2) + "B" * (WIDTH // 2) for _ in range(HEIGHT))


@dataclass
class Traffic:
    """Reports that arrive while a plan is adopted: when each came, where, and to which grid it went at once."""

    made: list[tuple[int, datetime, int | None]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What the bench found."""

    seconds: float
    adopted: Adopted
    swept: int
    traffic: Traffic
    wrong_at_once: int
    wrong_in_the_end: int
    ownerless: int
    doubly: int


@contextmanager
def database() -> Iterator[Engine]:
    """Give a migrated database that is dropped at the end, with the settings pointing at it."""
    server = make_url(os.environ["WANGGE_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"wangge_bench_{uuid4().hex[:8]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(
        server.set(database=name).render_as_string(hide_password=False), pool_size=THREADS + 2
    )
    os.environ |= {"WANGGE_SECRET_KEY": "bench" * 10, "WANGGE_DATA_KEY": "bench" * 10}
    migrate(engine)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def set_up(session: Session, households: int, cases: int) -> int:
    """Make a town of two grids and an approved plan that gives a half of one's ground to the other; give its id."""
    now = datetime.now(UTC)
    town = Town(session, PICTURE)
    roads(session, town)
    for _ in range(3):
        make.posting(session, make.member(session, branch=town.branches["B"]), town.grids["B"])
    session.execute(
        text("""
            INSERT INTO household (code, point, grid_id)
            SELECT 'H' || row_number() OVER (), p.geom, v.grid_id
            FROM grid_version v, ST_Dump(ST_GeneratePoints(v.geom, :many, 5)) AS p"""),
        {"many": 2 * households},
    )
    draw = random.Random(3)
    for _ in range(2 * cases):
        lon, lat = 116.3 + draw.random() * WIDTH / 2000, 39.9 + draw.random() * HEIGHT / 1000
        journey.report(session, make.new_report(pin=(lon, lat)), now)
    units = ground.make_ground(session, [town.community.id], now, now)
    planner, other = (
        By(make.account(session, "planner").id, now),
        By(make.account(session, "commander").id, now),
    )
    plan = plans.create(session, units.id, "样例", planner)
    terrain = queries.terrain_of(session, units.id)
    middle = [shape.centroid.x for shape in terrain.shapes]
    east = [i for i, x in enumerate(middle) if 116.3 + WIDTH / 4000 < x < 116.3 + WIDTH / 2000]
    plans.edit(session, plan, "paint", {"units": east, "part": 1}, planner)
    plans.submit(session, plan, planner, now)
    plans.review(session, plan, other)
    plans.approve(session, plan, other)
    return plan.id


def report_on(engine: Engine, traffic: Traffic, a_second: float, stop: threading.Event, seed: int) -> None:
    """Send reports at a steady pace, each in a transaction of its own, until told to stop."""
    draw, next_at = random.Random(seed), time.monotonic()
    while not stop.is_set():
        lon, lat = 116.3 + draw.random() * WIDTH / 1000, 39.9 + draw.random() * HEIGHT / 1000
        begun, came = time.monotonic(), datetime.now(UTC)
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                row = journey.report(session, make.new_report(pin=(lon, lat)), came).row
            traffic.made.append((row.case.id, came, row.case.grid_id))
        except Exception as fault:  # noqa: BLE001 - the bench counts whatever goes wrong
            traffic.failed.append(repr(fault))
        traffic.slowest_s = max(traffic.slowest_s, time.monotonic() - begun)
        next_at += 1.0 / a_second
        stop.wait(max(next_at - time.monotonic(), 0.0))


def run(engine: Engine, *, households: int, cases: int, a_second: float, before_s: float = 1.0) -> Outcome:
    """Adopt the plan while reports keep arriving, sweep, and look at every report."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        plan_id = set_up(session, households, cases)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    traffic, stop = Traffic(), threading.Event()
    threads = [
        threading.Thread(target=report_on, args=(engine, traffic, a_second / THREADS, stop, seed))
        for seed in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(before_s)
    begun = time.monotonic()
    with Session(engine, expire_on_commit=False) as session, session.begin():
        adopted = adopt(session, plan_id, datetime.now(UTC))
    seconds = time.monotonic() - begun
    time.sleep(max(AHEAD.total_seconds() - seconds, 0.0) + 1.0)
    stop.set()
    for thread in threads:
        thread.join()
    with Session(engine) as session, session.begin():
        swept = sweep(session, datetime.now(UTC))
    return judged(engine, seconds, adopted, swept, traffic)


# of each report's case: the grid in force where and when it came, the one in force now, and who has it
_JUDGE = text("""
    SELECT c.id, c.grid_id, c.member_id, c.organisation_id,
           (SELECT v.grid_id FROM grid_version v JOIN grid g ON g.id = v.grid_id WHERE ST_Covers(v.geom, c.point)
            AND v.valid @> c.reported_at ORDER BY g.code LIMIT 1),
           (SELECT v.grid_id FROM grid_version v JOIN grid g ON g.id = v.grid_id WHERE ST_Covers(v.geom, c.point)
            AND v.valid @> now() ORDER BY g.code LIMIT 1),
           (SELECT count(*) FROM posting p WHERE p.member_id = c.member_id AND p.grid_id = c.grid_id
            AND p.valid @> now())
    FROM "case" c WHERE c.closed_at IS NULL
""")


def judged(engine: Engine, seconds: float, adopted: Adopted, swept: int, traffic: Traffic) -> Outcome:
    """Count the cases that are wrong in any way."""
    with engine.connect() as connection:
        rows = {row[0]: row for row in connection.execute(_JUDGE)}
    at_once = {case_id: grid_id for case_id, _, grid_id in traffic.made}
    return Outcome(
        seconds,
        adopted,
        swept,
        traffic,
        wrong_at_once=sum(rows[case_id][4] != grid_id for case_id, grid_id in at_once.items()),
        wrong_in_the_end=sum(row[1] != row[5] for row in rows.values()),
        ownerless=sum(row[2] is None and row[3] is None for row in rows.values()),
        doubly=sum(row[6] != 1 for row in rows.values()),
    )


def main() -> None:
    with database() as engine:
        found = run(engine, households=10_000, cases=1_000, a_second=50)
    print(
        f"one transaction: {found.seconds:.2f} s; moved {found.adopted.moved}, {found.adopted.cases} cases followed"
    )
    print(f"reports meanwhile: {len(found.traffic.made)}, failed {len(found.traffic.failed)},", end=" ")
    print(f"slowest {found.traffic.slowest_s * 1000:.0f} ms; brought over afterwards: {found.swept}")
    print(f"on the wrong side when they came: {found.wrong_at_once}; in the end: {found.wrong_in_the_end}")
    print(f"owned by nobody: {found.ownerless}; owned by somebody of another grid: {found.doubly}")


if __name__ == "__main__":
    main()
