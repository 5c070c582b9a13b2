"""What happens on a round, as its page and the tablet say it: one step, taken in from a form or from the queue.

Before: `field.round` (a form), `field.taking` (the queue). After: `patrols.rounds.events`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from gis.patrols.rounds import events
from gis.patrols.rounds.events import Happened
from gis.patrols.rounds.queries import round_of
from gis.settings import settings
from gis.staff.scope import Scope

ACT = "round.walk"
Degrees = Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)]


class Step(BaseModel):
    """One thing that happened on a round."""

    model_config = ConfigDict(extra="forbid")

    round: Annotated[int, Field(ge=1, lt=2**63)]
    step: Literal["start", "pause", "done", "skip", "postpone", "reorder", "replan", "finish"]
    stop: Annotated[str, Field(max_length=60)] = ""
    how: Literal["hand", "near"] = "hand"
    until: AwareDatetime | None = None
    keys: Annotated[list[str], Field(max_length=200)] = []
    here: tuple[Degrees, Degrees] | None = None
    template: Annotated[str, Field(max_length=20)] = ""
    answer: Annotated[str, Field(max_length=20)] = ""
    words: Annotated[str, Field(max_length=2000)] = ""


def walk(
    session: Session, scope: Scope, step: Step, now: datetime, *, request: str, at: datetime | None = None
) -> None:
    """Take in one step under its number; the same number again changes nothing.

    Parameters
    ----------
    at : datetime, optional
        When it was done; now without it.

    Raises
    ------
    NotFoundError
        When the round is not there or somebody else's.
    InputError
        When the step cannot be: `events.record` says which.
    """
    patrol = round_of(session, scope, step.round, lock=True)
    happened = Happened(
        request, step.step, at or now, step.stop, step.how, step.until, tuple(step.keys), step.here, step.template,
        {"answer": step.answer, "words": step.words},
    )  # fmt: skip
    events.record(session, patrol, [happened], now, settings().time_zone)
