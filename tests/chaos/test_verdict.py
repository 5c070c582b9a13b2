"""The verdict of chaos can fail: every kind of loss is planted, and caught by its own sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases import delivery, journey, outbox
from gis.cases.intake import NewReport, Pin
from gis.settings import Settings
from tests import make
from tests.chaos import lossy, town
from tests.chaos.clients import Answered, word_of
from tests.chaos.verdict import Verdict, judge

URL = "http://127.0.0.1:9/hook?key=chaos"
HandOut = Callable[..., int]


class Small:
    """Forty reports in the chaos town, handed out, every delivery carried to a receiver that keeps keys."""

    def __init__(self, session: Session, hand_out: HandOut = outbox.hand_out) -> None:
        self.session = session
        self.answered: list[Answered] = []
        self.taken: set[str] = set()
        self.shown: Counter[tuple[str, str]] = Counter()
        points = list(town.build(session, URL).values())
        for number in range(40):
            self.report(number, points[number % len(points)], f"request-{number:04d}")
        self.carry(hand_out)

    def report(self, number: int, point: tuple[float, float], request: str) -> None:
        new = NewReport(
            text=f"路口的路灯坏了，标记 {word_of(number)}", channel="web", client_request_id=request,
            pin=Pin(*point), category="C0118", contact="19800000001" if number % 3 else "",
        )  # fmt: skip
        received = journey.report(self.session, new, make.NOW)
        self.answered.append(Answered(word_of(number), received.row.case.number))

    def carry(self, hand_out: HandOut) -> None:
        now = make.NOW
        while hand_out(self.session, now, ("sms", "wecom")):
            pass
        for channel in ("sms", "wecom"):
            while parcels := delivery.claim(self.session, channel, now):
                for parcel in parcels:
                    self.taken.add(parcel.key)
                    delivery.delivered(self.session, parcel, now)

    def judged(self) -> Verdict:
        self.session.flush()
        return judge(self.session, self.answered, self.taken, self.shown)


@pytest.fixture
def small(session: Session, test_settings: Settings) -> Small:
    del test_settings
    return Small(session)


def only(verdict: Verdict, words: str) -> None:
    assert len(verdict.faults) == 1, verdict.faults
    assert words in verdict.faults[0]


def test_a_whole_town_is_found_whole(small: Small) -> None:
    verdict = small.judged()
    assert verdict.faults == []
    assert verdict.counts["reports in the database"] == 40
    assert verdict.counts["deliveries beside the app"] > 20


def test_an_answered_report_that_is_lost_is_caught(small: Small) -> None:
    small.answered.append(Answered("ZZZZZZ", None))
    only(small.judged(), "1 reports got an answer and are lost: ZZZZZZ")


def test_a_retry_under_another_number_is_caught(small: Small) -> None:
    """A client that forgets the number of its report makes a second case; its own word gives it away."""
    point = (116.0005, 39.0005)
    small.report(3, point, "another-number")
    small.carry(outbox.hand_out)
    only(small.judged(), f"1 reports exist more than once: {word_of(3)}")


def test_a_report_that_names_another_case_is_caught(small: Small) -> None:
    small.answered[0] = Answered(word_of(0), small.answered[1].number)
    only(small.judged(), "another case than theirs")


def test_a_lossy_outbox_is_caught(session: Session, test_settings: Settings) -> None:
    """It marks notices as handed out before their deliveries are made."""
    del test_settings
    verdict = Small(session, lossy.forgetful).judged()
    only(verdict, "ways of a notice were left out")


def test_a_delivery_that_never_arrived_is_caught(small: Small) -> None:
    small.taken.pop()
    only(small.judged(), "1 deliveries the receiver does not have")


def test_a_message_shown_twice_is_caught(small: Small) -> None:
    small.shown["19800000001", "新案件"] = 2
    only(small.judged(), "shown to somebody twice")


PLANTED = {
    "cases have no owner": """UPDATE "case" SET member_id = NULL, organisation_id = NULL WHERE number =
        (SELECT max(number) FROM "case")""",
    "notices were never handed out": "UPDATE notice SET sent_at = NULL WHERE id = (SELECT max(id) FROM notice)",
    "deliveries were never finished": """UPDATE notice_delivery SET delivered_at = NULL, failed_at = now()
        WHERE id = (SELECT max(id) FROM notice_delivery)""",
    "histories do not replay": """UPDATE "case" SET revision = revision + 1 WHERE number =
        (SELECT max(number) FROM "case")""",
    "failed again and again": """INSERT INTO poison (kind, subject, attempts, since, last_at, next_at)
        VALUES ('case', '1', 8, now(), now(), now())""",
    "cases whose owner was never told": """UPDATE notice SET key = 'x' WHERE id =
        (SELECT min(id) FROM notice WHERE key LIKE 'assigned:%')""",
}


@pytest.mark.parametrize("words", PLANTED)
def test_every_planted_fault_is_caught(small: Small, words: str) -> None:
    small.session.flush()
    small.session.execute(text(PLANTED[words]))
    small.session.expire_all()
    only(small.judged(), words)
