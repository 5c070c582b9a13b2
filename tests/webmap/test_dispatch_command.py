"""`wangge dispatch` from the outside: a trial changes nothing, an export is loaded again, a fault is a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from gis.cases import journey
from tests import make
from tests.loading.conftest import commanded, committed  # noqa: F401 - fixtures
from webmap.cli import wangge

RULES = "规则编号,类别编码,责任单位\nR1,C0118,样例队\n"


def run(*words: object) -> Result:
    result = CliRunner().invoke(wangge, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def town(commanded: Engine) -> None:  # noqa: F811
    with Session(commanded) as session, session.begin():
        if session.scalar(text("SELECT count(*) FROM grid")) == 0:
            town = make.Town(session)
            for letter in "AAB":
                journey.report(session, make.new_report(pin=town.inside(letter)), make.NOW)


@pytest.mark.usefixtures("town")
def test_a_trial_tells_what_would_move_and_changes_nothing(commanded: Engine, tmp_path: Path) -> None:  # noqa: F811
    file, moved = tmp_path / "rules.csv", tmp_path / "moved.csv"
    file.write_text(RULES)
    result = run("dispatch", "try", file, "--since", "2026-11-01", "--until", "2026-12-01", "--moved", moved)
    assert result.exit_code == 0
    assert "3 would have gone elsewhere" in result.output
    assert "agency 样例队: 0 before, 3 after" in result.output
    assert len(moved.read_text(encoding="utf-8-sig").splitlines()) == 4
    with commanded.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM dispatch_rule")) == 0


@pytest.mark.usefixtures("town")
def test_a_faulty_file_is_not_tried(tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    file.write_text("规则编号,类别编码,责任单位\nR1,Z9,样例队\n")
    assert run("dispatch", "try", file).exit_code == 1


@pytest.mark.usefixtures("town")
def test_what_is_live_moves_nobody_and_is_exported(tmp_path: Path) -> None:
    file, copy = tmp_path / "rules.csv", tmp_path / "copy.xlsx"
    file.write_text(RULES)
    assert run("load", "dispatch_rules", file, "--valid-from", "2026-01-01").exit_code == 0
    assert "1 rules written" in run("dispatch", "export", copy).output
    assert "0 would have gone elsewhere" in run("dispatch", "try", copy, "--since", "2026-01-01").output
    assert "0 new, 0 changed, 1 unchanged, 0 ended" in run("load", "dispatch_rules", copy).output


def test_the_order_is_said() -> None:
    assert "the narrower category first" in run("dispatch", "order").output
