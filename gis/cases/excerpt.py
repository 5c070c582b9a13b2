"""The beginning of a case's words, as short as a notice has room for.

Before: nothing. After: every step that tells somebody of a case.
"""

from __future__ import annotations

LONGEST = 40


def excerpt(text: str) -> str:
    """Give words whole when they are short, else their beginning and a sign that there is more."""
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
