"""Two people at one case: the second is told who did what, and when, before they look at it again.

Before: `cases.queries.lock` found another revision. After: every button on a case, and many at once on the board.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from gis.cases.moved import LastMove, last_moves
from gis.errors import ConflictError
from webmap.saying import MOVES, ROLES, at_time


@contextmanager
def told_who(session: Session, case_id: int) -> Iterator[None]:
    """Say in a collision's sentence who moved the case meanwhile.

    Raises
    ------
    ConflictError
        The collision, with who, what and when in its sentence.
    """
    try:
        yield
    except ConflictError as fault:
        last = last_moves(session, [case_id]).get(case_id)
        if type(fault) is not ConflictError or last is None:
            raise
        raise ConflictError(sentence(last), **fault.details) from fault


def sentence(last: LastMove) -> str:
    """Say who did what when, in Chinese and English."""
    zh, en = (f"{words} {last.account}".strip() for words in ROLES.get(last.role, (last.role, last.role)))
    did_zh, did_en = MOVES.get(last.move, (last.move, last.move))
    at = at_time(last.at)
    return (
        f"别人刚刚改动过案件 {last.number}：{zh} {at} {did_zh}。请看过现在的状态再操作。"
        f" Somebody has just moved case {last.number}: {en}, {at}, {did_en}. Look at it again before you act."
    )
