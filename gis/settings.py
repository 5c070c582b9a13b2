"""What a city sets from the environment, read once, checked in sentences.

Before: the environment. After: `database`, `webmap.app`, `tasks.app`. Secrets live only here, never in a file
of the repository; every setting is described in README.md (a test keeps the two in step).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from gis.errors import SettingsError

SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Settings:
    """All settings; each field is the environment variable `WANGGE_<NAME>` in small letters."""

    database_url: str
    redis_url: str
    secret_key: str = field(repr=False)
    data_key: str = field(repr=False)
    upload_folder: Path = Path(".wangge/uploads")
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    language: str = "zh"
    public_url: str = "http://127.0.0.1:8000"
    report_limit: str = "20 per minute"
    sign_in_limit: str = "10 per minute"
    secure_cookies: bool = False
    trusted_proxies: int = 0
    idle_min: int = 30
    live_screens: int = 4
    report_keep_days: int = 365
    remind_before: str = "25%"
    map_approval: str = ""
    hot_spot_days: int = 7
    hot_spot_m: int = 50
    hot_spot_reports: int = 3
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    sms_url: str = field(default="", repr=False)
    sms_secret: str = field(default="", repr=False)
    inner_hosts: frozenset[str] = frozenset()
    quiet_hours: tuple[time, time] | None = (time(22), time(7))

    @property
    def queue_url(self) -> str:
        """Give Redis's address as Celery spells it; only a local socket is spelt in another way there."""
        return self.redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)

    @property
    def limits_url(self) -> str:
        """Give Redis's address as the rate limiter spells it."""
        return self.redis_url.replace("unix://", "redis+unix://", 1)


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read and check all settings.

    Raises
    ------
    SettingsError
        When one is missing, too short or no number; the sentence names it and says how to mend it.
    """

    def text(name: str, default: str | None = None) -> str:
        value = environment.get(f"WANGGE_{name}", default)
        if value is None:
            raise SettingsError(
                f"The setting WANGGE_{name} is missing; set it in the environment (README.md, Settings).",
                setting=f"WANGGE_{name}",
            )
        return value

    return Settings(
        database_url=_psycopg_url(text("DATABASE_URL")),
        redis_url=text("REDIS_URL"),
        secret_key=_secret("SECRET_KEY", text("SECRET_KEY")),
        data_key=_secret("DATA_KEY", text("DATA_KEY")),
        upload_folder=Path(text("UPLOAD_FOLDER", ".wangge/uploads")).resolve(),
        time_zone=_zone(text("TIME_ZONE", "Asia/Shanghai")),
        language=text("LANGUAGE", "zh"),
        public_url=text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        report_limit=text("REPORT_LIMIT", "20 per minute"),
        sign_in_limit=text("SIGN_IN_LIMIT", "10 per minute"),
        secure_cookies=text("SECURE_COOKIES", "no").lower() in {"1", "yes", "true"},
        trusted_proxies=_number("TRUSTED_PROXIES", text("TRUSTED_PROXIES", "0")),
        idle_min=_number("IDLE_MIN", text("IDLE_MIN", "30")),
        live_screens=_number("LIVE_SCREENS", text("LIVE_SCREENS", "4")),
        report_keep_days=_number("REPORT_KEEP_DAYS", text("REPORT_KEEP_DAYS", "365")),
        remind_before=_before("REMIND_BEFORE", text("REMIND_BEFORE", "25%")),
        map_approval=text("MAP_APPROVAL", ""),
        hot_spot_days=_number("HOT_SPOT_DAYS", text("HOT_SPOT_DAYS", "7")),
        hot_spot_m=_number("HOT_SPOT_M", text("HOT_SPOT_M", "50")),
        hot_spot_reports=max(2, _number("HOT_SPOT_REPORTS", text("HOT_SPOT_REPORTS", "3"))),
        smtp_url=_url("SMTP_URL", text("SMTP_URL", ""), {"smtp", "smtps"}),
        mail_from=text("MAIL_FROM", ""),
        sms_url=_url("SMS_URL", text("SMS_URL", ""), {"http", "https"}),
        sms_secret=text("SMS_SECRET", ""),
        inner_hosts=frozenset(host.strip() for host in text("INNER_HOSTS", "").split(",") if host.strip()),
        quiet_hours=_hours(text("QUIET_HOURS", "22:00-07:00")),
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Give this process's settings, read from its environment the first time."""
    return from_environment(os.environ)


def _secret(name: str, value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise SettingsError(
            f"WANGGE_{name} is shorter than {SHORTEST_SECRET} characters; make one with "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'.",
            setting=f"WANGGE_{name}",
        )
    return value


def _number(name: str, value: str) -> int:
    if not value.isdigit():
        raise SettingsError(f"WANGGE_{name} is {value!r}; give a whole number.", setting=f"WANGGE_{name}")
    return int(value)


def _before(name: str, value: str) -> str:
    if not re.fullmatch(r"[1-9]\d?%|[1-9]\d{0,2}h", value):
        raise SettingsError(
            f"WANGGE_{name} is {value!r}; give a share of the limit such as 25%, or hours such as 4h.",
            setting=f"WANGGE_{name}",
        )
    return value


def _zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError) as fault:
        raise SettingsError(
            f"WANGGE_TIME_ZONE is {value!r}, which is no time zone; give a name such as Asia/Shanghai.",
            setting="WANGGE_TIME_ZONE",
        ) from fault


def _url(name: str, value: str, schemes: set[str]) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in schemes or not parts.hostname):
        raise SettingsError(
            f"WANGGE_{name} must begin with {' or '.join(f'{one}://' for one in sorted(schemes))} and name a host.",
            setting=f"WANGGE_{name}",
        )
    return value


def _hours(value: str) -> tuple[time, time] | None:
    """Read 22:00-07:00; nothing means that there are no quiet hours."""
    if not value.strip():
        return None
    try:
        start, end = (time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError as fault:
        raise SettingsError(
            f"WANGGE_QUIET_HOURS is {value!r}; give two times such as 22:00-07:00, or nothing.",
            setting="WANGGE_QUIET_HOURS",
        ) from fault
    return start, end


def _psycopg_url(url: str) -> str:
    """Say which driver speaks: an ordinary postgresql:// address means psycopg 3 here."""
    scheme, found, rest = url.partition("://")
    if not found or scheme.split("+")[0] not in {"postgresql", "postgres"}:
        raise SettingsError(
            "WANGGE_DATABASE_URL must begin with postgresql:// and name a database.",
            setting="WANGGE_DATABASE_URL",
        )
    return f"postgresql+psycopg://{rest}"
