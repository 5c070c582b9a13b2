"""Figures against a count by hand of random cases; the sum of the parts is the whole; a list has what was counted."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from gis.cases.clock_models import CaseClock
from gis.cases.models import Case, Evaluation
from gis.errors import ForbiddenError, InputError
from gis.scores.by import By, Lines
from gis.scores.counting import Asked
from gis.scores.figures import figures, trend
from gis.scores.formulas import formula
from gis.scores.period import month, months_to, read_period
from gis.scores.rows import NONE, Wanted, counted, how_many
from gis.scores.series import series
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from tests import make
from tests.scores.test_definitions import SHANGHAI

OCTOBER = read_period("2026-10", SHANGHAI)
ASKED = Asked(OCTOBER, make.NOW)
_numbers = count(1)
_at = st.integers(-60 * 24 * 20, 60 * 24 * 50).map(lambda minutes: OCTOBER.start + timedelta(minutes=minutes))


def put(session: Session, town: make.Town, letter: str | None = "A", **other: Any) -> Case:
    """Write a case as it stands."""
    grid = town.grids[letter] if letter else None
    given_: dict[str, Any] = {
        "number": f"F{next(_numbers)}",
        "case_type_id": town.case_type.id,
        "text": "样例",
        "state": "closed" if other.get("closed_at") else "accepted",
        "reported_at": OCTOBER.start,
        "moved_at": OCTOBER.start,
        "grid_id": grid.id if grid else None,
        "area_id": town.community.id if grid else None,
        "organisation_id": town.branches[letter].id if letter else None,
        "point": make.ewkt_point(*town.inside(letter)) if letter else None,
    }
    row = Case(**given_ | other)
    session.add(row)
    session.flush()
    if row.due_at is not None:
        clock(session, row, "handle", row.due_at, row.closed_at)
    return row


def clock(
    session: Session, case: Case, stage: str, due_at: datetime, stopped_at: datetime | None, **other: Any
) -> CaseClock:
    """Write a clock of a case's own level."""
    began = min(at for at in (case.reported_at, due_at, stopped_at) if at is not None)
    given_ = {"level": "grid", "round": 1, "started_at": began, "limit_value": 3, "limit_unit": "WD"}
    row = CaseClock(
        **given_
        | {
            "case_id": case.id,
            "stage": stage,
            "due_at": due_at,
            "original_due_at": due_at,
            "stopped_at": stopped_at,
        }
        | other
    )
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


cases = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", None]),
        _at,
        st.none() | _at,
        st.none() | _at,
        st.sampled_from(["accepted", "queued", "void", "merged"]),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=cases)
def test_figures_are_what_counting_by_hand_gives(session: Session, town: make.Town, drawn: list[Any]) -> None:
    before = session.begin_nested()
    made = [
        put(session, town, letter, reported_at=reported, due_at=due_at, closed_at=closed_at,
            **({} if closed_at else {"state": state}))
        for letter, reported, due_at, closed_at, state in drawn
    ]  # fmt: skip
    table = figures(session, make.EVERYTHING, Asked(OCTOBER, make.NOW, By.GRID))
    inside = [row for row in made if row.due_at and OCTOBER.start <= row.due_at < OCTOBER.end]
    filed = [row for row in inside if row.state not in {"void", "merged"}]
    on_time = [row for row in filed if row.closed_at and row.due_at and row.closed_at <= row.due_at]
    assert table.total.figures["F05"].numerator == len(on_time)
    assert table.total.figures["F05"].denominator == len(filed)
    late = [row for row in made if row.state not in {"void", "merged"} and row.due_at and row.due_at < OCTOBER.end
            and row.reported_at < OCTOBER.end and (row.closed_at is None or row.closed_at >= OCTOBER.end)]  # fmt: skip
    assert table.total.figures["F06"].value == len(late)
    by_grid = Counter(str(row.grid_id or "") for row in filed)
    for row in table.rows:
        assert row.figures["F05"].denominator == by_grid.get(row.unit.key, 0)
    for identity in ("N01", "F01", "F05", "F06", "F09"):
        parts = [row.figures[identity].numerator or 0 for row in table.rows]
        assert sum(parts) == table.total.figures[identity].numerator
    before.rollback()


def test_every_count_leads_to_a_list_of_as_many_rows(session: Session, town: make.Town) -> None:
    due_at = OCTOBER.start + timedelta(days=3)
    put(session, town, "A", due_at=due_at, closed_at=due_at)
    put(session, town, "B", due_at=due_at, closed_at=due_at + timedelta(seconds=1))
    put(session, town, None, due_at=due_at, state="queued")
    asked = Asked(OCTOBER, make.NOW, By.GRID)
    table = figures(session, make.EVERYTHING, asked)
    for row in [table.total, *table.rows]:
        unit = None if row is table.total else row.unit.key or NONE
        for figure in row.figures.values():
            for part in figure.formula.parts:
                if figure.formula.kind == "weighted":
                    continue
                wanted = Wanted(figure.formula, part, unit)
                rows = counted(session, make.EVERYTHING, wanted, asked)
                assert len(rows) == getattr(figure, part) == how_many(session, make.EVERYTHING, wanted, asked)
    assert table.total.figures["F05"].parts == "1/3"
    assert table.total.figures["F05"].shown == "33.33 %"
    assert [row.unit.name for row in table.rows] == ["第A网格", "第B网格", "未定网格"]


