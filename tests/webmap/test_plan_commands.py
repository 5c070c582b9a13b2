"""`wangge plan impact|adopt|export|import` on a plan of the little town."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection
from sqlalchemy.orm import Session, sessionmaker

import gis.database
from gis.boundaries import plans
from gis.boundaries.plans import By
from tests import make
from tests.boundaries.test_adopt import moving_a_column, town
from tests.make import Town
from webmap.cli import wangge

__all__ = ["town"]
pytestmark = pytest.mark.usefixtures("test_settings")


@pytest.fixture(autouse=True)
def on_this_transaction(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    monkeypatch.setattr(gis.database, "sessions", lambda: maker)


def run(session: Session, *words: str) -> str:
    session.commit()  # into the test's own transaction
    done = CliRunner().invoke(wangge, ["plan", *words], catch_exceptions=False)
    session.expire_all()
    assert done.exit_code == 0, done.output
    return done.output


def test_the_impact_on_the_screen_in_excel_and_as_a_letter(
    session: Session, town: Town, tmp_path: Path
) -> None:
    plan = moving_a_column(session, town)
    told = run(session, "impact", str(plan.id))
    assert f"2 households and 0 open cases go to {town.members['B'].name}." in told
    run(session, "impact", str(plan.id), "-o", str(tmp_path / "impact.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "impact.xlsx")
    assert book.sheetnames == ["移交", "网格", "值班", "户", "楼栋", "在办案件", "巡查", "待走访"]
    assert [cell.value for cell in book["户"]["A"]] == ["编码", "H2", "H6"]
    run(session, "impact", str(plan.id), "-o", str(tmp_path / "letter.pdf"), "--language", "en")
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")


def test_a_plan_goes_to_a_file_and_back(session: Session, town: Town, tmp_path: Path) -> None:
    plan = moving_a_column(session, town)
    path = tmp_path / "plan.gpkg"
    assert "8 units" in run(session, "export", str(plan.id), str(path))
    plans.undo(session, plan)
    assert "2 units and 2 households" in run(session, "import", str(plan.id), str(path))


def test_an_approved_plan_comes_into_force(session: Session, town: Town) -> None:
    plan, now = moving_a_column(session, town), datetime.now(UTC)
    planner = By(make.account(session, "planner").id, now)
    other = By(make.account(session, "commander").id, now)
    plans.submit(session, plan, planner, now)
    plans.review(session, plan, other)
    plans.approve(session, plan, other)
    told = run(session, "adopt", str(plan.id))
    assert "0 grids begin, 0 end; moved: 2 household; 1 hand-over sheets" in told
