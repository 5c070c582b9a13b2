"""The board with 2,000 open cases: server time of each filter, and the indexes that its questions walk.

`python -m tests.bench.board` makes a database of its own on WANGGE_DATABASE_URL with the sample town, multiplies its
open cases to 2,000 and asks the app itself, in this process, for each narrowed list, the map's marks, what changed, and
suggestions for twenty cases. It prints milliseconds (wall and CPU of this process) and plans; nothing is asserted.
"""

from __future__ import annotations

import os
import re
import statistics
import time
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from gis.database import open_engine, sessions
from tests.bench.reports import town

OPEN = 2000
ROUNDS = 15
COLUMNS = """case_type_id, text, state, reported_at, moved_at, due_at, deadline, point, radius_m, place_label, location,
    grid_id, area_id, organisation_id, member_id, agency, handling, revision"""
MORE = f"""
    INSERT INTO "case" (number, {COLUMNS})
    SELECT 'B' || n || '-' || number, {COLUMNS} FROM "case", generate_series(1, 60) n
    WHERE closed_at IS NULL ORDER BY random() LIMIT :more
"""


def main() -> None:
    """Run it."""
    with town() as (url, _points):
        engine = open_engine(url.render_as_string(hide_password=False))
        with Session(engine) as session, session.begin():
            there = session.scalar(text('SELECT count(*) FROM "case" WHERE closed_at IS NULL')) or 0
            session.execute(text(MORE), {"more": max(0, OPEN - there)})
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        _measure(_commander(engine))
        engine.dispose()


def _commander(engine: Engine) -> FlaskClient:
    from gis.staff.accounts import create
    from gis.staff.roles import Role
    from webmap import idle
    from webmap.app import create_app

    app = create_app(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    with Session(engine) as session, session.begin():
        area = session.scalar(text("SELECT id FROM area WHERE level = 'subdistrict' ORDER BY code LIMIT 1"))
        account, _password = create(session, name="bench", role=Role.COMMANDER, area_id=area)
        session.flush()
        number, epoch = account.id, account.session_epoch
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(account=number, epoch=epoch)
    with app.app_context():
        client.set_cookie(idle.COOKIE, idle.stamp(number))
    return client


def _measure(client: FlaskClient) -> None:
    first = client.get("/board/list").get_data(as_text=True)
    rows = re.findall(r'data-case="(\d+)" data-revision="(\d+)"', first)
    grid = re.search(r'data-lanes="([^"]*)"', first)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}; lanes {grid and grid[1]}")
    bbox = "bbox=116,39,118,41&zoom=13&most=60"
    ticked = "&".join(f"case={one}:{revision}" for one, revision in rows[:20])
    asked = {
        "all": "/board/list",
        "late": "/board/list?lane=late",
        "assigned": "/board/list?lane=assigned",
        "words": "/board/list?q=路灯",
        "newest first": "/board/list?order=new",
        "by grid": "/board/list?order=grid",
        "window": "/board/list?box=117,39,117.1,41",
        "page 10": "/board/list?page=10",
        "marks": f"/board/marks.geojson?{bbox}",
        "changes": "/board/changes.json?shown=" + ",".join(f"{one}:{revision}" for one, revision in rows),
        "suggest 20": f"/board/suggest?{ticked}",
        "whole page": "/board",
        "day": "/board/day",
    }
    for name, address in asked.items():
        print(f"{name:14}{_timed(client, address)}")


def _timed(client: FlaskClient, address: str) -> str:
    walls, cpus, asked = [], [], list[tuple[str, Any]]()

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        asked.append((statement, values))

    bind = sessions().kw["bind"]
    for index in range(ROUNDS):
        if index == ROUNDS - 1:
            event.listen(bind, "before_cursor_execute", note)
        wall, cpu = time.perf_counter(), time.process_time()
        assert client.get(address).status_code == 200
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    event.remove(bind, "before_cursor_execute", note)
    return (
        f"median {statistics.median(walls):6.1f} ms, best {min(walls):6.1f} ms, CPU {statistics.median(cpus):6.1f} ms, "
        f"{len(asked)} questions; cases by {', '.join(sorted(_indexes(bind, asked))) or '-'}"
    )


def _indexes(bind: Engine, asked: list[tuple[str, Any]]) -> set[str]:
    """Name how the questions come to the rows of cases."""
    found: set[str] = set()
    with bind.connect() as connection:
        for statement, values in asked:
            if statement.lstrip()[:6] not in {"SELECT", "WITH se"} or '"case"' not in statement:
                continue
            plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values))
            found |= set(re.findall(r"(?:using|Scan on) ((?:ix|pk|uq)_case\w*)", plan))
            found |= {"a walk over all" for _ in re.findall(r'Seq Scan on "case"', plan)}
    return found


if __name__ == "__main__":
    main()