def test_a_figure_without_rows_is_refused_a_list(session: Session, town: make.Town) -> None:
    del town
    with pytest.raises(InputError):
        counted(session, make.EVERYTHING, Wanted(formula("F20", OCTOBER.first), "numerator"), ASKED)


def test_on_the_lines_of_then_or_of_now(session: Session) -> None:
    town = make.Town(session, "AAB")
    put(session, town, "A", point=make.ewkt_point(*town.inside("B")))
    then, now = (
        figures(session, make.EVERYTHING, Asked(OCTOBER, make.NOW, By.GRID, lines)) for lines in Lines
    )
    assert [row.unit.name for row in then.rows] == ["第A网格"]
    assert [row.unit.name for row in now.rows] == ["第B网格"]
    branch = figures(session, make.EVERYTHING, Asked(OCTOBER, make.NOW, By.BRANCH, Lines.NOW))
    assert [row.unit.name for row in branch.rows] == ["第B网格党支部"]


def test_members_figures_are_for_themselves_and_their_branch(session: Session, town: make.Town) -> None:
    member = town.members["A"].id
    put(session, town, "A", member_id=member)
    put(session, town, "A", member_id=None)
    grids = frozenset({town.grids["A"].id})
    asked = Asked(OCTOBER, make.NOW, By.MEMBER)
    own = figures(session, Scope(Reach.GRIDS, member_id=member, grid_ids=grids), asked)
    assert [row.figures["N01"].value for row in own.rows] == [1]
    branch = figures(session, Scope(Reach.BRANCH, grid_ids=grids), asked)
    assert sum(row.figures["N01"].value or 0 for row in branch.rows) == 2
    for reach in (Reach.AREA, Reach.AGENCY, Reach.ALL):
        with pytest.raises(ForbiddenError):
            figures(session, Scope(reach, grid_ids=grids, agency="样例单位"), asked)


def test_a_scope_counts_its_own_rows_only(session: Session, town: make.Town) -> None:
    put(session, town, "A")
    put(session, town, "B")
    scope = Scope(Reach.BRANCH, grid_ids=frozenset({town.grids["B"].id}))
    assert figures(session, scope, ASKED).total.figures["N01"].value == 1


def answer(
    session: Session, case: Case, satisfaction: int | None, resolved: str | None, at: datetime
) -> None:
    session.add(
        Evaluation(case_id=case.id, round=0, at=at, source="call_back", reached=resolved is not None,
                   resolved=resolved, satisfaction=satisfaction)
    )  # fmt: skip
    session.flush()


def test_satisfaction_is_weighted_and_the_score_leaves_out_what_has_no_data(
    session: Session, town: make.Town
) -> None:
    case = put(session, town, closed_at=OCTOBER.start)
    assert figures(session, make.EVERYTHING, ASKED).total.figures["F20"].value is None
    at = OCTOBER.end - timedelta(seconds=1)
    answer(session, case, 5, "yes", at)
    answer(session, case, 2, "no", at)
    answer(session, case, None, None, at)
    answer(session, case, 5, "yes", OCTOBER.end)
    total = figures(session, make.EVERYTHING, ASKED).total.figures
    assert (total["F18"].parts, total["F18"].value) == ("1/2", Decimal("0.5"))
    assert (total["F19"].parts, total["F19"].value) == ("1.3/2", Decimal("0.65"))
    assert total["F20"].value == Decimal("57.5")


def test_the_trend_has_a_row_a_month(session: Session, town: make.Town) -> None:
    last = OCTOBER.end - timedelta(seconds=1)
    put(session, town, reported_at=last, due_at=last, closed_at=last)
    put(session, town, reported_at=OCTOBER.end)
    months = trend(session, make.EVERYTHING, ASKED, months_to(month(2026, 11, SHANGHAI), 3))
    assert [(one.period.name, one.reported, one.ended) for one in months] == [
        ("2026-09", 0, 0), ("2026-10", 1, 1), ("2026-11", 1, 0),
    ]  # fmt: skip
    assert months[1].on_time == 1
    assert months[0].on_time is None


def test_a_series_on_the_lines_of_now_counts_where_the_point_lies(session: Session) -> None:
    town = make.Town(session, "AB")
    months = months_to(OCTOBER, 3)
    put(session, town, "A")
    put(session, town, "B")
    # was written down in A, and its point lies in B today
    put(session, town, "A", point=make.ewkt_point(*town.inside("B")))
    put(session, town, "A", reported_at=months[0].start)
    everything = Scope(Reach.ALL)
    asked = ([town.community.id], months, make.NOW)
    then = series(session, everything, *asked, lines=Lines.THEN)
    now = series(session, everything, *asked, lines=Lines.NOW)
    assert [row.counts for row in then] == [(1, 0, 2), (0, 0, 1)]
    assert [row.counts for row in now] == [(1, 0, 1), (0, 0, 2)]
    assert series(session, everything, [], months, make.NOW, lines=Lines.THEN) == []
