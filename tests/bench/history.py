"""A city's real requests as history: time to load, their own on-time flag against ours in every case, time of pages.

`python -m tests.bench.history` makes a database of its own on WANGGE_DATABASE_URL and loads the requests of
WANGGE_SHARED_DATA through the command and the shipped mapping. It prints the number of mismatches, which must be 0, and
ends with 1 when it is not; without the data it says so.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pandas as pd
from click.testing import CliRunner
from sqlalchemy import Engine, create_engine, make_url, select, text

from gis.database import open_engine, sessions, transaction
from gis.grids.models import Area
from gis.scores.counting import Asked
from gis.scores.formulas import formula
from gis.scores.period import read_period
from gis.scores.rows import Wanted, counted
from gis.settings import settings
from gis.staff.accounts import create
from gis.staff.models import Account
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from migrations.run import migrate

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "data" / "mappings" / "boston311.toml"
PAGES = (
    "/figures?period=2015", "/figures?period=2015-Q3&by=agency", "/figures?period=2015-07&by=category",
    "/figures?period=2015&by=agency&lines=now", "/figures/public?period=2015",
    "/figures/cases?figure=F05&part=denominator&period=2015",
)  # fmt: skip
ROUNDS = 5


def requests_file() -> Path | None:
    """Find the requests among the third-party data."""
    folder = Path(os.environ.get("WANGGE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "boston311"
    return next(iter(sorted(folder.glob("*.csv.gz"))), None)


def mismatches(given: pd.DataFrame) -> tuple[int, int]:
    """Give how many closed cases with a target there are, and in how many our figure's flag is not the file's."""
    period = read_period("2010-01-01..2049-12-31", settings().time_zone)
    asked = Asked(period, datetime.now(UTC))
    wanted = Wanted(formula("F05", period.first), "denominator")
    with transaction() as session:
        rows = counted(session, Scope(Reach.ALL), wanted, asked, limit=None)
    ours = {row.number: row.counts for row in rows}
    closed = given[(given["CLOSED_DT"] != "") & (given["TARGET_DT"] != "")]
    flags = zip(closed["CASE_ENQUIRY_ID"], closed["OnTime_Status"] == "ONTIME", strict=True)
    return len(closed), sum(ours.get(number) is not bool(flag) for number, flag in flags)


def load(file: Path) -> float:
    """Load the file by the command; give the seconds."""
    from webmap.cli import wangge

    begin = time.perf_counter()
    result = CliRunner().invoke(wangge, ["load", "history", str(file), "--mapping", str(MAPPING)])
    if result.exit_code != 0:
        raise SystemExit(result.output)
    return time.perf_counter() - begin


def pages() -> None:
    """Ask the pages as a commander, who sees every case, and print the median and the slowest of some rounds."""
    from tests.webmap.conftest import enter
    from webmap.app import create_app

    app = create_app(settings(), TESTING=True, RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    with transaction() as session:
        area = Area(level="city", code="bench")
        session.add(area)
        session.flush()
        create(session, name="bench", role="commander", area_id=area.id)
    with transaction() as session:
        account = session.scalars(select(Account).where(Account.name == "bench")).one()
    enter(client, account)
    for page in PAGES:
        took = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            status = client.get(page).status_code
            took.append(time.perf_counter() - begin)
        took.sort()
        print(f"  {status} {page:55} median {took[len(took) // 2]:.2f} s, slowest {took[-1]:.2f} s")


def main() -> None:
    file = requests_file()
    if file is None:
        print("no requests among the third-party data; set WANGGE_SHARED_DATA")
        return
    server = make_url(os.environ["WANGGE_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"wangge_bench_{uuid4().hex[:8]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = server.set(database=name)
    engine = open_engine(url.render_as_string(hide_password=False))
    migrate(engine)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    os.environ |= {
        "WANGGE_DATABASE_URL": plain,
        "WANGGE_SECRET_KEY": "bench" * 10,
        "WANGGE_DATA_KEY": "bench" * 10,
    }
    os.environ["WANGGE_TIME_ZONE"] = "America/New_York"
    settings.cache_clear()
    sessions.cache_clear()
    try:
        wrong = run(engine, file)
    finally:
        sessions().kw["bind"].dispose()
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    sys.exit(1 if wrong else 0)


def run(engine: Engine, file: Path) -> int:
    given = pd.read_csv(file, dtype=str, keep_default_na=False)
    print(f"{len(given)} requests loaded in {load(file):.0f} s")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    asked, wrong = mismatches(given)
    print(f"{asked} closed cases with a target: {wrong} differ from the file's own flag")
    pages()
    return wrong


if __name__ == "__main__":
    main()
