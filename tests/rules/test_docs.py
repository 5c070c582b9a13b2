"""The documents keep step with the code: settings, commands, the glossary, and what may not stand in the repository."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from gis.settings import Settings
from webmap.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
TWINS = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


def _settings_of(readme: Path) -> set[str]:
    return set(re.findall(r"^\| `WANGGE_(\w+)` \|", readme.read_text(), re.MULTILINE))


def _glossary_of(readme: Path) -> list[str]:
    rows = re.findall(r"^\| ([A-Za-z_, ]+) \| ([^|`]+) \|$", readme.read_text(), re.MULTILINE)
    return [row for row in rows if row[0] != "name"]


@pytest.mark.parametrize("readme", TWINS, ids=lambda path: path.name)
def test_every_setting_is_described(readme: Path) -> None:
    assert _settings_of(readme) == {field.name.upper() for field in fields(Settings)}


def test_the_glossary_is_the_same_in_both_languages() -> None:
    english, chinese = (_glossary_of(readme) for readme in TWINS)
    assert english == chinese
    assert len(english) >= 10


def test_the_glossary_names_what_the_code_has() -> None:
    names = {name for row, _ in _glossary_of(TWINS[0]) for name in row.split(", ")}
    code = "\n".join(path.read_text() for path in sorted((ROOT / "gis").rglob("*.py")))
    spoken = {"Receipt", "Deadline", "GridMember", "GridLeader", "Commander", "Planner", "Agency"}
    levels = {"City", "District", "Subdistrict", "Community", "pre_check", "close_check"}
    for name in names - spoken - levels:
        assert re.search(rf"^class {name}\(", code, re.MULTILINE), name


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in {"demo-accounts", "sample"}])
def test_every_command_is_mentioned(command: str) -> None:
    said = (ROOT / "README.md").read_text() + (ROOT / "CHANGELOG.md").read_text()
    assert f"wangge {command}" in said


def _tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_registry_host_and_no_path_of_a_machine_stands_in_a_file() -> None:
    hosts = [
        "pypi" + ".org",
        "python" + "hosted.org",
        "registry" + ".npmjs",
        "deb" + ".debian.org",
        "npm" + "mirror",
    ]
    paths = ["/" + "work/", "/" + "farm/"]
    for path in _tracked():
        if path.suffix in {".png", ".gpkg"}:
            continue
        text = path.read_text(errors="ignore")
        for word in hosts + paths:
            assert word not in text, f"{path.relative_to(ROOT)} names {word}"


def test_no_large_file_is_kept() -> None:
    for path in _tracked():
        assert path.stat().st_size < 1_000_000, path.relative_to(ROOT)
