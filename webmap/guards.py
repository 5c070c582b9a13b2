"""What stands before many views: the guard against forged forms, and the limits of requests.

Before: nothing. After: `webmap.app` ties them to the app; views name their limits.
"""

from __future__ import annotations

from functools import lru_cache

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, strategy="fixed-window")
_by_itself = FixedWindowRateLimiter(MemoryStorage())
"""What this process counts alone while Redis is away."""


def within(limit: str, who: str, where: str) -> bool:
    """Count one request of somebody at some place, outside a view, and say whether it is within the limit.

    Parameters
    ----------
    limit : str
        Such as `20 per minute`; several are parted by semicolons.
    who, where : str
        The address it comes from, and what it asks for.
    """
    return not limiter.enabled or all(_hit(one, where, who) for one in _limits(limit))


def _hit(one: RateLimitItem, where: str, who: str) -> bool:
    try:
        return limiter.limiter.hit(one, where, who)
    except RedisError:
        return _by_itself.hit(one, where, who)


@lru_cache(maxsize=8)
def _limits(limit: str) -> tuple[RateLimitItem, ...]:
    return tuple(parse_many(limit))
