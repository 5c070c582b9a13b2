"""The locks name every file by its hash and no host, and agree with each other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from webmap.local.vendor import FILES

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def pins(lock: Path) -> dict[str, tuple[str, str]]:
    return {name: (version, rest) for name, version, rest in PIN.findall(lock.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_a_hash_and_no_host(lock: Path) -> None:
    found = pins(lock)
    assert found
    assert [name for name, (_, rest) in found.items() if "--hash=sha256:" not in rest] == []
    assert not re.search(r"https?:|@ ", lock.read_text(encoding="utf-8"))


def test_a_server_runs_the_versions_that_were_tested() -> None:
    tested, run = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-run.lock")
    assert {name: version for name, (version, _) in run.items()} == {
        name: tested[name][0] for name in run if name in tested
    }
    assert "pytest" in tested
    assert "pytest" not in run


def test_the_pages_packages_are_locked_by_hash_without_a_host() -> None:
    text = (ROOT / "webmap/package-lock.json").read_text(encoding="utf-8")
    assert not re.search(r"https?:|\"resolved\"", text)
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert {f"node_modules/{name}" for name in FILES} <= set(packages)


def test_only_what_is_wanted_is_named_in_the_packages_file() -> None:
    wanted = json.loads((ROOT / "webmap/package.json").read_text(encoding="utf-8"))
    assert set(wanted["dependencies"]) == set(FILES)
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted["dependencies"].values())
