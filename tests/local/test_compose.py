"""`compose.yaml` and what it builds from: whole, without default passwords, one timetable, no TLS by us."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gis.settings import from_environment

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "webmap/local/deploy"
TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
NEEDED = sorted(set(re.findall(r"\$\{(\w+):\?", TEXT)))
GIVEN = dict.fromkeys(NEEDED, "A" * 40) | {"WANGGE_TLS_FOLDER": "/tls", "WANGGE_PUBLIC_URL": "https://h"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    filled = re.sub(r"\$\{(\w+)(?::-([^}]*))?(?::\?[^}]*)?\}", lambda m: GIVEN.get(m[1], m[2] or ""), TEXT)
    found: dict[str, Any] = yaml.safe_load(filled)["services"]
    return found


def test_no_secret_has_a_default() -> None:
    assert re.findall(r"\$\{WANGGE_\w*(?:PASSWORD|KEY)\w*(?!\w*:\?)[:}]", TEXT) == []
    assert {"WANGGE_DB_PASSWORD", "WANGGE_REDIS_PASSWORD", "WANGGE_SECRET_KEY", "WANGGE_DATA_KEY"} <= set(
        NEEDED
    )


def test_every_missing_value_is_asked_for_in_a_sentence() -> None:
    sentences = re.findall(r"\$\{(\w+):\?([^}]*)\}", TEXT)
    assert [name for name, sentence in sentences if not sentence.startswith(f"set {name} to ")] == []


def test_the_servers_of_ours_get_settings_that_they_can_read(services: dict[str, Any]) -> None:
    for name in ("migrate", "web", "worker", "beat"):
        settings = from_environment(services[name]["environment"])
        assert settings.secure_cookies
        assert settings.trusted_proxies == 1


def test_there_is_one_timetable_and_several_copies_of_web(services: dict[str, Any]) -> None:
    assert services["beat"]["deploy"]["replicas"] == 1
    assert int(services["web"]["deploy"]["replicas"]) > 1
    assert "ports" not in services["web"], "only nginx is reached from outside"
    assert "ports" not in services["db"]
    assert "ports" not in services["redis"]


def test_whoever_is_waited_for_exists_and_can_say_that_it_is_well(services: dict[str, Any]) -> None:
    waits = {
        (other, wait["condition"]) for service in services.values()
        for other, wait in service.get("depends_on", {}).items()
    }  # fmt: skip
    assert {other for other, _ in waits} <= set(services)
    assert [
        other for other, how in waits if how == "service_healthy" and "healthcheck" not in services[other]
    ] == []


def test_the_migration_runs_once_and_before_web(services: dict[str, Any]) -> None:
    assert services["migrate"]["restart"] == "no"
    assert "migrate" not in services["migrate"]["depends_on"]
    assert services["web"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_what_is_mounted_or_built_from_lies_in_the_repository(services: dict[str, Any]) -> None:
    assert (ROOT / services["web"]["build"]["dockerfile"]).is_file()
    mounted = [volume.split(":")[0] for volume in services["nginx"]["volumes"]]
    assert all((ROOT / place).is_file() for place in mounted if place.startswith("./"))
    copied = re.findall(
        r"^COPY (?!--)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert all((ROOT / file).exists() for line in copied for file in line.split())


def test_nginx_never_keeps_what_depends_on_who_asks() -> None:
    rules = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    places = dict(re.findall(r"location (\S+) \{(.*?)\n        \}", rules, re.DOTALL))
    assert [place for place, rule in places.items() if "proxy_cache static" in rule] == ["/static/"]
    assert "$args" not in rules
    assert "$request_uri" not in rules.split("log_format")[1].split(";")[0]


def test_docker_accepts_it() -> None:
    try:
        asked = subprocess.run(["docker", "compose", "version"], check=False, capture_output=True)
    except FileNotFoundError:
        pytest.skip("docker is not on this machine; the structure is checked by the other tests here")
    if asked.returncode:
        pytest.skip("docker has no `compose` here; the structure is checked by the other tests here")
    command = ["docker", "compose", "config", "--quiet"]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, env={**os.environ, **GIVEN}
    )
    assert done.returncode == 0, done.stderr
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WANGGE_")}
    refused = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, env=bare)
    assert refused.returncode != 0
    assert "set WANGGE_" in refused.stderr
