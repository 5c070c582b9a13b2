"""What happens by itself: the sweeper, the outbox, forgetting - and the shape of the timetable."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gis.cases import intake, journey, moves, outbox, poison, write
from gis.cases.models import Case, Notice, Report
from gis.cases.poison import Poison
from gis.cases.states import State
from gis.retrying import MOST_ATTEMPTS
from gis.settings import Settings
from gis.staff import channels
from tests import make


@pytest.fixture
def in_test(session: Session, test_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Let tasks work inside the test's transaction."""
    import tasks.clocks
    import tasks.files
    import tasks.geocoding
    import tasks.journey
    import tasks.kept
    import tasks.notices
    import tasks.pauses
    import tasks.privacy

    @contextmanager
    def joined() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    for module in (
        tasks.clocks,
        tasks.pauses,
        tasks.files,
        tasks.geocoding,
        tasks.journey,
        tasks.kept,
        tasks.notices,
        tasks.privacy,
    ):
        monkeypatch.setattr(module, "transaction", joined)
    return session


def only_filed(session: Session, town: make.Town) -> Case:
    """File a report whose automatic steps never ran."""
    [begun] = intake.begin(session, [make.new_report(pin=town.inside("A"))], make.NOW)
    assert isinstance(begun, intake.Begun)
    return session.get_one(Case, write.new(session, [(begun.draft, begun.report)])[0])


def test_what_stands_still_walks_on(in_test: Session) -> None:
    from tasks.journey import sweep

    town = make.Town(in_test)
    case = only_filed(in_test, town)
    in_test.execute(update(Case).values(moved_at=make.LONG_AGO))
    assert sweep() == 1
    assert case.state == State.ASSIGNED
    assert sweep() == 0


def test_what_has_just_come_is_left_to_its_own_request(in_test: Session) -> None:
    from tasks.journey import sweep

    town = make.Town(in_test)
    case = only_filed(in_test, town)
    in_test.execute(update(Case).values(moved_at=datetime.now(make.NOW.tzinfo)))
    assert sweep() == 0
    assert case.state == State.REPORTED


def test_a_notice_is_sent_once(in_test: Session) -> None:
    from tasks.notices import send_due

    town = make.Town(in_test)
    journey.report(in_test, make.new_report(pin=town.inside("A")), make.NOW)
    in_test.execute(update(Notice).values(send_after=make.LONG_AGO))
    assert send_due() == 1
    assert send_due() == 0
    assert in_test.scalars(select(Notice)).one().attempts == 1


def test_a_case_that_fails_again_and_again_holds_up_no_other(
    in_test: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tasks.journey

    town = make.Town(in_test)
    bad, good = only_filed(in_test, town), only_filed(in_test, town)
    in_test.execute(update(Case).values(moved_at=make.LONG_AGO))
    in_test.execute(update(Case).where(Case.id == bad.id).values(moved_at=make.LONG_AGO - timedelta(days=1)))
    walk = tasks.journey.advance

    def trips(session: Session, case: Case, now: datetime) -> None:
        if case.id == bad.id:
            raise ZeroDivisionError("样例居民 199")
        walk(session, case, now)

    monkeypatch.setattr(tasks.journey, "advance", trips)
    assert tasks.journey.sweep() == 2
    assert (bad.state, good.state) == (State.REPORTED, State.ASSIGNED)
    for _ in range(MOST_ATTEMPTS):
        in_test.execute(update(Poison).values(next_at=make.LONG_AGO))
        tasks.journey.sweep()
    [kept] = poison.listed(in_test)
    assert (kept.kind, kept.subject, kept.attempts) == ("case", str(bad.id), MOST_ATTEMPTS)
    assert kept.given_up_at is not None
    assert kept.error.startswith("ZeroDivisionError (")
    assert "样例居民" not in kept.error, "an error says nothing of what the data said"
    monkeypatch.setattr(tasks.journey, "advance", walk)
    assert tasks.journey.sweep() == 0, "it is a person's now"
    poison.try_again(in_test, kept.id, datetime.now(make.NOW.tzinfo))
    in_test.flush()
    assert tasks.journey.sweep() == 1
    assert bad.state == State.ASSIGNED
    assert poison.listed(in_test) == []


@pytest.mark.parametrize("work", ["clocks.watch", "pauses.resume"])
def test_one_poisoned_case_keeps_no_clock_and_no_hold_of_others(
    in_test: Session, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    import tasks.clocks
    import tasks.pauses

    town = make.Town(in_test)
    pins = [town.inside("A"), town.inside("B")]
    received = [journey.report(in_test, make.new_report(pin=pin), make.LONG_AGO) for pin in pins]
    bad, good = [in_test.get_one(Case, one.row.case.id) for one in received]
    if work == "pauses.resume":
        for one in (bad, good):
            until = make.LONG_AGO + timedelta(days=3)
            told = {"cause": "weather", "until": until.isoformat()}
            moves.make(in_test, one, "pause", moves.Actor("branch"), make.LONG_AGO, detail=told)
    in_test.flush()
    by_clock = (tasks.clocks.overdue, "_escalate")
    module, name = by_clock if work == "clocks.watch" else (tasks.pauses.pauses.moves, "make")
    real = getattr(module, name)

    def trips(session: Session, one: Any, *rest: Any, **more: Any) -> Any:
        if getattr(one, "case", one).id == bad.id:
            raise ZeroDivisionError("样例居民 199")
        return real(session, one, *rest, **more)

    monkeypatch.setattr(module, name, trips)
    run = tasks.clocks.watch if work == "clocks.watch" else tasks.pauses.resume
    revision = good.revision
    assert run() > 0
    in_test.expire_all()
    assert good.revision > revision
    assert {row.subject for row in poison.listed(in_test)} == {str(bad.id)}
    assert "样例居民" not in poison.listed(in_test)[0].error
    monkeypatch.setattr(module, name, real)
    in_test.execute(update(Poison).values(next_at=make.LONG_AGO))
    before = bad.revision
    assert run() > 0
    in_test.expire_all()
    assert bad.revision > before
    assert poison.listed(in_test) == []


def test_telephones_are_forgotten_on_their_day(in_test: Session) -> None:
    town = make.Town(in_test)
    journey.report(in_test, make.new_report(pin=town.inside("A"), contact="19900000001"), make.NOW)
    report = in_test.scalars(select(Report)).one()
    assert outbox.forget_contacts(in_test, report.forget_at - timedelta(seconds=1)) == 0
    assert outbox.forget_contacts(in_test, report.forget_at) == 1
    in_test.refresh(report)
    assert report.contact_sealed is None


def test_every_task_has_a_queue_and_every_timetable_row_a_task(test_settings: Settings) -> None:
    from tasks.app import QUEUES, TIMETABLE, app

    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.startswith("tasks.")}
    assert ours >= {row["task"] for row in TIMETABLE.values()}
    for name in ours:
        assert any(fnmatch.fnmatch(name, pattern) for pattern in QUEUES), name


def test_every_channel_of_a_notice_exists() -> None:
    from tasks.app import CARRIED
    from tasks.channels import CHANNELS

    assert set(CHANNELS) == set(CARRIED) == set(channels.OWN_CHANNELS) | set(channels.ROBOTS)
