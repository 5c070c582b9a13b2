"""A short form of the adoption bench: reports keep arriving while lines change, and none is lost or misplaced."""

from __future__ import annotations

import pytest

from tests.bench.adoption import database, run


@pytest.mark.usefixtures("test_settings")
def test_no_report_is_lost_or_misplaced_while_lines_change() -> None:
    with database() as engine:
        found = run(engine, households=300, cases=60, a_second=20, before_s=0.3)
    assert found.traffic.failed == []
    assert len(found.traffic.made) > 20
    assert found.adopted.cases > 20
    assert (found.wrong_in_the_end, found.ownerless, found.doubly) == (0, 0, 0)
