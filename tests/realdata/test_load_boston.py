"""Real requests of a city, a slice of each month, loaded by the shipped mapping: our on-time flag is the file's own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy.orm import Session

from gis.cases.load_told import HISTORY
from gis.files.mapping import apply, read_mapping
from gis.loading.kind import Context
from gis.loading.load import load
from gis.scores.counting import Asked
from gis.scores.figures import figures
from gis.scores.formulas import formula
from gis.scores.period import read_period
from gis.scores.rows import Wanted, counted
from gis.settings import Settings
from tests import make
from tests.bench.history import MAPPING
from tests.scores.test_definitions import SHANGHAI

SLICE = 40
pytestmark = pytest.mark.realdata


@pytest.fixture
def given(shared_data: Path) -> pd.DataFrame:
    files = sorted((shared_data / "boston311").glob("*.csv.gz"))
    if not files:
        pytest.skip("no requests of Boston among the third-party data")
    whole = pd.read_csv(files[0], dtype=str, keep_default_na=False)
    return whole.iloc[::SLICE].reset_index(drop=True)


def test_the_on_time_figure_is_the_files_own(
    session: Session, test_settings: Settings, given: pd.DataFrame
) -> None:
    del test_settings
    mapping = read_mapping(MAPPING)
    context = Context(make.NOW, make.LONG_AGO, SHANGHAI, mapping.source, anywhere=mapping.anywhere)
    outcome = load(session, HISTORY, apply(given, mapping), context)
    assert (outcome.counts.new, len(outcome.faults.rows)) == (len(given), 0)
    asked = Asked(read_period("2015-01-01..2029-12-31", SHANGHAI), make.NOW)
    wanted = Wanted(formula("F05", asked.period.first), "denominator")
    ours = {row.number: row.counts for row in counted(session, make.EVERYTHING, wanted, asked, limit=None)}
    closed = given[(given["CLOSED_DT"] != "") & (given["TARGET_DT"] != "")]
    flags = dict(zip(closed["CASE_ENQUIRY_ID"], closed["OnTime_Status"] == "ONTIME", strict=True))
    assert len(flags) > 1000
    assert {number: ours[number] for number in flags} == flags
    figure = figures(session, make.EVERYTHING, asked).total.figures["F05"]
    assert figure.numerator == sum(flags.values())
    assert figure.denominator == int((given["TARGET_DT"] != "").sum())
