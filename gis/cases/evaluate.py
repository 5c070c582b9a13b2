"""What the resident says after closing, by the secret link or when called back; a bad mark opens the case again, once.

Before: `cases.moves`. After: the tracking page, the call-back form, the figures. A second bad word opens nothing: it
goes before the commander as a complaint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.actor import Actor
from gis.cases.kept import kept_id
from gis.cases.models import Case, Evaluation, Report
from gis.cases.queries import report_of
from gis.cases.stand import bad
from gis.errors import ConflictError

RESIDENT = Actor("resident")
SATISFACTION = {
    5: ("满意", "satisfied"),
    4: ("基本满意", "mostly satisfied"),
    3: ("一般", "so-so"),
    2: ("不满意", "not satisfied"),
    1: ("非常不满意", "not satisfied at all"),
}
RESOLVED = {
    "yes": ("已解决", "solved"),
    "partly": ("部分解决", "partly solved"),
    "no": ("未解决", "not solved"),
}
BAD_WORDS = "评价为未解决或不满意。 Marked as not solved or not satisfied."


@dataclass(frozen=True)
class Said:
    """What a resident says: whether they were reached, whether it is solved, how satisfied they are, in words."""

    reached: bool = True
    resolved: str | None = None
    satisfaction: int | None = None
    words: str = ""

    @property
    def detail(self) -> dict[str, Any]:
        """Give it as the log keeps it."""
        return {"reached": self.reached, "resolved": self.resolved, "satisfaction": self.satisfaction}


# index: uq_report_tracking_token, pk_case
def locked_by_link(session: Session, token: str) -> tuple[Report, Case]:
    """Take the case of a secret link for a move of its resident; of a merged case the one that answers for it.

    Raises
    ------
    NotFoundError
        When no report has this link.
    """
    report = report_of(session, token)
    query = select(Case).where(Case.id == kept_id(session, report.case_id)).with_for_update(of=Case)
    return report, session.scalars(query.execution_options(populate_existing=True)).one()


def rate(session: Session, token: str, said: Said, now: datetime) -> Case:
    """Take a resident's mark by the secret link.

    Raises
    ------
    NotFoundError
        When no report has this link.
    ConflictError
        When this report has a mark for this closing already.
    MoveRefusedError
        While the case is not closed.
    InputError
        When an answer is missing.
    """
    report, case = locked_by_link(session, token)
    if _marked(session, report, case):
        raise ConflictError("这次办理您已经评价过了。 You have given your mark already.", case=case.number)
    moves.make(session, case, "rate", RESIDENT, now, reason=said.words, detail=said.detail)
    _keep(session, case, said, now, source="link", report_id=report.id)
    return _heard(session, case, said, RESIDENT, now)


def call_back(session: Session, case: Case, actor: Actor, said: Said, now: datetime) -> Case:
    """Write down a call-back on a locked case; who was not reached can be called again.

    Raises
    ------
    MoveRefusedError
        While the case is not closed.
    InputError
        When an answer is missing.
    """
    moves.make(session, case, "call_back", actor, now, reason=said.words, detail=said.detail)
    _keep(session, case, said, now, source="call_back", account_id=actor.account_id)
    return _heard(session, case, said, actor, now)


def reopen(session: Session, token: str, words: str, now: datetime) -> Case:
    """Open a closed case again by the secret link: once, with a new clock; afterwards it is a complaint.

    Raises
    ------
    NotFoundError
        When no report has this link.
    InputError
        When no word says what is not done.
    MoveRefusedError
        While the case is not closed.
    """
    _report, case = locked_by_link(session, token)
    moves.make(session, case, _next(case), RESIDENT, now, reason=words)
    return case


def _heard(session: Session, case: Case, said: Said, actor: Actor, now: datetime) -> Case:
    """Let a bad mark have its consequence."""
    if said.reached and bad(said.detail):
        moves.make(session, case, _next(case), actor, now, reason=said.words or BAD_WORDS)
    return case


def _next(case: Case) -> str:
    return "complain" if case.reopened else "reopen"


# index: uq_evaluation_report_id_round
def _marked(session: Session, report: Report, case: Case) -> bool:
    query = select(Evaluation.id).where(Evaluation.report_id == report.id, Evaluation.round == case.reopened)
    return session.scalars(query).first() is not None


def _keep(
    session: Session,
    case: Case,
    said: Said,
    now: datetime,
    *,
    source: str,
    report_id: int | None = None,
    account_id: int | None = None,
) -> None:
    answers = (said.resolved, said.satisfaction) if said.reached else (None, None)
    session.add(
        Evaluation(
            case_id=case.id,
            report_id=report_id,
            round=case.reopened,
            at=now,
            source=source,
            reached=said.reached,
            resolved=answers[0],
            satisfaction=answers[1],
            words=said.words[: moves.LONGEST_REASON],
            account_id=account_id,
        )
    )


# index: ix_evaluation_case_id
def evaluations(session: Session, case_id: int) -> list[Evaluation]:
    """Give what was said of a case after its closings, oldest first."""
    query = select(Evaluation).where(Evaluation.case_id == case_id).order_by(Evaluation.id)
    return list(session.scalars(query))
