"""One run: a town, clients that report, a seeded order of kills spread over the work; then rest, and the verdict."""

from __future__ import annotations

import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gis.database import open_engine
from gis.settings import settings
from migrations.run import migrate
from tests.chaos import clients, movers, town
from tests.chaos.post_office import PostOffice, post_office
from tests.chaos.verdict import Verdict, judge
from tests.chaos.world import KILLS, World

WAITING = text("""
    SELECT (SELECT count(*) FROM notice WHERE sent_at IS NULL),
           (SELECT count(*) FROM notice_delivery WHERE delivered_at IS NULL AND failed_at IS NULL),
           (SELECT count(*) FROM report_row WHERE done_at IS NULL),
           (SELECT count(*) FROM "case" WHERE state = 'reported')
""")
HURRY = text("""
    UPDATE notice_delivery SET next_at = now()
    WHERE delivered_at IS NULL AND failed_at IS NULL AND next_at > now() + interval '12 seconds'
""")


@dataclass(frozen=True)
class Plan:
    """How large, how many kills, in which order, how long at most; what is broken on purpose."""

    cases: int = 20_000
    kills: int = 24
    clients: int = 16
    seed: int = 1
    limit_s: float = 15 * 60
    kinds: tuple[str, ...] = tuple(KILLS)
    hurried: bool = False
    lossy: str = ""


def run(plan: Plan) -> Verdict:
    """Run a plan on servers of its own and judge what is left."""
    chance = random.Random(plan.seed)
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="wangge-chaos-", dir="/var/tmp") as folder,
        post_office(chance) as office,
    ):
        Path(folder).chmod(0o755)
        world = World(
            Path(folder), "tests.chaos.lossy_app:app" if plan.lossy == "outbox" else "tasks.app:app"
        )
        try:
            points = _ready(world, office)
            said = f"{plan.cases} cases, {plan.kills} kills, seed {plan.seed}"
            say(f"ready after {time.monotonic() - began:.0f} s; {said}")
            shared = clients.Shared(
                world.port, points, plan.seed, world.env, Path(folder), plan.lossy == "retry"
            )
            killed = _storm(plan, world, shared, chance, began)
            rested = _rest(plan, office, began)
            verdict = _judge(shared, office)
        finally:
            world.end()
    verdict.counts |= {"kills": len(killed), "answers tried for again": shared.retries}
    verdict.counts["messages that came more than once"] = sum(
        1 for times in office.came.values() if times > 1
    )
    verdict.wrong("answers were refused or changed", shared.refused)
    if len(killed) < plan.kills:
        verdict.faults.append(f"only {len(killed)} of {plan.kills} kills within the time")
    if len(shared.answered) < plan.cases:
        verdict.faults.append(f"only {len(shared.answered)} of {plan.cases} reports got an answer in time")
    if not rested:
        verdict.faults.append("it did not come to rest in time")
    return verdict


def say(words: str) -> None:
    print(words, flush=True)


def _ready(world: World, office: PostOffice) -> clients.Points:
    world.start_servers()
    env = {
        "WANGGE_DATABASE_URL": world.postgres.url,
        "WANGGE_REDIS_URL": world.redis.url,
        "WANGGE_SECRET_KEY": "chaos" * 10,
        "WANGGE_DATA_KEY": "chaos" * 10,
        "WANGGE_REPORT_LIMIT": "1000000 per minute",
        "WANGGE_UPLOAD_FOLDER": str(world.folder / "uploads"),
        "WANGGE_SMS_URL": office.url,
        "WANGGE_INNER_HOSTS": "127.0.0.1",
        "WANGGE_QUIET_HOURS": "",
    }
    os.environ.update(env)
    settings.cache_clear()
    with _session() as session:
        migrate(session.get_bind().engine)
        points = list(town.build(session, office.url).values())
        session.commit()
    world.start_parts(env)
    return points


@contextmanager
def _session() -> Iterator[Session]:
    engine = open_engine(settings().database_url)
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    finally:
        engine.dispose()


def _storm(
    plan: Plan, world: World, shared: clients.Shared, chance: random.Random, began: float
) -> list[str]:
    """Let clients and movers work, and kill whenever the next share of the work is done."""
    threads = clients.threads(shared, plan.cases, plan.clients)
    moving = [threading.Thread(target=movers.work, args=(shared.over, n), daemon=True) for n in range(2)]
    for thread in [*threads, *moving]:
        thread.start()
    killed: list[str] = []
    order = _order(plan, chance)
    while any(thread.is_alive() for thread in threads) and time.monotonic() - began < plan.limit_s * 0.8:
        due = (len(killed) + 1) * plan.cases / (plan.kills + 1)
        if len(killed) < plan.kills and len(shared.answered) >= due:
            name = order[len(killed)]
            say(f"  {time.monotonic() - began:4.0f} s, {len(shared.answered)} answered: kill -9 {name}")
            KILLS[name](world, chance)
            killed.append(name)
        time.sleep(0.05)
    for name in order[len(killed) :]:  # those that the end of the work came before
        if time.monotonic() - began < plan.limit_s * 0.85:
            KILLS[name](world, chance)
            killed.append(name)
    shared.over.set()
    for thread in [*threads, *moving]:
        thread.join(timeout=40)
    return killed


def _order(plan: Plan, chance: random.Random) -> list[str]:
    """Give a random order in which every kind has its turn before any has another."""
    order: list[str] = []
    while len(order) < plan.kills:
        order += chance.sample(plan.kinds, len(plan.kinds))
    return order[: plan.kills]


def _rest(plan: Plan, office: PostOffice, began: float) -> bool:
    """Wait until nothing waits; in a hurry, or after a minute, time is turned forward for what is tried later."""
    office.calm = plan.hurried
    said = rest = time.monotonic()
    while time.monotonic() - began < plan.limit_s:
        try:
            with _session() as session:
                if plan.hurried or time.monotonic() - rest > 60:
                    session.execute(HURRY)
                    session.commit()
                waiting = tuple(session.execute(WAITING).one())
        except DBAPIError:
            waiting = (-1,)
        if not any(waiting):
            return True
        if time.monotonic() - said > 15:
            said = time.monotonic()
            say(f"  {said - began:4.0f} s, waiting: notices, deliveries, rows of files, cases {waiting}")
        time.sleep(0.5)
    return False


def _judge(shared: clients.Shared, office: PostOffice) -> Verdict:
    with _session() as session:
        return judge(session, shared.answered, office.taken, office.shown)
