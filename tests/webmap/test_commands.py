"""The commands of the machine: accounts, the demo's accounts, reports one by one and from a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.cases.models import Case
from gis.errors import ConflictError, InputError, NotFoundError
from tests.make import Town
from webmap.cli import wangge

Run = Callable[..., str]


@pytest.fixture
def run(client: FlaskClient) -> Run:
    """Run a command on the test's own transaction; a fault is raised as it is."""
    del client  # its app has turned the database to the test's transaction

    def ran(*words: str) -> str:
        return str(CliRunner().invoke(wangge, list(words), catch_exceptions=False).output)

    return ran


def sign_in(client: FlaskClient, name: str, password: str) -> str | None:
    return client.post("/sign-in", data={"name": name, "password": password}).location


def test_an_account_is_made_renewed_and_ended(run: Run, client: FlaskClient, town: Town) -> None:
    made = run("account", "add", "样例网格员", "--role", "grid_member", "--member", town.members["A"].code)
    name, password = made.split()
    assert sign_in(client, name, password) == "/my"
    _name, renewed = run("account", "renew", name).split()
    assert sign_in(client, name, password) is None
    assert sign_in(client, name, renewed) == "/my"
    run("account", "end", name)
    assert sign_in(client, name, renewed) is None


def test_a_wrong_account_is_a_sentence(run: Run, town: Town) -> None:
    with pytest.raises(InputError, match="member"):
        run("account", "add", "样例", "--role", "grid_member")
    with pytest.raises(InputError, match="NO-SUCH"):
        run("account", "add", "样例", "--role", "grid_member", "--member", "NO-SUCH")
    run("account", "add", "样例", "--role", "administrator")
    with pytest.raises(ConflictError):
        run("account", "add", "样例", "--role", "administrator")
    with pytest.raises(NotFoundError):
        run("account", "end", "nobody")


def test_the_demo_has_one_account_a_role_and_renews_them(run: Run, client: FlaskClient, town: Town) -> None:
    first, second = json.loads(run("demo-accounts")), json.loads(run("demo-accounts"))
    roles = ["grid_member", "branch", "commander", "planner", "agency", "administrator"]
    assert [one["role"] for one in first] == [one["role"] for one in second] == roles
    for old, new in zip(first, second, strict=True):
        assert sign_in(client, old["name"], old["password"]) is None
        assert sign_in(client, new["name"], new["password"]) == new["start_page"]
        client.post("/sign-out")


def test_a_report_with_a_pin_says_who_has_it(run: Run, town: Town) -> None:
    lon, lat = town.inside("A")
    told = json.loads(run("report", "路灯坏了", "--pin", f"{lon},{lat}", "--json"))
    assert (told["grid"], told["state"]) == ("第A网格", "assigned")
    assert "前处理" in run("report", "路灯又坏了", "--pin", f"{lon},{lat}")


@pytest.mark.parametrize(
    "words", [("report",), ("report", "路灯", "--pin", "1"), ("report", "路灯", "--pin", "a,b"), ("report", " "),
              ("report", "路灯", "--pin", "500,1"), ("report", "路灯", "--pin", "116,39", "--crs", "mars"),
              ("report", "路灯", "--category", "X"), ("report", "--file", "/no/such/file.csv")]
)  # fmt: skip
def test_a_wrong_report_is_a_sentence(run: Run, town: Town, words: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as fault:
        run(*words)
    assert len(fault.value.message) > 8


def write(folder: Path, town: Town, *, bad: bool = False) -> Path:
    lon, lat = town.inside("B")
    rows = ["text,lon,lat,category", f"路灯坏了,{lon},{lat},C0118", f"路灯歪了,{lon},{lat},"]
    path = folder / "reports.csv"
    path.write_text("\n".join([*rows, *(["没有这个类别,,,X999"] if bad else [])]), encoding="utf-8")
    return path


def test_a_file_twice_makes_its_cases_once(run: Run, town: Town, session: Session, tmp_path: Path) -> None:
    path = write(tmp_path, town)
    first = run("report", "--file", str(path), "--json")
    assert run("report", "--file", str(path), "--json") == first
    assert len(first.splitlines()) == 2
    assert session.scalar(select(func.count()).select_from(Case)) == 2


def test_a_fault_in_a_file_names_its_row_and_keeps_nothing(
    run: Run, town: Town, session: Session, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"reports.csv, row 4: .*X999"):
        run("report", "--file", str(write(tmp_path, town, bad=True)))
    assert session.scalar(select(func.count()).select_from(Case)) == 0
