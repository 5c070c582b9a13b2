"""What must be true when all has come to rest: nothing lost, nothing twice, everybody told, every history whole.

It asks the database and the receiver, never the program that is judged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases.models import CaseLog
from gis.cases.moves import replay
from gis.errors import MoveRefusedError
from tests.chaos.clients import Answered

MOST_SHOWN = 5


@dataclass
class Verdict:
    """The counts, and what is wrong: one sentence a fault."""

    counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def wrong(self, what: str, found: Collection[object]) -> None:
        """Add one fault when anything was found."""
        if found:
            few = ", ".join(str(one) for one in list(found)[:MOST_SHOWN])
            self.faults.append(f"{len(found)} {what}: {few}{' …' if len(found) > MOST_SHOWN else ''}")


_REPORTS = text(r"""
    SELECT substring(r.text FROM '标记 ([A-Z]{6})'), c.number FROM report r JOIN "case" c ON c.id = r.case_id
""")
_ORPHANS = text("""
    SELECT c.number FROM "case" c WHERE NOT EXISTS (SELECT FROM report r WHERE r.case_id = c.id)
""")
_OWNERLESS = text("""
    SELECT number || ' ' || state FROM "case"
    WHERE closed_at IS NULL AND state <> 'queued' AND member_id IS NULL AND organisation_id IS NULL AND agency = ''
""")
_STUCK = text("""SELECT number FROM "case" WHERE state = 'reported'""")
_UNTOLD_CASES = text("""
    SELECT c.number FROM "case" c WHERE (c.member_id IS NOT NULL OR c.organisation_id IS NOT NULL)
    AND NOT EXISTS (SELECT FROM notice n WHERE n.case_id = c.id AND n.key LIKE 'assigned:' || c.number || ':%')
""")
_UNSENT = text("SELECT key FROM notice WHERE sent_at IS NULL")
# what the fan should have made, worked out in another way than the outbox does
_EXPECTED = text("""
    SELECT n.key, 'a' || c.id FROM notice n, account a, account_channel c
    WHERE a.id = c.account_id AND (a.member_id = n.member_id OR a.organisation_id = n.organisation_id)
    UNION ALL SELECT n.key, 'g' || r.id FROM notice n, group_robot r WHERE r.organisation_id = n.organisation_id
    UNION ALL SELECT n.key, 'r' || p.id FROM notice n, report p
    WHERE n.to_reporters AND p.case_id = n.case_id AND p.contact_sealed IS NOT NULL
""")
_DELIVERIES = text("""
    SELECT d.key || CASE WHEN d.delivered_at IS NULL THEN ' ' || d.attempts || ' ' || d.error ELSE '' END, n.key,
           coalesce('a' || d.account_channel_id, 'g' || d.group_robot_id, 'r' || d.report_id),
           d.delivered_at IS NOT NULL
    FROM notice_delivery d JOIN notice n ON n.id = d.notice_id
""")
_STATES = text('SELECT id, state, revision FROM "case"')
_POISON = text("SELECT kind || ' ' || subject || ': ' || error FROM poison")


def judge(
    session: Session, answered: Collection[Answered], taken: Collection[str], shown: Counter[tuple[str, str]]
) -> Verdict:
    """Judge a database at rest.

    Parameters
    ----------
    answered : collection of Answered
        The reports whose clients were told that they are in.
    taken : collection of str
        The keys that the receiver took.
    shown : Counter
        How often each text was shown to each reader.
    """
    verdict = Verdict()
    _reports(session, verdict, answered)
    _owners(session, verdict)
    _notices(session, verdict, set(taken))
    verdict.wrong("messages were shown to somebody twice", [who for who, times in shown.items() if times > 1])
    _histories(session, verdict)
    verdict.wrong("things failed again and again", session.scalars(_POISON).all())
    return verdict


def _reports(session: Session, verdict: Verdict, answered: Collection[Answered]) -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for word, number in session.execute(_REPORTS):
        found[word].append(number)
    lost = [one.word for one in answered if one.word not in found]
    other = [one.word for one in answered if one.number is not None and one.number not in found[one.word]]
    verdict.wrong("reports got an answer and are lost", lost)
    verdict.wrong("reports exist more than once", [word for word, cases in found.items() if len(cases) > 1])
    verdict.wrong("reports were told another case than theirs", other)
    verdict.wrong("cases belong to no report", session.scalars(_ORPHANS).all())
    verdict.counts |= {"reports answered": len(answered), "reports in the database": len(found)}


def _owners(session: Session, verdict: Verdict) -> None:
    verdict.wrong("cases have no owner and stand in no queue", session.scalars(_OWNERLESS).all())
    verdict.wrong("cases stand still in the automatic steps", session.scalars(_STUCK).all())
    verdict.counts["cases in the queue for a person"] = int(
        session.scalar(text("""SELECT count(*) FROM "case" WHERE state = 'queued'""")) or 0
    )


def _notices(session: Session, verdict: Verdict, taken: set[str]) -> None:
    verdict.wrong("cases whose owner was never told", session.scalars(_UNTOLD_CASES).all())
    verdict.wrong("notices were never handed out", session.scalars(_UNSENT).all())
    rows = [tuple(row) for row in session.execute(_DELIVERIES)]
    made = Counter((notice, to) for _key, notice, to, _done in rows)
    expected = {(notice, to) for notice, to in session.execute(_EXPECTED)}
    verdict.wrong("ways of a notice were left out", sorted(expected - set(made)))
    verdict.wrong("ways of a notice were made twice", [way for way, times in made.items() if times > 1])
    verdict.wrong("deliveries were never finished", [key for key, _n, _t, done in rows if not done])
    verdict.wrong(
        "deliveries the receiver does not have", [row[0] for row in rows if row[3] and row[0] not in taken]
    )
    verdict.counts |= {
        "notices": int(session.scalar(text("SELECT count(*) FROM notice")) or 0),
        "deliveries beside the app": len(rows),
    }


def _histories(session: Session, verdict: Verdict) -> None:
    states = {row[0]: (row[1], row[2]) for row in session.execute(_STATES)}
    broken, seen, moves = [], set(), 0
    for case_id, logs in _by_case(session):
        seen.add(case_id)
        moves += len(logs)
        try:
            now = (str(replay(logs)), logs[-1].seq)
        except MoveRefusedError as fault:
            broken.append(fault.message)
            continue
        whole = [log.seq for log in logs] == list(range(1, len(logs) + 1))
        if now != states[case_id] or not whole:
            broken.append(f"case {case_id} is {states[case_id]}, its history says {now}")
    verdict.wrong("histories do not replay to the present", broken)
    verdict.wrong("cases have no history", sorted(set(states) - seen))
    verdict.counts |= {"cases": len(states), "moves replayed": moves}


def _by_case(session: Session) -> Iterator[tuple[int, list[CaseLog]]]:
    logs: Iterable[CaseLog] = session.scalars(select(CaseLog).order_by(CaseLog.case_id, CaseLog.seq))
    grouped: dict[int, list[CaseLog]] = defaultdict(list)
    for log in logs:
        grouped[log.case_id].append(log)
    yield from grouped.items()
