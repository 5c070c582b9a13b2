"""What is written down at a visit: a few short forms, nothing about opinions or people beyond the errand.

Before: nothing. After: `events` checks a note, the member's page draws its form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gis.errors import InputError

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Template:
    """One form: its words, and what can be answered."""

    code: str
    zh: str
    en: str
    answers: tuple[tuple[str, str, str], ...]


TEMPLATES = {
    one.code: one
    for one in (
        Template("visit", "走访", "Visit", (
            ("well", "一切都好", "all is well"), ("need", "有需要，已另报案件", "has a need, reported as a case"),
            ("away", "没人在家", "nobody at home"), ("declined", "这次不方便", "not convenient this time"))),
        Template("safety", "用火用电用气", "Fire, power and gas", (
            ("well", "没有问题", "no fault found"), ("fixed", "当场处理", "put right at once"),
            ("need", "要修，已另报案件", "needs repair, reported as a case"))),
        Template("paper", "送材料", "Papers", (
            ("given", "已送到", "handed over"), ("left", "留在门口", "left at the door"))),
    )
}  # fmt: skip


def checked(code: str, note: Mapping[str, Any]) -> dict[str, Any]:
    """Give a note as it is kept.

    Raises
    ------
    InputError
        For a form or an answer that the table does not have, or too many words.
    """
    if not code:
        return {}
    template = TEMPLATES.get(code)
    answer, words = str(note.get("answer", "")), str(note.get("words", "")).replace("\x00", "").strip()
    if template is None or (answer and answer not in {one[0] for one in template.answers}):
        raise InputError("没有这种走访记录。 There is no such form of a visit.", field="template")
    if len(words) > LONGEST_NOTE:
        raise InputError(
            f"请写在 {LONGEST_NOTE} 字以内。 Keep it under {LONGEST_NOTE} characters.", field="words"
        )
    return {"answer": answer, "words": words}
