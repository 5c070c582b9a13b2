"""One setting for Redis, three libraries that spell a local socket differently."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
import redis
from celery import Celery
from limits.storage import RedisStorage, storage_from_string

from gis.settings import Settings

PLAIN = Settings("postgresql+psycopg://h/d", "redis://:word@h:6379/0", "s" * 32, "d" * 32)


@pytest.fixture
def local() -> Settings:
    if "WANGGE_REDIS_URL" not in os.environ:
        pytest.fail("no test Redis: run `make test`, or export WANGGE_REDIS_URL")
    return replace(PLAIN, redis_url=os.environ["WANGGE_REDIS_URL"])


def test_the_client_the_queue_and_the_rate_limiter_all_reach_it(local: Settings) -> None:
    with redis.from_url(local.redis_url) as line:
        assert line.ping()
    storage = storage_from_string(local.limits_url)
    assert isinstance(storage, RedisStorage)
    assert storage.check()
    storage.storage.close()
    with Celery(broker=local.queue_url).connection_for_write() as connection:
        connection.ensure_connection(max_retries=1)
        assert connection.connected


def test_an_address_with_a_host_is_spelt_the_same_everywhere() -> None:
    assert PLAIN.queue_url == PLAIN.limits_url == PLAIN.redis_url
